package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.syntax.Declaration.Body;
import dev.lanewise.dsl.syntax.Statement.Entry;
import dev.lanewise.dsl.syntax.Statement.Message;
import dev.lanewise.dsl.syntax.Statement.Part;
import java.util.List;
import java.util.stream.Collectors;

/// The canonical form of a file that has no errors. Comments stay, also a body on one line, a pipeline's breaks, and
/// single blank lines; the rest does not depend on how it was written.
public final class Formatter {
    private final Page page;
    private final ExpressionLayout expressions;

    private Formatter(Page page) {
        this.page = page;
        this.expressions = new ExpressionLayout(page);
    }

    public static String format(SourceFile file) {
        var formatter = new Formatter(new Page(file.source(), file.comments()));
        formatter.file(file);
        return formatter.page.text();
    }

    /// One declaration with its documentation, without the comments in it.
    public static String format(Declaration declaration) {
        var formatter = new Formatter(new Page(declaration.span().source(), List.of()));
        var documentation = declaration.documentation();
        for (var line : documentation.lines()) {
            formatter.page.write(("/// " + line).stripTrailing());
            formatter.page.newLine(0);
        }
        if (!documentation.source().isEmpty()) {
            formatter.page.write("/// Source: " + documentation.source());
            formatter.page.newLine(0);
        }
        formatter.declaration(declaration);
        return formatter.page.text();
    }

    /// One expression on one line.
    public static String format(Expression expression) {
        return ExpressionLayout.flat(expression);
    }

    private void file(SourceFile file) {
        boolean before = false;
        boolean opened = false;
        for (var item : file.items()) {
            int start = item.span().start();
            boolean large = item instanceof Declaration declaration && declaration.definition() instanceof Body;
            boolean apart = opened && (before || large);
            apart &= !page.comments(0, start, apart);
            page.newLine(0, start, apart);
            page.passed(start);
            switch (item) {
                case SourceFile.Import(var name, var span) ->
                    page.write("import " + Quoted.text(name.value()), span.end());
                case Declaration declaration -> declaration(declaration);
            }
            page.passed(item.span().end());
            opened = true;
            before = large;
        }
        page.comments(0, Integer.MAX_VALUE, false);
    }

    private void declaration(Declaration declaration) {
        page.write(
                declaration.kind().word() + " " + declaration.name(),
                declaration.name().span().end());
        parameters(declaration);
        switch (declaration.definition()) {
            case Declaration.Builtin(var span) -> page.write(" = builtin", span.end());
            case Declaration.Formula(var value, var _) -> {
                page.write(" = ", value.span().start());
                expressions.write(value, 0);
            }
            case Body body -> {
                page.write(" ");
                body(body, 0);
            }
        }
    }

    private void parameters(Declaration declaration) {
        var parameters = declaration.parameters();
        if (parameters.isEmpty()) {
            return;
        }
        var flat = parameters.stream().map(Formatter::head).toList();
        int end = page.closing(parameters.getLast().span().end());
        var line = "(" + String.join(", ", flat) + ")";
        if (page.column() + line.length() + 2 < Page.WIDTH && !page.hasComment(0, end)) {
            page.write(line, end);
            return;
        }
        page.write("(");
        var inner = String.join(", ", flat);
        if (inner.length() + 2 <= Page.WIDTH && !page.hasComment(0, end)) {
            page.newLine(1);
            page.write(inner);
            page.newLine(0);
            page.write(")", end);
            return;
        }
        for (int i = 0; i < flat.size(); i++) {
            page.comments(1, parameters.get(i).span().start(), false);
            page.newLine(1);
            page.write(flat.get(i) + ",", parameters.get(i).span().end());
        }
        page.comments(1, end, false);
        page.newLine(0);
        page.write(")", end);
    }

    private static String head(Parameter parameter) {
        var marker = switch (parameter.marker()) {
            case Parameter.Plain _ -> "";
            case Parameter.Learned _ -> ": param";
            case Parameter.Typed(var type) -> ": " + type(type);
            case Parameter.Words(var words, var _) ->
                words.stream().map(Identifier::text).collect(Collectors.joining(", ", ": word(", ")"));
        };
        var initial = parameter.hasDefault() ? " = " + ExpressionLayout.flat(parameter.initial()) : "";
        return parameter.name() + marker + initial;
    }

