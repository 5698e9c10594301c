package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.syntax.Declaration.Body;
import dev.lanewise.dsl.syntax.Expression.Argument;
import dev.lanewise.dsl.syntax.Statement.Part;
import java.util.List;
import java.util.stream.Collectors;

/// The text form of the tree: a line per declaration and statement, expressions with the operator first. It tells
/// trees apart by their meaning: spans, comments and needless parentheses are not in it.
public final class SyntaxText {
    private final StringBuilder out = new StringBuilder();
    private final boolean lines;

    private SyntaxText(boolean lines) {
        this.lines = lines;
    }

    public static String of(SourceFile file) {
        return of(file, false);
    }

    /// `lines`: each line ends with the line of the file that it is from.
    public static String of(SourceFile file, boolean lines) {
        var text = new SyntaxText(lines);
        for (var item : file.items()) {
            switch (item) {
                case SourceFile.Import(var name, var span) -> text.line(0, "import " + of(name), span.line());
                case Declaration declaration -> text.declaration(declaration);
            }
        }
        return text.out.toString();
    }

    public static String of(Declaration declaration) {
        var text = new SyntaxText(false);
        text.declaration(declaration);
        return text.out.toString();
    }

    /// One expression on one line.
    public static String of(Expression expression) {
        return switch (expression) {
            case Expression.Number number -> number.text();
            case Expression.Text text -> Quoted.text(text.value());
            case Expression.Items items -> "[" + all(items.elements()) + "]";
            case Expression.Path path -> path.text();
            case Expression.Call call -> "(call " + call.callee().text() + arguments(call.arguments()) + ")";
            case Expression.Unary unary -> "(" + unary.operator().sign() + " " + of(unary.operand()) + ")";
            case Expression.Binary binary ->
                "(" + binary.operator().sign() + " " + of(binary.left()) + " " + of(binary.right()) + ")";
            case Expression.Pipeline pipeline -> pipeline(pipeline);
            case Expression.Group group -> of(group.inner());
            case Expression.Missing _ -> "?";
        };
    }

    private static String all(List<Expression> expressions) {
        return expressions.stream().map(SyntaxText::of).collect(Collectors.joining(" "));
    }

    private static String arguments(List<Argument> arguments) {
        return arguments.stream()
                .map(a -> " " + (a.isNamed() ? a.name() + ": " : "") + of(a.value()))
                .collect(Collectors.joining());
    }

    private static String pipeline(Expression.Pipeline pipeline) {
        return "(|> " + of(pipeline.value())
                + pipeline.stages().stream()
                        .map(stage -> " (" + (stage.frozen() ? "frozen " : "")
                                + stage.callee().text() + arguments(stage.arguments()) + ")")
                        .collect(Collectors.joining())
                + ")";
    }

    private void line(int indent, String text, int line) {
        out.append("  ".repeat(indent)).append(text);
        if (lines) {
            out.append("  @").append(line);
        }
        out.append('\n');
    }

    private void declaration(Declaration declaration) {
        var head = new StringBuilder(declaration.kind().word()).append(' ').append(declaration.name());
        for (var parameter : declaration.parameters()) {
            head.append(" (").append(parameter.name());
            switch (parameter.marker()) {
                case Parameter.Plain _ -> {}
                case Parameter.Learned _ -> head.append(": param");
                case Parameter.Typed(var type) -> head.append(": ").append(type(type));
                case Parameter.Words(var words, var _) -> head.append(": word").append(words);
            }
            head.append(parameter.hasDefault() ? " = " + of(parameter.initial()) : "")
                    .append(')');
        }
        var documentation = declaration.documentation();
        int line = declaration.span().line();
        documentation.lines().forEach(text -> line(0, ("/// " + text).strip(), line));
        if (!documentation.source().isEmpty()) {
            line(0, "/// Source: " + documentation.source(), line);
        }
        switch (declaration.definition()) {
            case Declaration.Formula(var value, var _) -> line(0, head + " = " + of(value), line);
            case Declaration.Builtin _ -> line(0, head + " = builtin", line);
            case Body body -> {
                line(0, head.toString(), line);
                body(1, body);
            }
        }
    }

    private static String type(Type type) {
        return type.base().word() + (type.dimensions().isEmpty() ? "" : "[" + all(type.dimensions()) + "]");
    }

    private void body(int indent, Body body) {
        body.statements().forEach(statement -> statement(indent, statement));
    }

    private void statement(int indent, Statement statement) {
        int line = statement.span().line();
        switch (statement) {
            case Statement.Repeat(var count, var index, var body, var _) -> {
                line(indent, "repeat " + of(count) + (index.isEmpty() ? "" : " as " + index), line);
                body(indent + 1, body);
            }
            case Statement.If(var branches, var otherwise, var _) -> {
                for (var branch : branches) {
                    line(indent, "if " + of(branch.condition()), branch.span().line());
                    body(indent + 1, branch.body());
                }
                line(indent, "else", line);
                body(indent + 1, otherwise);
            }
            case Statement.Train(var entries, var _) -> {
                line(indent, "train", line);
                for (var entry : entries) {
                    var subject = entry.subject().isEmpty() ? "" : " " + entry.subject();
                    line(
                            indent + 1,
                            entry.key() + subject + ": " + of(entry.value()),
                            entry.span().line());
                }
            }
            default -> line(indent, simple(statement), line);
        }
    }

    private static String simple(Statement statement) {
        return switch (statement) {
            case Statement.Binding(var name, var value, var _) -> name + " = " + of(value);
            case Statement.Write(var name, var value, var _) -> name + " <- " + of(value);
            case Statement.Layer(var frozen, var name, var call, var _) ->
                frozen(frozen) + "layer " + name + " = " + of(call);
            case Statement.Param(var frozen, var name, var type, var initial, var _) ->
                frozen(frozen) + "param " + name + ": " + type(type) + " = " + of(initial);
            case Statement.State(var name, var type, var initial, var _) ->
                "state " + name + ": " + type(type) + " = " + of(initial);
            case Statement.Fitted(var name, var value, var _) -> "fitted " + name + " = " + of(value);
            case Statement.Input(var name, var type, var _) -> "input " + name + ": " + type(type);
            case Statement.Target(var name, var type, var _) -> "target " + name + ": " + type(type);
            case Statement.Output(var name, var value, var _) -> "output " + name + " = " + of(value);
            case Statement.Loss(var value, var _) -> "loss " + of(value);
            case Statement.Metric(var name, var value, var _) ->
                "metric " + (name.isEmpty() ? "" : name + " = ") + of(value);
            case Statement.Return(var value, var _) -> "return " + of(value);
            case Statement.Require(var condition, var message, var _) ->
                "require " + of(condition)
                        + message.parts().stream().map(SyntaxText::part).collect(Collectors.joining());
            case Statement.Repeat _, Statement.If _, Statement.Train _ -> "";
        };
    }

    private static String frozen(boolean frozen) {
        return frozen ? "frozen " : "";
    }

    private static String part(Part part) {
        return switch (part) {
            case Part.Literal(var text) -> " " + Quoted.text(text);
            case Part.Inserted(var value) -> " {" + of(value) + "}";
        };
    }
}
