package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration.Body;
import dev.lanewise.dsl.syntax.Declaration.Definition;
import dev.lanewise.dsl.syntax.Expression.Argument;
import dev.lanewise.dsl.syntax.Expression.BinaryOperator;
import dev.lanewise.dsl.syntax.Expression.Call;
import dev.lanewise.dsl.syntax.Expression.Path;
import dev.lanewise.dsl.syntax.Expression.Stage;
import dev.lanewise.dsl.syntax.Expression.UnaryOperator;
import dev.lanewise.dsl.syntax.Statement.Branch;
import dev.lanewise.dsl.syntax.Statement.Entry;
import dev.lanewise.dsl.syntax.Statement.Message;
import dev.lanewise.dsl.syntax.Statement.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/// Random syntax trees, larger with `size`; they mean nothing.
final class RandomSyntax {
    private static final List<String> NAMES = List.of(
            "x",
            "h",
            "state",
            "param",
            "loss",
            "as",
            "else",
            "frozen",
            "my_swish",
            "running_mean",
            "word",
            "float",
            "train",
            "a_rather_long_name_of_a_layer",
            "\u03b2",
            "import");
    private static final List<String> TEXTS =
            List.of("", "ij,jk->ik", "a \"quoted\" \\ word", "two\nlines\tand { braces }");
    private static final List<String> NUMBERS = List.of("0", "64", "0.5", "1e-4", "2.50E+3", "12345678901234567890");

    private final SplittableRandom random;
    private final Source source = new Source("random", "");
    private final Span span = source.span(0, 0);

    RandomSyntax(SplittableRandom random) {
        this.random = random;
    }

    SourceFile file(int size) {
        return new SourceFile(
                source,
                list(size, () -> random.nextInt(5) == 0 ? imported() : declaration(size)),
                List.of(),
                List.of());
    }

    private <T> List<T> list(int most, Supplier<T> item) {
        var list = new ArrayList<T>();
        for (int count = random.nextInt(most + 1); count > 0; count--) {
            list.add(item.get());
        }
        return list;
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private Identifier name() {
        return new Identifier(pick(NAMES), span);
    }

    private Identifier maybe() {
        return random.nextBoolean() ? name() : new Identifier("", span);
    }

    private SourceFile.Item imported() {
        return new SourceFile.Import(new Expression.Text("blocks.net", span), span);
    }

    private Declaration declaration(int size) {
        Definition definition = switch (random.nextInt(4)) {
            case 0 -> new Declaration.Formula(expression(size), span);
            case 1 -> new Declaration.Builtin(span);
            default -> body(size);
        };
        if (definition instanceof Declaration.Formula(Path _, var _)) {
            definition = new Declaration.Formula(number(), span);
        }
        var parameters = new ArrayList<Parameter>();
        for (var name : NAMES.subList(0, random.nextInt(Math.min(size, NAMES.size())))) {
            var initial = random.nextBoolean() ? expression(size / 2) : new Expression.Missing(span);
            parameters.add(new Parameter(new Identifier(name, span), marker(size), initial, span));
        }
        return new Declaration(
                pick(List.of(Declaration.Kind.values())),
                name(),
                parameters,
                definition,
                new Documentation(List.of(), "", span),
                span);
    }

    private Parameter.Marker marker(int size) {
        return switch (random.nextInt(6)) {
            case 0 -> new Parameter.Learned(span);
            case 1 -> new Parameter.Typed(type(size));
            case 2 -> new Parameter.Words(List.of(name(), name()), span);
            default -> new Parameter.Plain();
        };
    }

    private Type type(int size) {
        return switch (random.nextInt(3)) {
            case 0 -> new Type(Type.Base.CLASS, List.of(expression(size / 2)), span);
            case 1 -> new Type(Type.Base.INDEX, List.of(number(), expression(size / 2)), span);
            default -> new Type(Type.Base.FLOAT, list(3, () -> expression(size / 2)), span);
        };
    }

    private Body body(int size) {
        return new Body(list(1 + size / 2, () -> statement(size / 2)), span);
    }

    private Statement statement(int size) {
        return switch (random.nextInt(size > 0 ? 16 : 13)) {
            case 0 -> new Statement.Write(name(), expression(size), span);
            case 1 -> new Statement.Layer(random.nextBoolean(), name(), call(size), span);
            case 2 -> new Statement.Param(random.nextBoolean(), name(), type(size), expression(size), span);
            case 3 ->
                new Statement.State(
                        name(),
                        random.nextBoolean() ? type(size) : new Type(Type.Base.UNSTATED, List.of(), span),
                        expression(size),
                        span);
            case 4 -> new Statement.Fitted(name(), expression(size), span);
            case 5 -> new Statement.Input(name(), type(size), span);
            case 6 -> new Statement.Target(name(), type(size), span);
            case 7 -> new Statement.Output(name(), expression(size), span);
            case 8 -> new Statement.Loss(expression(size), span);
            case 9 -> new Statement.Metric(maybe(), expression(size), span);
            case 10 -> new Statement.Return(expression(size), span);
            case 11 -> new Statement.Require(expression(size), message(), span);
            case 12, 13 -> new Statement.Binding(name(), expression(size), span);
            case 14 -> new Statement.Repeat(expression(size), maybe(), body(size), span);
            default -> random.nextBoolean() ? branches(size) : train(size);
        };
    }

    private Statement branches(int size) {
        var branches = new ArrayList<Branch>();
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            branches.add(new Branch(expression(size), body(size), span));
        }
        return new Statement.If(branches, random.nextBoolean() ? body(size) : new Body(List.of(), span), span);
    }

