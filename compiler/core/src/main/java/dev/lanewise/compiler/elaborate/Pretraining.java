package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.syntax.Expression;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `pretrain: autoencoder(...)`: the layers that are trained alone before the network is, and how. Their decoders are
/// weights of the kind OPTIMIZER, 0 at first: they are kept no longer than training lasts.
final class Pretraining {
    /// What the names begin with of all that pretraining adds to the weights.
    private static final String STATES = "pretrain_";

    private final Elaboration elaboration;
    private final Graph training;
    private final Autoencoder how;
    private final List<Stage> stages = new ArrayList<>();
    private Map<String, Graph> rules = Map.of();

    /// `trained` are the names of the parameters that this layer's training changes; `later` the nodes behind it.
    private record Stage(HiddenLayer layer, String decoder, String bias, Set<String> trained, int draw, BitSet later) {}

    private Pretraining(Elaboration elaboration, Graph training, Autoencoder how) {
        this.elaboration = elaboration;
        this.training = training;
        this.how = how;
    }

    /// What the train block asks for; its weights are added to the table.
    static Optional<Pretraining> of(
            Elaboration elaboration, TrainBlock block, Bounds bounds, NetworkPass pass, Graph training) {
        var scope = pass.scope();
        var entry = block.entry("pretrain");
        if (entry == null || !pass.hasLoss()) {
            return Optional.empty();
        }
        try {
            var how = Autoencoder.of(entry, elaboration, scope);
            if (how.epochs() == 0 || elaboration.diagnostics.hasErrors()) {
                return Optional.empty();
            }
            var pretraining = new Pretraining(elaboration, training, how);
            pretraining.plan(pass.layers(), scope);
            pretraining.rule(block, bounds, scope);
            return Optional.of(pretraining);
        } catch (Abandoned reported) {
            return Optional.empty();
        }
    }

    // Which layers

    private void plan(List<Model.Layer> shown, Scope scope) {
        var all = HiddenLayer.all(training, elaboration.weights.kernels(), shown);
        var wanted = how.layers().isEmpty()
                ? all.stream().filter(layer -> !layer.last()).toList()
                : listed(all, scope);
        if (wanted.isEmpty()) {
            throw scope.error(
                    ElaborationCode.CANNOT_PRETRAIN,
                    how.span(),
                    "there is no layer to pretrain: none stands before another one",
                    Note.help("leave `pretrain` out"));
        }
        var impossible =
                wanted.stream().filter(layer -> !reason(layer, all).isEmpty()).toList();
        impossible.forEach(layer -> cannot(layer, all, scope));
        if (!impossible.isEmpty()) {
            throw new Abandoned();
        }
        wanted.forEach(layer -> stage(layer, all));
    }

    /// The layers that are named, in the order of the network.
    private List<HiddenLayer> listed(List<HiddenLayer> all, Scope scope) {
        var names = all.stream().map(HiddenLayer::name).toList();
        for (var path : how.layers()) {
            if (!names.contains(path.text())) {
                throw scope.error(
                        ElaborationCode.CANNOT_PRETRAIN,
                        path.span(),
                        "there is no layer `" + path.text() + "` with a weight that multiplies its input",
                        Names.suggestion(path.text(), names, Note.expected(String.join(", ", names))));
            }
        }
        var listed = how.layers().stream().map(Expression.Path::text).toList();
        return all.stream().filter(layer -> listed.contains(layer.name())).toList();
    }

    /// Why a layer cannot be an autoencoder; empty when it can.
    private String reason(HiddenLayer layer, List<HiddenLayer> all) {
        if (all.stream().filter(other -> other.name().equals(layer.name())).count() > 1) {
            return "it has several weights";
        }
        if (layer.weight().frozen()) {
            return "its weight is frozen";
        }
        if (layer.uses() > 1) {
            return "its weight is used in " + layer.uses() + " products";
        }
        long code = training.type(layer.code()).shape().size();
        long product = training.type(layer.linear()).shape().size();
        return code == product ? "" : "it gives " + code + " numbers, and the product with its weight has " + product;
    }