    private static String type(Type type) {
        var dimensions = type.dimensions();
        return type.base().word() + (dimensions.isEmpty() ? "" : "[" + ExpressionLayout.flatAll(dimensions) + "]");
    }

    /// `{ statements }`; `indent` is that of the line in which it begins.
    private void body(Body body, int indent) {
        var span = body.span();
        if (body.isEmpty() && !page.hasComment(0, span.end())) {
            page.write("{}", span.end());
            return;
        }
        if (isOneLine(body)) {
            var line = "{ " + body.statements().stream().map(this::flat).collect(Collectors.joining("; ")) + " }";
            if (page.column() + line.length() <= Page.WIDTH) {
                page.write(line, span.end());
                return;
            }
        }
        open(span.start(), first(body.statements().stream().map(Statement::span).toList(), span.end()));
        var columns = new Columns(body.statements());
        boolean fresh = true;
        for (int i = 0; i < body.statements().size(); i++) {
            var statement = body.statements().get(i);
            begin(indent + 1, statement.span().start(), fresh);
            fresh = false;
            statement(statement, columns.word(i), columns.name(i), indent + 1);
            page.passed(statement.span().end());
        }
        close(indent, span.end());
    }

    private static int first(List<dev.lanewise.dsl.source.Span> spans, int end) {
        return spans.isEmpty() ? end : spans.getFirst().start();
    }

    private void open(int start, int next) {
        page.write("{", start + 1);
        page.trailing(next);
    }

    private void begin(int indent, int start, boolean fresh) {
        boolean commented = fresh ? page.firstComments(indent, start) : page.comments(indent, start, false);
        if (fresh && !commented) {
            page.newLine(indent);
        } else {
            page.newLine(indent, start, false);
        }
        page.passed(start);
    }

    private void close(int indent, int end) {
        page.comments(indent + 1, end, false);
        page.newLine(indent);
        page.write("}", end);
    }

    /// Whether a body was written on one line, and can be.
    private boolean isOneLine(Body body) {
        var span = body.span();
        return !body.isEmpty()
                && span.line() == span.source().line(span.end())
                && !page.hasComment(0, span.end())
                && body.statements().stream().allMatch(Formatter::isSimple);
    }

    private static boolean isSimple(Statement statement) {
        return !(statement instanceof Statement.If
                || statement instanceof Statement.Repeat
                || statement instanceof Statement.Train);
    }

    private void statement(Statement statement, int word, int name, int indent) {
        switch (statement) {
            case Statement.If branching -> branches(branching, indent);
            case Statement.Repeat(var count, var index, var body, var _) -> {
                page.write("repeat ");
                expressions.write(count, indent);
                page.write(
                        index.isEmpty() ? " " : " as " + index + " ",
                        index.span().end());
                body(body, indent);
            }
            case Statement.Train(var entries, var span) -> train(entries, span.end(), indent);
            default -> {
                page.write(
                        padded(head(statement), word, name),
                        value(statement).span().start());
                expressions.write(value(statement), indent);
                if (statement instanceof Statement.Require(var _, var message, var _)) {
                    page.write(", " + message(message), message.span().end());
                }
            }
        }
    }

    /// `input x: float` with the first word and the name, if any, filled up to given widths.
    private static String padded(String head, int word, int name) {
        int blank = head.indexOf(' ');
        int colon = head.indexOf(':');
        if (word == 0) {
            return head;
        }
        var first = head.substring(0, blank) + " ".repeat(word - blank);
        if (name == 0) {
            return first + head.substring(blank);
        }
        return first
                + head.substring(blank, colon + 1)
                + " ".repeat(name - (colon - blank - 1))
                + head.substring(colon + 1);
    }

    /// A statement on one line.
    private String flat(Statement statement) {
        var tail = statement instanceof Statement.Require(var _, var message, var _) ? ", " + message(message) : "";
        return head(statement) + ExpressionLayout.flat(value(statement)) + tail;
    }