    private Statement train(int size) {
        return new Statement.Train(list(4, () -> new Entry(name(), maybe(), expression(size), span)), span);
    }

    private Message message() {
        List<Part> parts = new ArrayList<>();
        if (random.nextBoolean()) {
            parts.add(new Part.Literal("took {braces}\n\"quotes\" "));
        }
        if (random.nextBoolean()) {
            parts.add(new Part.Inserted(new Call(path(), List.of(), span)));
        }
        return new Message(parts, span);
    }

    private Expression number() {
        var text = pick(NUMBERS);
        return new Expression.Number(text, Double.parseDouble(text), span);
    }

    private Path path() {
        return new Path(random.nextInt(4) == 0 ? List.of(name(), name()) : List.of(name()), span);
    }

    private Call call(int size) {
        return new Call(path(), arguments(size), span);
    }

    private List<Argument> arguments(int size) {
        return list(3, () -> new Argument(maybe(), expression(size / 2), span));
    }

    Expression expression(int size) {
        if (size <= 0) {
            return random.nextBoolean() ? number() : path();
        }
        return switch (random.nextInt(10)) {
            case 0 -> new Expression.Text(pick(TEXTS), span);
            case 1 -> new Expression.Items(list(4, () -> expression(size / 2)), span);
            case 2 -> call(size);
            case 3 ->
                new Expression.Unary(
                        random.nextBoolean() ? UnaryOperator.NEGATE : UnaryOperator.NOT, expression(size - 1), span);
            case 4, 5, 6 ->
                new Expression.Binary(
                        pick(List.of(BinaryOperator.values())), expression(size - 1), expression(size - 2), span, span);
            case 7 -> pipeline(size);
            case 8 -> new Expression.Group(expression(size - 1), span);
            default -> path();
        };
    }

    private Expression pipeline(int size) {
        var stages = new ArrayList<Stage>();
        for (int count = 1 + random.nextInt(4); count > 0; count--) {
            stages.add(new Stage(random.nextBoolean(), path(), arguments(size), span));
        }
        return new Expression.Pipeline(expression(size - 2), stages, span);
    }
}