    private void cannot(HiddenLayer layer, List<HiddenLayer> all, Scope scope) {
        var others = all.stream()
                .filter(other -> !other.last() && reason(other, all).isEmpty())
                .map(HiddenLayer::name)
                .toList();
        var place = layer.weight().scope().at(layer.weight().span());
        scope.error(
                ElaborationCode.CANNOT_PRETRAIN,
                place,
                "`" + layer.name() + "` cannot be pretrained: " + reason(layer, all),
                Note.at(how.span(), "pretraining is asked for here"),
                others.isEmpty()
                        ? Note.help("leave `pretrain` out")
                        : Note.help("name the layers that can be: layers: [" + String.join(", ", others) + "]"));
    }

    private void stage(HiddenLayer layer, List<HiddenLayer> all) {
        var weight = layer.weight();
        var trained = new LinkedHashSet<>(trained(layer));
        var decoder = weight.name();
        if (!how.tied()) {
            decoder = add("decoder." + weight.name(), weight.shape(), weight, trained);
        }
        var shape = training.type(layer.input()).shape();
        var bias = add("decoder_bias." + weight.name(), shape, weight, trained);
        var later = new BitSet();
        var after = HiddenLayer.after(training, layer.product().node());
        all.stream()
                .map(other -> other.product().node())
                .filter(product -> product != layer.product().node() && after.get(product))
                .forEach(product -> later.or(HiddenLayer.after(training, product)));
        int draw = how.corruption() > 0 ? elaboration.draws.take() : 0;
        stages.add(new Stage(layer, decoder, bias, trained, draw, later));
    }

    private String add(String name, Shape shape, WeightTable.Entry like, Set<String> trained) {
        var full = "optimizer." + STATES + name;
        elaboration.weights.add(new WeightTable.Entry(
                full, shape, Weight.Kind.OPTIMIZER, false, false, Meaning.of(0), null, like.scope(), like.span()));
        trained.add(full);
        return full;
    }

    /// The parameters that the layer's own computation uses.
    private Set<String> trained(HiddenLayer layer) {
        var inside = HiddenLayer.after(training, layer.input().node());
        var needed = new BitSet();
        needed.set(layer.code().node());
        var names = new LinkedHashSet<String>();
        for (int i = layer.code().node(); i >= 0; i--) {
            var node = training.nodes().get(i);
            if (needed.get(i) && node.prim() instanceof Prim.Parameter(String name)) {
                names.add(name);
            }
            boolean own =
                    inside.get(i) && i != layer.input().node() || !node.type().perExample();
            if (needed.get(i) && own) {
                node.inputs().forEach(input -> needed.set(input.node()));
            }
        }
        return names;
    }

    // How they are trained

    private void rule(TrainBlock block, Bounds bounds, Scope scope) {
        var optimizer = how.optimizer() == null ? block.entry("optimizer") : how.optimizer();
        var trained = new LinkedHashSet<WeightTable.Entry>();
        for (var entry : elaboration.weights.all()) {
            boolean wanted = stages.stream().anyMatch(stage -> stage.trained().contains(entry.name()));
            if (wanted && !entry.frozen()) {
                trained.add(entry);
            }
        }
        rules = new Rules(elaboration, optimizer, null, bounds, scope, STATES).rules(List.copyOf(trained));
    }

    // What it computes

    /// Pretraining of a network that predicts by this graph.
    Model.Pretraining on(Graph prediction) {
        var fans = Fans.of(prediction);
        var made = new ArrayList<Model.Stage>();
        for (var stage : stages) {
            var weight = stage.layer().weight();
            int use =
                    fans.getOrDefault(weight.name(), Fans.plain(weight.shape())).use();
            var below = use < 0 ? training : prediction;
            int product = use < 0 ? stage.layer().product().node() : use;
            var given = HiddenLayer.input(below, product, stage.layer().views());
            var origin = weight.scope().origin(weight.span());
            var graph = new StageGraph(training, stage.layer(), origin)
                    .build(below, given, how.corruption(), stage.draw(), stage.decoder(), stage.bias(), stage.later());
            var own = new LinkedHashMap<String, Graph>();
            rules.forEach((parameter, rule) -> {
                if (stage.trained().contains(parameter)) {
                    own.put(parameter, rule);
                }
            });
            made.add(new Model.Stage(stage.layer().name(), graph, own));
        }
        return new Model.Pretraining(how.epochs(), made);
    }
}