    /// What stands before the value.
    private static String head(Statement statement) {
        return switch (statement) {
            case Statement.Binding(var name, var _, var _) -> name + " = ";
            case Statement.Write(var name, var _, var _) -> name + " <- ";
            case Statement.Layer(var frozen, var name, var _, var _) ->
                (frozen ? "frozen " : "") + "layer " + name + " = ";
            case Statement.Param(var frozen, var name, var type, var _, var _) ->
                (frozen ? "frozen " : "") + "param " + name + ": " + type(type) + " = ";
            case Statement.State(var name, var type, var _, var _) ->
                "state " + name + (type.isStated() ? ": " + type(type) : "") + " = ";
            case Statement.Fitted(var name, var _, var _) -> "fitted " + name + " = ";
            case Statement.Input(var name, var type, var _) -> "input " + name + ": " + type(type);
            case Statement.Target(var name, var type, var _) -> "target " + name + ": " + type(type);
            case Statement.Output(var name, var _, var _) -> "output " + name + " = ";
            case Statement.Loss _ -> "loss ";
            case Statement.Metric(var name, var _, var _) -> "metric " + (name.isEmpty() ? "" : name + " = ");
            case Statement.Return _ -> "return ";
            case Statement.Require _ -> "require ";
            case Statement.If _, Statement.Repeat _, Statement.Train _ -> "";
        };
    }

    private static Expression value(Statement statement) {
        return switch (statement) {
            case Statement.Binding(var _, var value, var _) -> value;
            case Statement.Write(var _, var value, var _) -> value;
            case Statement.Layer(var _, var _, var call, var _) ->
                call.arguments().isEmpty() ? call.callee() : call;
            case Statement.Param(var _, var _, var _, var initial, var _) -> initial;
            case Statement.State(var _, var _, var initial, var _) -> initial;
            case Statement.Fitted(var _, var value, var _) -> value;
            case Statement.Output(var _, var value, var _) -> value;
            case Statement.Loss(var value, var _) -> value;
            case Statement.Metric(var _, var value, var _) -> value;
            case Statement.Return(var value, var _) -> value;
            case Statement.Require(var condition, var _, var _) -> condition;
            case Statement.Input _, Statement.Target _, Statement.If _, Statement.Repeat _, Statement.Train _ ->
                new Expression.Missing(statement.span());
        };
    }

    private static String message(Message message) {
        return message.parts().stream()
                .map(part -> switch (part) {
                    case Part.Literal(var text) -> Quoted.message(text);
                    case Part.Inserted(var value) -> "{" + ExpressionLayout.flat(value) + "}";
                })
                .collect(Collectors.joining("", "\"", "\""));
    }

    private void branches(Statement.If branching, int indent) {
        var source = branching.span().source();
        boolean first = true;
        boolean oneLine = false;
        int end = 0;
        for (var branch : branching.branches()) {
            if (!first) {
                orElse(
                        indent,
                        branch.span().start(),
                        oneLine && source.line(end) < branch.span().line());
            }
            page.write("if ", branch.span().start());
            expressions.write(branch.condition(), indent);
            page.write(" ");
            int column = page.lines();
            body(branch.body(), indent);
            oneLine = page.lines() == column;
            end = branch.span().end();
            first = false;
        }
        var otherwise = branching.otherwise();
        if (!otherwise.isEmpty() || page.hasComment(0, otherwise.span().end())) {
            orElse(
                    indent,
                    otherwise.span().start(),
                    oneLine && source.line(end) < otherwise.span().line());
            body(otherwise, indent);
        }
    }

    private void orElse(int indent, int next, boolean below) {
        boolean commented = page.comments(indent, next, false);
        if (commented || below || page.isClosedByComment()) {
            page.newLine(indent);
        } else {
            page.write(" ");
        }
        page.write("else ");
    }

    private void train(List<Entry> entries, int end, int indent) {
        page.write("train ");
        if (entries.isEmpty() && !page.hasComment(0, end)) {
            page.write("{}", end);
            return;
        }
        open(page.mark(), first(entries.stream().map(Entry::span).toList(), end));
        int width = entries.stream()
                .filter(entry -> entry.subject().isEmpty())
                .mapToInt(entry -> entry.key().text().length())
                .max()
                .orElse(0);
        boolean fresh = true;
        for (var entry : entries) {
            begin(indent + 1, entry.span().start(), fresh);
            fresh = false;
            var head = entry.key() + (entry.subject().isEmpty() ? "" : " " + entry.subject()) + ":";
            page.write(
                    head + " ".repeat(Math.max(0, width + 1 - head.length()) + 1),
                    entry.value().span().start());
            expressions.write(entry.value(), indent + 1);
            page.passed(entry.span().end());
        }
        close(indent, end);
    }
}
