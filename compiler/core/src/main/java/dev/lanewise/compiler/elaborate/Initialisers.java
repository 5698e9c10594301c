package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Meaning.Initialiser;
import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Shapes;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Elaborates the first values of weights, once it is known how they are used.
final class Initialisers {
    private final Elaboration elaboration;
    private final Graph training;
    private final Map<String, Fans> fans;
    private final AutoInitialiser auto;
    private final Map<Like, Graph> states = new HashMap<>();

    /// What makes the first values of two optimizer's states the same.
    private record Like(Meaning initial, Shape shape) {}

    Initialisers(Elaboration elaboration, Graph training, List<Drawing.Application> applications) {
        this.elaboration = elaboration;
        this.training = training;
        this.fans = Fans.of(training);
        this.auto = new AutoInitialiser(elaboration, training, applications);
    }

    /// All weights with their first values; those that cannot be elaborated are reported and left out.
    List<Weight> resolve() {
        var weights = new ArrayList<Weight>();
        for (var entry : elaboration.weights.all()) {
            try {
                weights.add(resolve(entry));
            } catch (Abandoned reported) {
                // Said already; the other weights may have mistakes of their own.
            }
        }
        return weights;
    }

    private Weight resolve(WeightTable.Entry entry) {
        var origin = entry.scope().origin(entry.span());
        if (entry.fitted() != null) {
            var zeros = new Arithmetic(Graph.builder(), origin);
            zeros.builder().result(Result.Role.VALUE, entry.name(), zeros.fill(0, Type.batch(entry.shape())));
            return weight(entry, zeros.builder().build(), entry.fitted(), "fitted", origin);
        }
        if (entry.kind() == Weight.Kind.OPTIMIZER) {
            var like = states.get(new Like(entry.initial(), entry.shape()));
            if (like != null) {
                return weight(
                        entry,
                        renamed(like, entry.name()),
                        Graph.EMPTY,
                        entry.initial().text(),
                        origin);
            }
        }
        var fan = fans.getOrDefault(entry.name(), Fans.plain(entry.shape())).with(entry.shape());
        var drawing = new Drawing(Drawing.Purpose.INITIAL, elaboration.initialDraws);
        drawing.fans(fan);
        var text = new StringBuilder();
        var meaning = meaning(entry, fan, drawing, text);
        var type = Type.batch(entry.shape());
        var arithmetic = new Arithmetic(drawing.builder(), origin);
        var value = switch (meaning) {
            case Meaning.Shapeless(var at) -> at.apply(type);
            case Meaning.Number(double number) -> arithmetic.fill(number, entry.shape());
            case Meaning.Tensor(Value tensor, int _) -> tensor;
            default -> throw wrong(entry, meaning);
        };
        var shape = drawing.builder().type(value).shape();
        boolean fits = Shapes.broadcastable(List.of(Type.batch(shape), type))
                && shape.rank() <= entry.shape().rank();
        if (!fits) {
            throw wrong(entry, meaning);
        }
        drawing.builder().result(Result.Role.VALUE, entry.name(), arithmetic.broadcast(value, type));
        var initial = drawing.builder().build();
        if (entry.kind() == Weight.Kind.OPTIMIZER && !RuleOfShape.draws(initial)) {
            states.put(new Like(entry.initial(), entry.shape()), initial);
        }
        var fit = drawing.isScaledToData() ? unitVariance(entry, fan, origin) : Graph.EMPTY;
        return weight(entry, initial, fit, text.toString(), origin);
    }

    /// The weight divided by the deviation of what its first product gives over the training data.
    private Graph unitVariance(WeightTable.Entry entry, Fans fan, Origin origin) {
        if (fan.use() < 0) {
            throw entry.scope()
                    .error(
                            ElaborationCode.WRONG_KIND,
                            entry.span(),
                            "`lsuv` scales a weight by what its product with the data gives, and `" + entry.name()
                                    + "` is in no product",
                            Note.help("`orthogonal` needs no data"));
        }
        var out = Graph.builder();
        var product = WeightStatements.extract(training, new Value(fan.use()), out);
        var arithmetic = new Arithmetic(out, origin);
        var type = Type.batch(entry.shape());
        var weight = out.leaf(new Prim.Parameter(entry.name()), type, origin);
        boolean examples = out.type(product).perExample();
        var axes = arithmetic.axes(product);
        var distance = arithmetic.sub(product, arithmetic.mean(product, axes, examples));
        var variance = arithmetic.mean(arithmetic.mul(distance, distance), axes, examples);
        var some = arithmetic.apply(Op.LT, arithmetic.fill(0), variance);
        var deviation = arithmetic.select(some, arithmetic.apply(Op.SQRT, variance), arithmetic.fill(1));
        out.result(Result.Role.VALUE, entry.name(), arithmetic.div(weight, deviation));
        return out.build();
    }

    private static Graph renamed(Graph graph, String name) {
        var value = graph.results().getFirst().value();
        return new Graph(graph.nodes(), List.of(new Result(Result.Role.VALUE, name, value)));
    }

    private Abandoned wrong(WeightTable.Entry entry, Meaning meaning) {
        var written = entry.initial() instanceof Initialiser initial ? initial : null;
        var scope = written == null ? entry.scope() : written.scope();
        var what = meaning instanceof Meaning.Tensor(Value value, int _) ? "this" : Operators.describe(meaning, scope);
        var message = "the first value of `" + entry.name() + "` cannot be made of " + what;
        var span = written == null ? entry.span() : written.expression().span();
        var expected = Note.expected("an initialiser or a number that fits float" + entry.shape());
        throw meaning instanceof Meaning.Text(String text)
                ? scope.error(
                        ElaborationCode.WRONG_KIND,
                        span,
                        message,
                        expected,
                        Names.suggestion(
                                text,
                                elaboration.library.names(Kind.INIT),
                                Note.help("names stand without quotes, such as glorot_uniform")))
                : scope.error(ElaborationCode.WRONG_KIND, span, message, expected);
    }

    private Meaning meaning(WeightTable.Entry entry, Fans fan, Drawing drawing, StringBuilder text) {
        if (!(entry.initial() instanceof Initialiser(Expression expression, Scope home, String written))) {
            text.append(entry.initial().text());
            return entry.initial();
        }
        var scope = home.redirected(Kind.INIT, drawing);
        var chosen = expression;
        if (InitialValues.isAuto(expression)) {
            var choice = auto.choose(fan, expression.span());
            chosen = choice.initialiser();
            text.append(choice.text());
        } else {
            text.append(written);
        }
        if (chosen instanceof Expression.Path path
                && path.isSimple()
                && !scope.names().containsKey(path.text())) {
            return elaboration.calls.initialiser(path, List.of(), path.span(), scope);
        }
        return elaboration.evaluator.evaluate(chosen, scope);
    }

    private static Weight weight(WeightTable.Entry entry, Graph initial, Graph fit, String text, Origin origin) {
        return new Weight(
                entry.name(), entry.shape(), entry.kind(), entry.frozen(), entry.kernel(), initial, fit, text, origin);
    }
}
