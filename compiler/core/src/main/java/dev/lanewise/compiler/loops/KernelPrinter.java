package dev.lanewise.compiler.loops;

import dev.lanewise.compiler.graph.Op;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Kernels as readable text. Operands are `a`, `b`, ..., temporaries `t0`, scalars `s0`; `[i]` is an element, `{i}`
/// an element repeated for all lanes.
public final class KernelPrinter {
    private final StringBuilder out = new StringBuilder();

    private KernelPrinter() {}

    /// All kernels of a program, each with its number.
    public static String print(LoopProgram program) {
        var text = new StringBuilder();
        for (int i = 0; i < program.kernels().size(); i++) {
            text.append(print("k" + i, program.kernels().get(i))).append('\n');
        }
        return text.toString();
    }

    public static String print(String name, Kernel kernel) {
        var printer = new KernelPrinter();
        var arrays = new StringBuilder();
        for (int i = 0; i < kernel.operands(); i++) {
            arrays.append(i == 0 ? "" : ", ").append(operand(i));
        }
        for (int i = 0; i < kernel.scalars(); i++) {
            arrays.append(", s").append(i);
        }
        printer.out.append("kernel ").append(name).append('(').append(arrays).append(')');
        printer.out.append(kernel.perGroup() ? " for group" : "");
        printer.out.append(kernel.unitsPerGroup() == 1 ? "" : " for unit < " + kernel.unitsPerGroup());
        printer.out.append('\n');
        printer.work(kernel.work());
        return printer.out.toString();
    }

    /// `a` to `z`, then `a1`.
    public static String operand(int number) {
        char letter = (char) ('a' + number % 26);
        return number < 26 ? String.valueOf(letter) : letter + String.valueOf(number / 26);
    }

    private void work(Kernel.Work work) {
        switch (work) {
            case Kernel.Nest(var body) -> body.forEach(s -> statement(s, 1));
            case Kernel.LaneTile tile -> {
                line(
                        1,
                        "t0 = sum for k < " + tile.depth() + " of a{" + tile.aRow() + " unit + " + tile.aDepth()
                                + " k} * b[" + tile.bGroup() + " group + " + tile.bDepth() + " k + lane]"
                                + waiting(tile));
                tile.store().forEach(s -> statement(s, 1));
            }
            case Kernel.ExampleTile tile ->
                line(
                        1,
                        "c[" + tile.columns() + " unit + column] = sum for group, lane of a[" + tile.aGroup()
                                + " group + " + tile.aRow() + " unit + lane] * b[panel of column][example][column]");
            case Kernel.RunTile tile ->
                line(
                        1,
                        "c[row, column < " + tile.columns() + "] = sum for group, depth of a[" + tile.aGroup()
                                + " group + " + tile.aFirst()
                                + " + row, depth] * b[group][panel of column][depth][column]; row "
                                + axes(tile.rows()) + ", depth " + axes(tile.depth()));
            case Kernel.RowTile tile ->
                line(
                        1,
                        "c[outer, row, column < " + tile.columns() + "] = sum for depth of a{" + tile.aFirst()
                                + " + outer, row, depth} * b[" + tile.bFirst() + " + outer, depth, column]; outer "
                                + axes(tile.outer()) + ", row " + axes(List.of(tile.row())) + ", depth "
                                + axes(tile.depth()));
            case Kernel.PatchTile tile ->
                line(
                        1,
                        "c[" + tile.cGroup() + " group, place, row, lane] = sum for depth of a{" + tile.aFirst()
                                + " + place, row, depth} * b[" + tile.bGroup() + " group + " + tile.bFirst()
                                + " + place, depth, lane]; place " + axes(tile.places()) + ", row "
                                + axes(List.of(tile.row())) + ", depth " + axes(tile.depth()));
            case Kernel.Rearrange(int size, var from, var to) ->
                line(
                        1,
                        "b in " + to.name().toLowerCase(Locale.ROOT) + " of " + size + " = a in "
                                + from.name().toLowerCase(Locale.ROOT));
            case Kernel.ToRuns move ->
                line(
                        1,
                        "b[group][panel of column][place < " + move.places() + "][lane][column] = a[group][column < "
                                + move.columns() + "][place][lane]");
            case Kernel.ClearPadding(int size) -> line(1, "a[group][" + size + "][lane] = 0 for padded examples");
        }
    }

