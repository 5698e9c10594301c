package dev.lanewise.cli.explain;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.GraphPrinter;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A graph of numbers as a formula of the language; what is used several times gets a line of its own.
public final class FormulaText {
    private static final int SUM = 1;
    private static final int PRODUCT = 2;
    private static final int POWER = 4;
    private static final int WHOLE = 5;
    private static final int COMPARISON = 0;

    /// A text, and how tightly its outermost operation binds.
    private record Part(String text, int binding) {
        String within(int least) {
            return binding < least ? "(" + text + ")" : text;
        }
    }

    private final Graph graph;
    private final int[] uses;
    private final Map<Integer, Part> done = new HashMap<>();
    private final List<String> lines = new ArrayList<>();

    private FormulaText(Graph graph) {
        this.graph = graph;
        this.uses = new int[graph.nodes().size()];
    }

    /// The lines that lead to `result`, the last of which is its formula.
    static List<String> of(Graph graph, Value result) {
        var text = new FormulaText(graph);
        text.count(result.node());
        for (int n = 0; n <= result.node(); n++) {
            if (text.uses[n] > 0) {
                text.write(n, result.node());
            }
        }
        text.lines.add(text.part(result).text());
        return List.copyOf(text.lines);
    }

    private void count(int result) {
        uses[result] = 1;
        for (int n = result; n >= 0; n--) {
            if (uses[n] > 0) {
                graph.nodes().get(n).inputs().forEach(input -> uses[input.node()]++);
            }
        }
    }

    private void write(int n, int result) {
        var node = graph.nodes().get(n);
        var part = part(node);
        boolean looksThrough = node.prim() instanceof Prim.Broadcast
                || node.prim() instanceof Prim.Reshape
                || node.prim() instanceof Prim.StopGradient;
        boolean large = !node.inputs().isEmpty() && !looksThrough && part.text().length() > 8;
        if (n != result && uses[n] > 1 && large) {
            var name = "t" + (lines.size() + 1);
            lines.add(name + " = " + part.text());
            part = new Part(name, WHOLE);
        }
        done.put(n, part);
    }

    private Part part(Value value) {
        var part = done.get(value.node());
        return part == null ? new Part("?", WHOLE) : part;
    }

    private Part part(Node node) {
        var in = node.inputs().stream().map(this::part).toList();
        return switch (node.prim()) {
            case Prim.Input(var name) -> new Part(name, WHOLE);
            case Prim.Parameter(var name) -> new Part(name, WHOLE);
            case Prim.State(var name) -> new Part(name, WHOLE);
            case Prim.Fill(var value) -> new Part(number(value), value < 0 ? PRODUCT : WHOLE);
            case Prim.Run(var scalar) -> new Part(scalar.name().toLowerCase(Locale.ROOT), WHOLE);
            case Prim.Broadcast _, Prim.Reshape _, Prim.StopGradient _ -> in.getFirst();
            case Prim.Elementwise(var op) -> operation(op, in);
            default -> call(GraphPrinter.text(node.prim()), in);
        };
    }

    private static Part operation(Op op, List<Part> in) {
        return switch (op) {
            case NEG -> new Part("-" + in.get(0).within(PRODUCT), PRODUCT);
            case ADD -> infix(in, " + ", SUM, SUM);
            case SUB -> infix(in, " - ", SUM, PRODUCT);
            case MUL -> infix(in, " * ", PRODUCT, PRODUCT);
            case DIV -> infix(in, " / ", PRODUCT, POWER);
            case POW -> infix(in, " ^ ", WHOLE, POWER, POWER);
            case FMA ->
                new Part(
                        in.get(0).within(PRODUCT) + " * " + in.get(1).within(PRODUCT) + " + "
                                + in.get(2).within(SUM),
                        SUM);
            case LT -> infix(in, " < ", SUM, SUM, COMPARISON);
            case LE -> infix(in, " <= ", SUM, SUM, COMPARISON);
            case EQ -> infix(in, " == ", SUM, SUM, COMPARISON);
            case NE -> infix(in, " != ", SUM, SUM, COMPARISON);
            case AND -> infix(in, " and ", WHOLE, WHOLE, COMPARISON);
            case OR -> infix(in, " or ", WHOLE, WHOLE, COMPARISON);
            case NOT -> new Part("not " + in.get(0).within(WHOLE), COMPARISON);
            case FLUSH -> in.get(0);
            case SELECT -> call("where", in);
            case DECAY -> new Part("exp(-" + in.get(0).within(PRODUCT) + ")", WHOLE);
            case MAX, MIN, ABS, SIGN, SQRT, EXP, EXPM1, LOG, LOG1P, SIN, COS, TAN, TANH, ERF, SIGMOID, FLOOR ->
                call(op.name().toLowerCase(Locale.ROOT), in);
        };
    }

    private static Part infix(List<Part> in, String sign, int left, int right) {
        return infix(in, sign, left, right, left);
    }

    private static Part infix(List<Part> in, String sign, int left, int right, int binding) {
        return new Part(in.get(0).within(left) + sign + in.get(1).within(right), binding);
    }

    private static Part call(String name, List<Part> in) {
        return new Part(
                name + "(" + String.join(", ", in.stream().map(Part::text).toList()) + ")", WHOLE);
    }

    /// Whole numbers as such, others with up to six digits.
    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            return Long.toString((long) value);
        }
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "NaN" : value > 0 ? "infinity" : "-infinity";
        }
        var text = String.format(Locale.ROOT, "%.6g", value);
        return text.contains("e") || !text.contains(".") ? text : text.replaceFirst("\\.?0+$", "");
    }
}
