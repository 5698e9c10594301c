package dev.lanewise.cli.explain;

import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.network.Outputs;
import dev.lanewise.cli.stats.Probe;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.graph.Model.Layer;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.Subset;
import dev.lanewise.runtime.Weights;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.team.Team;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// What there is to see of a network that takes pictures: its first weights, what its layers give for an example, and
/// pictures that it gives. `port` is the place of the picture in the data.
public record NetworkImages(CompiledNetwork compiled, Network network, Dataset data, Port picture, int port) {
    /// Examples beside the one that is shown, for layers that look at the whole batch.
    private static final int BESIDE = 63;

    private static final int MOST_TILES = 64;

    /// Pictures of one kind, under the name of what they show.
    record Group(String name, List<Tile> tiles) {
        Group {
            tiles = List.copyOf(tiles);
        }
    }

    /// `compiled` is the network once more, so that its activations can be seen.
    static NetworkImages of(CompiledNetwork compiled, Network network, Dataset data) {
        for (var input : network.inputs()) {
            if (Tile.shows(input)) {
                return new NetworkImages(compiled, network, data, input, Tile.place(data, input.name()));
            }
        }
        throw Failure.input(
                network.name() + ": takes no pictures: its inputs are "
                        + String.join(
                                ", ", network.inputs().stream().map(Port::type).toList()),
                "a picture is float[height, width], or float[channels, height, width] with one channel or three");
    }

    Tile example(int number) {
        var values = new double[picture.size()];
        data.read(port, number, values, 0);
        return Tile.of(picture, values, 0);
    }

    private int channels() {
        return picture.shape().size() == 2 ? 1 : picture.shape().getFirst();
    }

    /// The first weights that are as large as what is seen of the picture: windows of a convolution, or whole
    /// pictures of a layer that sees all. Middle grey is 0.
    List<Group> firstWeights() {
        var weights = network.weights();
        for (var weight : weights.list()) {
            var shape = weight.shape();
            boolean isWindow = shape.size() == 4 && shape.get(1) == channels() && shape.get(2) > 1 && shape.get(3) > 1;
            boolean isWhole = shape.size() == 2 && shape.get(1) == picture.size();
            if (weight.kind() == Weights.Kind.PARAMETER && (isWindow || isWhole)) {
                var plane = isWindow
                        ? shape.subList(2, 4)
                        : picture.shape()
                                .subList(
                                        picture.shape().size() - 2,
                                        picture.shape().size());
                var values = weights.get(weight.name());
                double most = Math.max(
                        Double.MIN_NORMAL,
                        Arrays.stream(values).map(Math::abs).max().orElse(0));
                int size = values.length / shape.getFirst();
                var tiles = IntStream.range(0, Math.min(MOST_TILES, shape.getFirst()))
                        .mapToObj(unit -> Tile.of(values, unit * size, channels(), plane, -most, most))
                        .toList();
                return List.of(new Group(weight.name(), tiles));
            }
        }
        return List.of();
    }

    /// What each activation that is made of planes gives for an example: black is its least value, white its
    /// largest. The layers are those of training, with other examples beside this one.
    List<Group> activations(int example) {
        int[] examples = IntStream.concat(
                        IntStream.of(example),
                        IntStream.range(0, data.size())
                                .filter(e -> e != example)
                                .limit(BESIDE))
                .toArray();
        var batch = new Subset(data, examples);
        var groups = new ArrayList<Group>();
        try (var team = Team.of(1)) {
            var bundle = compiled.network().bundle();
            var session = Probe.session(bundle, compiled.network().weights().duplicate(), batch.size(), team);
            session.feed(batch, bundle.bind(Layout.TRAIN, batch), new int[0], 0, batch.size());
            session.run();
            for (var fetch : session.fetches()) {
                var shape = fetch.shape();
                if (fetch.role().equals(Role.LAYER.name())
                        && shape.size() == 3
                        && shape.get(1) > 1
                        && shape.get(2) > 1) {
                    groups.add(planes(fetch.name(), shape, session.values(fetch)));
                }
            }
        }
        return groups;
    }

    private Group planes(String name, List<Integer> shape, double[] values) {
        int size = shape.get(1) * shape.get(2);
        var ofExample = Arrays.copyOf(values, shape.getFirst() * size);
        double least = Arrays.stream(ofExample).min().orElse(0);
        double most = Arrays.stream(ofExample).max().orElse(0);
        double high = most > least ? most : least + 1;
        var tiles = IntStream.range(0, Math.min(MOST_TILES, shape.getFirst()))
                .mapToObj(channel -> Tile.of(ofExample, channel * size, 1, shape.subList(1, 3), least, high))
                .toList();
        return new Group(
                name
                        + compiled.compilation().model().layers().stream()
                                .filter(layer -> layer.name().equals(name))
                                .map(NetworkImages::line)
                                .findFirst()
                                .orElse(""),
                tiles);
    }

    private static String line(Layer layer) {
        return ", line " + layer.origin().span().line();
    }

    /// For each output that is a picture like the input: the first examples, and below each what the network gives.
    List<Group> reconstructions(int count) {
        var groups = new ArrayList<Group>();
        int shown = Math.min(count, data.size());
        var first = new Subset(data, IntStream.range(0, shown).toArray());
        for (int o = 0; o < network.outputs().size(); o++) {
            int number = o;
            var output = network.outputs().get(o);
            if (Tile.shows(output) && output.shape().equals(picture.shape())) {
                var tiles = new ArrayList<Tile>();
                IntStream.range(0, shown).forEach(e -> tiles.add(example(e)));
                Outputs.forEach(network, first, (from, many, outputs) -> {
                    for (int e = 0; e < many; e++) {
                        tiles.add(Tile.of(output, outputs.get(number), e * output.size()));
                    }
                });
                groups.add(new Group(output.name(), tiles));
            }
        }
        return groups;
    }
}