    private static String waiting(Kernel.LaneTile tile) {
        return (tile.partial() < 0 ? "" : ", " + tile.blockDepth() + " at a time in " + operand(tile.partial()))
                + (tile.packed() < 0 ? "" : ", a packed in " + operand(tile.packed()));
    }

    /// Extents, with the strides in the operands.
    private static String axes(List<Kernel.Axis> axes) {
        return axes.stream()
                .map(x -> x.extent() + " (" + x.a() + ", " + x.b() + ", " + x.c() + ")")
                .collect(Collectors.joining(" ", "[", "]"));
    }

    private void line(int depth, String text) {
        out.append("  ".repeat(depth)).append(text).append('\n');
    }

    private void block(int depth, String head, List<Statement> body) {
        line(depth, head);
        body.forEach(s -> statement(s, depth + 1));
    }

    private void statement(Statement statement, int depth) {
        switch (statement) {
            case Statement.For(int variable, int extent, var body) ->
                block(depth, "for " + variable(variable) + " < " + extent, body);
            case Statement.Groups(int variable, var body) -> block(depth, "for groups " + variable(variable), body);
            case Statement.Vector(int variable, int extent, var body) ->
                block(depth, "vector " + variable(variable) + " < " + extent, body);
            case Statement.Let(int temporary, var value) -> line(depth, "t" + temporary + " = " + text(value));
            case Statement.Set(int temporary, var value) -> line(depth, "t" + temporary + " <- " + text(value));
            case Statement.Store(int operand, var index, var value) ->
                line(depth, operand(operand) + "[" + text(index) + "] = " + text(value));
            case Statement.Tree(int operand, var index, int scratch, var from, int count, boolean maximum) ->
                line(
                        depth,
                        operand(operand) + "[" + text(index) + "] = " + (maximum ? "max" : "sum") + " of 32 at "
                                + operand(scratch) + "[" + text(from) + "]"
                                + (count == 1 ? "" : ", " + count + " times"));
        }
    }

    private static String variable(int variable) {
        return switch (variable) {
            case Kernel.GROUP -> "group";
            case Kernel.UNIT -> "unit";
            default -> "i" + variable;
        };
    }

    private static String text(Index index) {
        var terms = index.terms().stream()
                .map(t -> (t.stride() == 1 ? "" : t.stride() + " ") + variable(t.variable()))
                .collect(Collectors.joining(" + "));
        if (terms.isEmpty()) {
            return String.valueOf(index.constant());
        }
        return index.constant() == 0 ? terms : terms + " + " + index.constant();
    }

    private static String text(Expression expression) {
        return switch (expression) {
            case Expression.Constant(double value) -> number(value);
            case Expression.Temporary(int number) -> "t" + number;
            case Expression.Load(int operand, var index) -> operand(operand) + "[" + text(index) + "]";
            case Expression.Splat(int operand, var index) -> operand(operand) + "{" + text(index) + "}";
            case Expression.Scalar(int number) -> "s" + number;
            case Expression.Position(var index) -> "(" + text(index) + ")";
            case Expression.Apply(var op, var arguments) -> apply(op, arguments);
            case Expression.WhereReal(int group, var lane, var value, var otherwise) ->
                "real(" + variable(group) + ", " + text(lane) + ", " + text(value) + ", " + text(otherwise) + ")";
            case Expression.Within(var index, int below, var value) ->
                "within(" + text(index) + " < " + below + ", " + text(value) + ")";
            case Expression.Draw(boolean normal, int number, var example, var element) ->
                (normal ? "normal" : "uniform") + "(" + number + ", " + text(example) + " + " + text(element) + ")";
            case Expression.Gather(int operand, var row, int rows, int stride, var index) ->
                operand(operand) + "[" + stride + " (" + text(row) + " < " + rows + ") + " + text(index) + "]";
        };
    }

    private static String apply(Op op, List<Expression> arguments) {
        var texts = arguments.stream().map(KernelPrinter::text).toList();
        return switch (op) {
            case ADD -> "(" + texts.get(0) + " + " + texts.get(1) + ")";
            case SUB -> "(" + texts.get(0) + " - " + texts.get(1) + ")";
            case MUL -> "(" + texts.get(0) + " * " + texts.get(1) + ")";
            case DIV -> "(" + texts.get(0) + " / " + texts.get(1) + ")";
            default -> op.name().toLowerCase(Locale.ROOT) + texts.stream().collect(Collectors.joining(", ", "(", ")"));
        };
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e9
                ? String.valueOf((long) value)
                : String.valueOf(value);
    }
}
