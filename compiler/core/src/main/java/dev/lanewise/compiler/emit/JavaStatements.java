package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The statements of a loop program as Java, for reading: operations that are recipes of their own stand as calls by
/// their names (`tanh(x)`), and what is left over of a vector loop is not shown.
final class JavaStatements {
    private final StringBuilder out;
    private final boolean doubles;
    /// Temporaries that hold vectors.
    private final Set<Integer> wide = new HashSet<>();
    private boolean vector;
    private int along = -1;

    JavaStatements(StringBuilder out, boolean doubles) {
        this.out = out;
        this.doubles = doubles;
    }

    /// Statements inside of a vector loop over `variable`, with temporary 0 a vector.
    void inVector(int variable, List<Statement> statements) {
        wide.add(0);
        vector = !doubles;
        along = variable;
        all(statements);
        vector = false;
        along = -1;
    }

    void all(List<Statement> statements) {
        statements.forEach(this::statement);
    }

    private void statement(Statement statement) {
        switch (statement) {
            case Statement.For loop -> loop(loop.variable(), String.valueOf(loop.extent()), "1", loop.body());
            case Statement.Groups loop -> loop(loop.variable(), "groups", "1", loop.body());
            case Statement.Vector loop -> {
                vector = !doubles
                        && !Uses.singly(loop.body())
                        && Uses.draws(loop.body()).isEmpty();
                along = loop.variable();
                loop(loop.variable(), String.valueOf(loop.extent()), vector ? "S.length()" : "1", loop.body());
                vector = false;
                along = -1;
            }
            case Statement.Let let -> {
                out.append(vector ? "FloatVector" : number()).append(" t").append(let.temporary());
                if (vector) {
                    wide.add(let.temporary());
                } else {
                    wide.remove(let.temporary());
                }
                out.append(" = ").append(text(let.value())).append(";\n");
            }
            case Statement.Set set ->
                out.append('t')
                        .append(set.temporary())
                        .append(" = ")
                        .append(text(set.value()))
                        .append(";\n");
            case Statement.Store store -> store(store);
            case Statement.Tree tree ->
                out.append("for (int n = 0; n < %d; n++) a%d[%s + n] = %s(a%d, %s + 32 * n);\n"
                        .formatted(
                                tree.count(),
                                tree.operand(),
                                place(tree.operand(), tree.index()),
                                tree.maximum() ? "maximumOf32" : "sumOf32",
                                tree.scratch(),
                                place(tree.scratch(), tree.from())));
        }
    }

    private void loop(int variable, String extent, String step, List<Statement> body) {
        out.append("for (int i%d = 0; i%d < %s; i%d += %s) {\n".formatted(variable, variable, extent, variable, step));
        all(body);
        out.append("}\n");
    }

    private void store(Statement.Store store) {
        var place = place(store.operand(), store.index());
        out.append(
                vector
                        ? "%s.intoArray(a%d, %s);\n".formatted(text(store.value()), store.operand(), place)
                        : "a%d[%s] = %s;\n".formatted(store.operand(), place, text(store.value())));
    }

    private String number() {
        return doubles ? "double" : "float";
    }

    /// The place of an operand's element in its array.
    static String place(int operand, Index index) {
        var text = new StringBuilder("o" + operand);
        for (var term : index.terms()) {
            text.append(" + ")
                    .append(term.stride() == 1 ? "" : term.stride() + " * ")
                    .append('i')
                    .append(term.variable());
        }
        return index.constant() == 0 ? text.toString() : text + " + " + index.constant();
    }

    private static String whole(Index index) {
        return place(0, index).replaceFirst("^o0( \\+ )?", index.terms().isEmpty() && index.constant() == 0 ? "0" : "");
    }

    private String wide(String single) {
        return vector ? "FloatVector.broadcast(S, " + single + ")" : single;
    }

    private String text(Expression expression) {
        return switch (expression) {
            case Expression.Constant constant -> wide(literal(constant.value()));
            case Expression.Temporary temporary -> {
                var name = "t" + temporary.number();
                yield wide.contains(temporary.number()) ? name : wide(name);
            }
            case Expression.Scalar scalar -> wide("s" + scalar.number());
            case Expression.Load load -> {
                var place = place(load.operand(), load.index());
                yield vector
                        ? "FloatVector.fromArray(S, a%d, %s)".formatted(load.operand(), place)
                        : "a%d[%s]".formatted(load.operand(), place);
            }
            case Expression.Splat splat ->
                wide("a%d[%s]".formatted(splat.operand(), place(splat.operand(), splat.index())));
            case Expression.Position position -> {
                int stride = Uses.stride(position.index(), along);
                var first = wide("(" + number() + ") (" + whole(position.index()) + ")");
                yield vector && stride != 0 ? first + ".addIndex(" + stride + ")" : first;
            }
            case Expression.WhereReal where ->
                "whereReal(i%d, %s, examples, %s, %s)"
                        .formatted(where.group(), whole(where.lane()), text(where.value()), text(where.otherwise()));
            case Expression.Within within ->
                "Integer.compareUnsigned(%s, %d) < 0 ? %s : %s"
                        .formatted(whole(within.index()), within.below(), text(within.value()), wide(literal(0)))
                        .transform(t -> "(" + t + ")");
            case Expression.Draw draw ->
                "%s(%d, %s + %s)"
                        .formatted(
                                draw.normal() ? "normal" : "uniform",
                                draw.number(),
                                whole(draw.example()),
                                whole(draw.element()));
            case Expression.Gather gather ->
                "a%d[%s + %d * row(%s, %d)]"
                        .formatted(
                                gather.operand(),
                                place(gather.operand(), gather.index()),
                                gather.stride(),
                                text(gather.row()),
                                gather.rows());
            case Expression.Apply apply -> apply(apply);
        };
    }

    private String literal(double value) {
        var type = doubles ? "Double" : "Float";
        if (Double.isInfinite(value)) {
            return type + (value > 0 ? ".POSITIVE_INFINITY" : ".NEGATIVE_INFINITY");
        }
        if (Double.isNaN(value)) {
            return type + ".NaN";
        }
        return doubles ? String.valueOf(value) : (float) value + "f";
    }

    private String apply(Expression.Apply apply) {
        var arguments = apply.arguments().stream().map(this::text).toList();
        var name = apply.op().name().toLowerCase(Locale.ROOT);
        boolean method = switch (apply.op()) {
            case ADD, SUB, MUL, DIV, MAX, MIN, FMA, NEG, ABS, SQRT -> vector;
            default -> false;
        };
        if (method) {
            return arguments.getFirst() + "." + name + "(" + String.join(", ", arguments.subList(1, arguments.size()))
                    + ")";
        }
        var operator = operator(apply.op());
        if (!vector && !operator.isEmpty()) {
            return "(" + arguments.get(0) + operator + arguments.get(1) + ")";
        }
        return name + "(" + String.join(", ", arguments) + ")";
    }

    private static String operator(Op op) {
        return switch (op) {
            case ADD -> " + ";
            case SUB -> " - ";
            case MUL -> " * ";
            case DIV -> " / ";
            default -> "";
        };
    }
}
