package dev.lanewise.compiler.graph;

import dev.lanewise.compiler.graph.Prim.ArgMax;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Concat;
import dev.lanewise.compiler.graph.Prim.Contract;
import dev.lanewise.compiler.graph.Prim.Decompose;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Fill;
import dev.lanewise.compiler.graph.Prim.Fold;
import dev.lanewise.compiler.graph.Prim.Gather;
import dev.lanewise.compiler.graph.Prim.Gradient;
import dev.lanewise.compiler.graph.Prim.Input;
import dev.lanewise.compiler.graph.Prim.Literal;
import dev.lanewise.compiler.graph.Prim.Max;
import dev.lanewise.compiler.graph.Prim.Pad;
import dev.lanewise.compiler.graph.Prim.Parameter;
import dev.lanewise.compiler.graph.Prim.Positions;
import dev.lanewise.compiler.graph.Prim.Random;
import dev.lanewise.compiler.graph.Prim.Reshape;
import dev.lanewise.compiler.graph.Prim.Run;
import dev.lanewise.compiler.graph.Prim.ScatterAdd;
import dev.lanewise.compiler.graph.Prim.Slice;
import dev.lanewise.compiler.graph.Prim.State;
import dev.lanewise.compiler.graph.Prim.StopGradient;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Prim.SumOfProducts;
import dev.lanewise.compiler.graph.Prim.Transpose;
import dev.lanewise.compiler.graph.Prim.Windows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The text of a graph: a line per node, `%12 = add %3 %4 : n x [10]   // line 7 dense_1`, then its results.
public final class GraphPrinter {

    /// Nodes shown before and after the one that a defect is about.
    private static final int AROUND = 8;
    /// Numbers of a literal that are shown.
    private static final int SHOWN = 8;

    private GraphPrinter() {}

    public static String print(Graph graph) {
        var out = new StringBuilder();
        for (int i = 0; i < graph.nodes().size(); i++) {
            out.append(line(graph, i)).append('\n');
        }
        for (var result : graph.results()) {
            out.append(line(result)).append('\n');
        }
        return out.toString();
    }

    /// One node as data: what `lanewise graph --json` lists. `line` is 0 for a node without a place in the file.
    public record Line(int id, String op, String shape, List<Integer> inputs, int line, String path) {
        public Line {
            inputs = List.copyOf(inputs);
        }
    }

    public static List<Line> lines(Graph graph) {
        var lines = new ArrayList<Line>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            var node = graph.nodes().get(i);
            var inputs = node.inputs().stream().map(Value::node).toList();
            int line = known(node.origin()) ? node.origin().span().line() : 0;
            lines.add(new Line(
                    i,
                    text(node.prim()),
                    node.type().toString(),
                    inputs,
                    line,
                    node.origin().path()));
        }
        return lines;
    }

    /// The nodes next to `node`, with a caret under it.
    static String around(Graph graph, int node) {
        var out = new StringBuilder();
        int last = Math.min(graph.nodes().size() - 1, node + AROUND);
        for (int i = Math.max(0, node - AROUND); i <= last; i++) {
            out.append(line(graph, i)).append('\n');
            if (i == node) {
                out.append("^\n");
            }
        }
        return out.toString();
    }

    private static String line(Graph graph, int number) {
        var node = graph.nodes().get(number);
        var out = new StringBuilder("%").append(number).append(" = ").append(text(node.prim()));
        for (var input : node.inputs()) {
            out.append(' ').append(input);
        }
        out.append(" : ").append(node.type());
        var origin = node.origin();
        if (known(origin)) {
            out.append("   // line ").append(origin.span().line());
            var where = origin.path().isEmpty() ? origin.declaration() : origin.path();
            if (!where.isEmpty()) {
                out.append(' ').append(where);
            }
        }
        return out.toString();
    }

    private static boolean known(Origin origin) {
        return !origin.span().source().name().isEmpty();
    }

    private static String line(Result result) {
        return lower(result.role()) + " " + result.name() + " = " + result.value();
    }

    /// `contract un,n->u`: the operation without its inputs.
    public static String text(Prim prim) {
        return switch (prim) {
            case Input(var name) -> "input " + name;
            case Parameter(var name) -> "parameter " + name;
            case State(var name) -> "state " + name;
            case Fill(var value) -> "fill " + number(value);
            case Literal(var values) -> "literal " + literal(values);
            case Run(var scalar) -> "run " + lower(scalar);
            case Random(var normal, var number) -> "random " + (normal ? "normal " : "uniform ") + number;
            case Positions(var axis) -> "positions " + axis;
            case Elementwise(var op) -> lower(op);
            case Contract(var spec) -> "contract " + spec;
            case Sum(var axes, var examples) -> "sum " + reduced(axes, examples);
            case SumOfProducts(var axes) -> "sum_of_products " + reduced(axes, true);
            case Max(var axes, var examples) -> "max_over " + reduced(axes, examples);
            case ArgMax(var axes) -> "argmax " + axes;
            case Broadcast(var shape, var axes, var examples) ->
                "broadcast " + shape + " at " + axes + (examples ? " for examples" : "");
            case Reshape(var shape) -> "reshape " + shape;
            case Transpose(var order) -> "transpose " + order;
            case Slice(var axis, var from, var to, var step) ->
                "slice " + axis + " from " + from + " to " + to + " step " + step;
            case Pad(var axis, var before, var after, var gap) ->
                "pad " + axis + " before " + before + " after " + after + " gap " + gap;
            case Concat(var axis) -> "concat " + axis;
            case Windows(var axis, var kernel, var stride, var dilation) ->
                "windows " + axis + " kernel " + kernel + " stride " + stride + " dilation " + dilation;
            case Fold(var axis, var extent, var stride, var dilation) ->
                "fold " + axis + " extent " + extent + " stride " + stride + " dilation " + dilation;
            case Gather() -> "gather";
            case ScatterAdd(var rows, var examples) -> "scatter_add " + rows + (examples ? " over examples" : "");
            case Decompose(var to) -> lower(to);
            case StopGradient() -> "stop_gradient";
            case Gradient() -> "gradient";
        };
    }

    private static String reduced(List<Integer> axes, boolean examples) {
        return axes + (examples ? " over examples" : "");
    }

    private static String literal(List<Double> values) {
        var shown = values.stream().limit(SHOWN).map(GraphPrinter::number).toList();
        return shown + (values.size() > SHOWN ? " and " + (values.size() - SHOWN) + " more" : "");
    }

    /// Whole numbers without a fraction: 2, not 2.0.
    private static String number(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15 && !(value == 0 && 1 / value < 0);
        return whole ? Long.toString((long) value) : Double.toString(value);
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
