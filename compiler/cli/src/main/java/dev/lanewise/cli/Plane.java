package dev.lanewise.cli;

import dev.lanewise.cli.console.Plot;
import dev.lanewise.cli.network.Decisions;
import dev.lanewise.cli.network.Outputs;
import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// What a network of two inputs says, as a picture in characters over the part of the plane where the examples lie:
/// the class that it decides for, or its one output in shades.
final class Plane {
    private static final int WIDTH = 60;
    private static final int HEIGHT = 30;
    /// Of the examples' extent, on every side.
    private static final double MARGIN = 0.05;

    private static final String CLASSES = ".+#o=*%~@:";
    private static final char WRONG = 'x';
    private static final String SHADES = " .:-=+*#%@";

    private final Network network;
    private final Dataset data;
    private final double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    private final double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
    private final char[][] cells = new char[HEIGHT][WIDTH];

    private Plane(Network network, Dataset data) {
        this.network = network;
        this.data = data;
    }

    /// The lines of the picture and its legend; none for a network that has no two inputs, or neither classes nor
    /// one number to show.
    static List<String> of(Network network, Dataset data) {
        var inputs = network.inputs();
        boolean isFlat = inputs.stream().allMatch(port -> port.kind() == Port.Kind.FLOAT)
                && inputs.stream().mapToInt(Port::size).sum() == 2;
        var decisions = Decisions.of(network).list();
        int number = IntStream.range(0, network.outputs().size())
                .filter(o -> network.outputs().get(o).size() == 1)
                .findFirst()
                .orElse(-1);
        if (!isFlat || data.size() == 0) {
            return List.of();
        }
        if (!decisions.isEmpty() && decisions.getFirst().target().classes() <= CLASSES.length()) {
            return new Plane(network, data).classes(decisions.getFirst());
        }
        return decisions.isEmpty() && number >= 0 ? new Plane(network, data).shades(number) : List.of();
    }

    private List<String> classes(Decisions.Decision decision) {
        var points = points();
        Outputs.forEach(network, grid(), (first, count, outputs) -> {
            for (int e = 0; e < count; e++) {
                int at = first + e;
                int decided = decision.of(
                        outputs.get(decision.output()), e * decision.target().classes());
                cells[at / WIDTH][at % WIDTH] = CLASSES.charAt(decided);
            }
        });
        int wrong = mark(decision, points);
        var legend = new StringBuilder();
        for (int c = 0; c < decision.target().classes(); c++) {
            legend.append(CLASSES.charAt(c))
                    .append(' ')
                    .append(decision.name(c))
                    .append("   ");
        }
        if (wrong > 0) {
            legend.append(WRONG).append(" an example taken for another class");
        }
        return picture(decision.target().name() + ":  " + legend.toString().strip());
    }

    /// Shows the examples that are taken for another class, and counts them.
    private int mark(Decisions.Decision decision, double[][] points) {
        int place = data.ports().stream()
                .map(Port::name)
                .toList()
                .indexOf(decision.target().name());
        var actual = new double[1];
        int[] wrong = new int[1];
        Outputs.forEach(network, data, (first, count, outputs) -> {
            for (int e = 0; e < count; e++) {
                data.read(place, first + e, actual, 0);
                int decided = decision.of(
                        outputs.get(decision.output()), e * decision.target().classes());
                if (decided != (int) actual[0]) {
                    var point = points[first + e];
                    cells[HEIGHT - 1 - cell(1, point[1], HEIGHT)][cell(0, point[0], WIDTH)] = WRONG;
                    wrong[0]++;
                }
            }
        });
        return wrong[0];
    }

    private List<String> shades(int output) {
        points();
        var values = new double[WIDTH * HEIGHT];
        Outputs.forEach(
                network,
                grid(),
                (first, count, outputs) -> System.arraycopy(outputs.get(output), 0, values, first, count));
        double least = Arrays.stream(values).min().orElseThrow();
        double most = Arrays.stream(values).max().orElseThrow();
        for (int at = 0; at < values.length; at++) {
            double share = most > least ? (values[at] - least) / (most - least) : 0;
            int shade = (int) Math.min(SHADES.length() - 1, share * SHADES.length());
            cells[at / WIDTH][at % WIDTH] = SHADES.charAt(shade);
        }
        return picture(network.outputs().get(output).name() + ":  from " + Plot.number(least) + " (blank) to "
                + Plot.number(most) + " (" + SHADES.charAt(SHADES.length() - 1) + ")");
    }

    /// The two inputs of every example; their range becomes that of the picture.
    private double[][] points() {
        var points = new double[data.size()][2];
        for (int e = 0; e < points.length; e++) {
            int at = 0;
            for (var input : network.inputs()) {
                data.read(data.ports().stream().map(Port::name).toList().indexOf(input.name()), e, points[e], at);
                at += input.size();
            }
            for (int axis = 0; axis < 2; axis++) {
                low[axis] = Math.min(low[axis], points[e][axis]);
                high[axis] = Math.max(high[axis], points[e][axis]);
            }
        }
        for (int axis = 0; axis < 2; axis++) {
            double extent = high[axis] > low[axis] ? high[axis] - low[axis] : 1;
            low[axis] -= MARGIN * extent;
            high[axis] += MARGIN * extent;
        }
        return points;
    }

    private int cell(int axis, double value, int cells) {
        return Math.clamp((int) ((value - low[axis]) / (high[axis] - low[axis]) * cells), 0, cells - 1);
    }

    /// The middles of all cells, line by line from the top.
    private Dataset grid() {
        var places = new double[2][WIDTH * HEIGHT];
        for (int at = 0; at < WIDTH * HEIGHT; at++) {
            places[0][at] = low[0] + (at % WIDTH + 0.5) / WIDTH * (high[0] - low[0]);
            int row = at / WIDTH;
            places[1][at] = high[1] - (row + 0.5) / HEIGHT * (high[1] - low[1]);
        }
        var grid = ArrayDataset.builder();
        if (network.inputs().size() == 2) {
            grid.add(network.inputs().get(0), places[0]).add(network.inputs().get(1), places[1]);
        } else {
            var both = new double[2 * WIDTH * HEIGHT];
            Arrays.setAll(both, i -> places[i % 2][i / 2]);
            grid.add(network.inputs().getFirst(), both);
        }
        return grid.build();
    }

    private List<String> picture(String legend) {
        var lines = new ArrayList<String>();
        int margin = Math.max(Plot.number(high[1]).length(), Plot.number(low[1]).length());
        for (int row = 0; row < HEIGHT; row++) {
            var label = row == 0 ? Plot.number(high[1]) : row == HEIGHT - 1 ? Plot.number(low[1]) : "";
            lines.add((" ".repeat(margin - label.length()) + label + " " + new String(cells[row])).stripTrailing());
        }
        var left = Plot.number(low[0]);
        var right = Plot.number(high[0]);
        lines.add(" ".repeat(margin + 1) + left + " ".repeat(WIDTH - left.length() - right.length()) + right);
        lines.add(legend);
        return lines;
    }
}
