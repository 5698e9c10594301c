package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.syntax.Expression.Argument;
import dev.lanewise.dsl.syntax.Expression.Binary;
import dev.lanewise.dsl.syntax.Expression.BinaryOperator;
import dev.lanewise.dsl.syntax.Expression.Call;
import dev.lanewise.dsl.syntax.Expression.Group;
import dev.lanewise.dsl.syntax.Expression.Items;
import dev.lanewise.dsl.syntax.Expression.Missing;
import dev.lanewise.dsl.syntax.Expression.Path;
import dev.lanewise.dsl.syntax.Expression.Pipeline;
import dev.lanewise.dsl.syntax.Expression.Stage;
import dev.lanewise.dsl.syntax.Expression.Text;
import dev.lanewise.dsl.syntax.Expression.Unary;
import dev.lanewise.dsl.syntax.Expression.UnaryOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Writes expressions: on one line where they fit, else broken at pipes, commas and operators.
final class ExpressionLayout {
    private static final int PIPE = 0;
    private static final int OR = 1;
    private static final int AND = 2;
    private static final int NOT = 3;
    private static final int COMPARISON = 4;
    private static final int SUM = 5;
    private static final int PRODUCT = 6;
    private static final int PREFIX = 7;
    private static final int POWER = 8;
    private static final int PRIMARY = 9;

    private final Page page;

    ExpressionLayout(Page page) {
        this.page = page;
    }

    /// Writes an expression; `indent` is that of the line in which it begins.
    void write(Expression expression, int indent) {
        write(expression, PIPE, indent);
    }

    private void write(Expression expression, int level, int indent) {
        int end = expression.span().end();
        var flat = flat(expression, level);
        if (!isBroken(expression) && page.column() + flat.length() < Page.WIDTH) {
            page.write(flat, end);
            return;
        }
        boolean wrapped = level(expression) < level;
        page.write(wrapped ? "(" : "");
        switch (expression) {
            case Pipeline pipeline -> pipeline(pipeline, indent);
            case Call call -> {
                page.write(call.callee().text(), call.callee().span().end());
                arguments(call.arguments(), end, indent);
            }
            case Items items -> items(items, indent);
            case Group group -> {
                page.write("(", group.span().start() + 1);
                write(group.inner(), indent);
                page.comments(indent + 1, end, false);
                page.write(")");
            }
            case Binary binary -> binary(binary, indent);
            case Unary unary -> {
                page.write(sign(unary));
                write(unary.operand(), unary.operator() == UnaryOperator.NOT ? NOT : PREFIX, indent);
            }
            case Expression.Number _, Text _, Path _, Missing _ -> page.write(flat);
        }
        page.write(wrapped ? ")" : "", end);
    }

    /// Whether an expression has comments in it, or a pipeline that was broken by hand.
    private boolean isBroken(Expression expression) {
        int start = expression.span().start();
        int end = expression.span().end();
        if (page.hasComment(start, end)) {
            return true;
        }
        return switch (expression) {
            case Pipeline pipeline ->
                isBroken(pipeline.value())
                        || pipeline.stages().stream().anyMatch(stage -> isBroken(stage.arguments()))
                        || breaks(pipeline).contains(true);
            case Call call -> isBroken(call.arguments());
            case Items items -> items.elements().stream().anyMatch(this::isBroken);
            case Group group -> isBroken(group.inner());
            case Binary binary -> isBroken(binary.left()) || isBroken(binary.right());
            case Unary unary -> isBroken(unary.operand());
            case Expression.Number _, Text _, Path _, Missing _ -> false;
        };
    }

    private boolean isBroken(List<Argument> arguments) {
        return arguments.stream().anyMatch(argument -> isBroken(argument.value()));
    }

    /// For each stage whether it began a line.
    private static List<Boolean> breaks(Pipeline pipeline) {
        var source = pipeline.span().source();
        var breaks = new ArrayList<Boolean>();
        int end = pipeline.value().span().end();
        for (var stage : pipeline.stages()) {
            breaks.add(source.line(Math.min(end, stage.span().start()))
                    < source.line(stage.span().start()));
            end = stage.span().end();
        }
        return breaks;
    }

    private void pipeline(Pipeline pipeline, int indent) {
        var breaks = breaks(pipeline);
        boolean comments =
                page.hasComment(pipeline.span().start(), pipeline.span().end());
        if (!breaks.contains(true) || isTooWide(pipeline, breaks, indent)) {
            breaks = pipeline.stages().stream().map(stage -> true).toList();
        }
        write(pipeline.value(), OR, indent);
        for (int i = 0; i < pipeline.stages().size(); i++) {
            var stage = pipeline.stages().get(i);
            boolean own = comments && page.comments(indent + 1, stage.span().start(), false);
            if (breaks.get(i) || own || page.isClosedByComment()) {
                page.newLine(indent + 1);
            } else {
                page.write(" ");
            }
            page.write("|> " + head(stage), stage.callee().span().end());
            if (!stage.arguments().isEmpty()) {
                arguments(stage.arguments(), stage.span().end(), indent + 1);
            }
            page.passed(stage.span().end());
        }
    }

    /// Whether one of the lines into which a pipeline was broken by hand is too long.
    private boolean isTooWide(Pipeline pipeline, List<Boolean> breaks, int indent) {
        int column = page.column() + flat(pipeline.value(), OR).length();
        for (int i = 0; i < breaks.size(); i++) {
            int width = 1 + flat(pipeline.stages().get(i)).length();
            boolean alone = breaks.get(i);
            column = (alone ? 2 * indent + 1 : column) + width;
            boolean more = i + 1 < breaks.size() && !breaks.get(i + 1);
            if (column >= Page.WIDTH && (!alone || more)) {
                return true;
            }
        }
        return false;
    }

    private static String head(Stage stage) {
        return (stage.frozen() ? "frozen " : "") + stage.callee().text();
    }

    private void arguments(List<Argument> arguments, int end, int indent) {
        var flat = "(" + flat(arguments) + ")";
        if (arguments.isEmpty()
                || !isBroken(arguments) && !page.hasComment(0, end) && page.column() + flat.length() < Page.WIDTH) {
            page.write(flat);
            return;
        }
        page.write("(");
        if (inOneLine(flat(arguments), arguments.getLast().span().end(), isBroken(arguments), end, ")", indent)) {
            return;
        }
        for (var argument : arguments) {
            page.comments(indent + 1, argument.span().start(), false);
            page.newLine(indent + 1);
            page.write(
                    argument.isNamed() ? argument.name() + ": " : "",
                    argument.value().span().start());
            write(argument.value(), indent + 1);
            page.write(",", argument.span().end());
        }
        page.comments(indent + 1, end, false);
        page.newLine(indent);
        page.write(")", end);
    }

    /// Writes what stands between brackets on a line of its own, and the closing bracket below it, if it fits and
    /// nothing in it wants to be broken.
    private boolean inOneLine(String flat, int last, boolean broken, int end, String close, int indent) {
        if (broken || page.hasComment(0, end) || 2 * (indent + 1) + flat.length() > Page.WIDTH) {
            return false;
        }
        page.newLine(indent + 1);
        page.write(flat, last);
        page.newLine(indent);
        page.write(close, end);
        return true;
    }

    private void items(Items items, int indent) {
        page.write("[", items.span().start() + 1);
        int end = items.span().end();
        boolean broken = items.elements().stream().anyMatch(this::isBroken);
        if (inOneLine(flatAll(items.elements()), end, broken, end, "]", indent)) {
            return;
        }
        for (var element : items.elements()) {
            page.comments(indent + 1, element.span().start(), false);
            page.newLine(indent + 1);
            write(element, indent + 1);
            page.write(",", element.span().end());
        }
        page.comments(indent + 1, items.span().end(), false);
        page.newLine(indent);
        page.write("]");
    }

    private void binary(Binary binary, int indent) {
        var operator = binary.operator();
        write(binary.left(), left(operator), indent);
        page.write(" " + operator.sign(), binary.operatorSpan().end());
        int next = binary.right().span().start();
        boolean own = page.comments(indent + 1, next, false);
        boolean fits = page.column() + 1 + flat(binary.right(), right(operator)).length() < Page.WIDTH;
        if (own || page.isClosedByComment() || !fits) {
            page.newLine(indent + 1);
            write(binary.right(), right(operator), indent + 1);
        } else {
            page.write(" ");
            write(binary.right(), right(operator), indent);
        }
    }

    /// An expression on one line.
    static String flat(Expression expression) {
        return flat(expression, PIPE);
    }

    private static String flat(Expression expression, int level) {
        var text = switch (expression) {
            case Expression.Number number -> number.text();
            case Text quoted -> Quoted.text(quoted.value());
            case Items items -> "[" + flatAll(items.elements()) + "]";
            case Path path -> path.text();
            case Call call -> call.callee().text() + "(" + flat(call.arguments()) + ")";
            case Unary unary ->
                sign(unary) + flat(unary.operand(), unary.operator() == UnaryOperator.NOT ? NOT : PREFIX);
            case Binary binary -> flat(binary);
            case Pipeline pipeline ->
                flat(pipeline.value(), OR)
                        + pipeline.stages().stream()
                                .map(stage -> " " + flat(stage))
                                .collect(Collectors.joining());
            case Group group -> "(" + flat(group.inner()) + ")";
            case Missing _ -> "";
        };
        return level(expression) < level ? "(" + text + ")" : text;
    }

    static String flatAll(List<Expression> expressions) {
        return expressions.stream().map(ExpressionLayout::flat).collect(Collectors.joining(", "));
    }

    private static String flat(List<Argument> arguments) {
        return arguments.stream()
                .map(argument -> (argument.isNamed() ? argument.name() + ": " : "") + flat(argument.value()))
                .collect(Collectors.joining(", "));
    }

    private static String flat(Stage stage) {
        return "|> " + head(stage) + (stage.arguments().isEmpty() ? "" : "(" + flat(stage.arguments()) + ")");
    }

    private static String flat(Binary binary) {
        var operator = binary.operator();
        return flat(binary.left(), left(operator)) + " " + operator.sign() + " "
                + flat(binary.right(), right(operator));
    }

    private static String sign(Unary unary) {
        return unary.operator() == UnaryOperator.NOT ? "not " : "-";
    }

    private static int level(Expression expression) {
        return switch (expression) {
            case Pipeline _ -> PIPE;
            case Binary binary -> level(binary.operator());
            case Unary unary -> unary.operator() == UnaryOperator.NOT ? NOT : PREFIX;
            case Expression.Number _, Text _, Items _, Path _, Call _, Group _, Missing _ -> PRIMARY;
        };
    }

    private static int level(BinaryOperator operator) {
        return switch (operator) {
            case OR -> OR;
            case AND -> AND;
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> COMPARISON;
            case ADD, SUBTRACT -> SUM;
            case MULTIPLY, DIVIDE, MATRIX_PRODUCT -> PRODUCT;
            case POWER -> POWER;
        };
    }

    private static int left(BinaryOperator operator) {
        return switch (operator) {
            case POWER -> PRIMARY;
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> SUM;
            default -> level(operator);
        };
    }

    private static int right(BinaryOperator operator) {
        return operator == BinaryOperator.POWER ? PREFIX : level(operator) + 1;
    }
}
