package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Meaning.Figure;
import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Metric;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Identifier;
import dev.lanewise.dsl.syntax.Statement;
import dev.lanewise.dsl.syntax.Type.Base;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One walk over a network's statements: draws the training graph, or the prediction graph.
final class NetworkPass {
    private final Elaboration elaboration;
    private final Declaration network;
    private final Drawing drawing;
    private final Scope scope;
    private final List<Port> inputs = new ArrayList<>();
    private final List<Port> targets = new ArrayList<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private final Map<String, Measure> measures = new LinkedHashMap<>();
    private final List<Metric> metrics = new ArrayList<>();
    private List<Model.Layer> layers = List.of();
    private Statement.@Nullable Loss loss;
    private @Nullable Scope lossScope;
    private @Nullable Value lossValue;
    private Statement.@Nullable Train train;

    NetworkPass(Elaboration elaboration, Declaration network, Drawing.Purpose purpose) {
        this.elaboration = elaboration;
        this.network = network;
        this.drawing = new Drawing(purpose, elaboration.draws);
        this.scope = Scope.outermost(Kind.NETWORK, drawing, elaboration.diagnostics);
    }

    /// The scope of the network's statements; its hyper-parameters are bound there before the walk.
    Scope scope() {
        return scope;
    }

    Drawing drawing() {
        return drawing;
    }

    List<Port> inputs() {
        return inputs;
    }

    List<Port> targets() {
        return targets;
    }

    List<Port> outputs() {
        var ports = new ArrayList<Port>();
        outputs.forEach((name, value) -> ports.add(
                new Port(name, Port.Kind.FLOAT, scope.type(value).shape().extents(), 0, List.of())));
        return ports;
    }

    List<Metric> metrics() {
        return metrics;
    }

    /// What can be watched: all but the parts of the loss and of metrics.
    List<Model.Layer> layers() {
        return layers;
    }

    /// Whether the network states a loss, even one that could not be elaborated.
    boolean hasLoss() {
        return loss != null;
    }

    Optional<Statement.Train> train() {
        return Optional.ofNullable(train);
    }

    /// Elaborates all statements; the loss last, so that `weights` in it means all of them.
    void run() {
        elaboration.begin(this);
        if (network.definition() instanceof Declaration.Body body) {
            elaboration.statements.run(body, scope);
        }
        layers = drawing.layers().all();
        if (loss != null && lossScope != null) {
            try {
                lossValue = mean(
                        elaboration.evaluator.evaluate(loss.value(), lossScope),
                        loss.value().span(),
                        lossScope);
            } catch (Abandoned reported) {
                // Told already.
            }
        } else if (!targets.isEmpty()) {
            missingLoss();
        }
        if (inputs.isEmpty() && !elaboration.diagnostics.hasErrors()) {
            report(ElaborationCode.MISSING_INPUT, "`" + network.name() + "` has no `input`");
        }
    }

    private void missingLoss() {
        var message = "`" + network.name() + "` has a target and no `loss`";
        if (network.definition() instanceof Declaration.Body body) {
            for (var statement : body.statements()) {
                if (statement instanceof Statement.Binding binding
                        && binding.name().text().equals("loss")) {
                    scope.error(
                            ElaborationCode.MISSING_LOSS,
                            statement.span(),
                            message + "; this binds a value of that name",
                            Note.help("the loss is a statement of its own, without `=`: loss "
                                    + binding.value().span().text()));
                    return;
                }
            }
        }
        report(ElaborationCode.MISSING_LOSS, message);
    }

    private void report(ElaborationCode code, String message) {
        scope.error(code, network.name().span(), message);
    }

    /// The graph with its results.
    Graph build() {
        var builder = drawing.builder();
        if (lossValue != null) {
            builder.result(Result.Role.LOSS, "loss", lossValue);
        }
        outputs.forEach((name, value) -> builder.result(Result.Role.OUTPUT, name, value));
        measures.values().stream()
                .flatMap(measure -> measure.parts().stream())
                .forEach(part -> builder.result(part.role(), part.name(), part.value()));
        drawing.updates().forEach((name, value) -> builder.result(Result.Role.UPDATE, name, value));
        scope.names().forEach((name, meaning) -> {
            if (meaning instanceof Tensor(Value value, int _) && isNamed(name)) {
                builder.result(Result.Role.VALUE, name, value);
            }
        });
        return builder.build();
    }

    private boolean isNamed(String name) {
        return inputs.stream().noneMatch(port -> port.name().equals(name))
                && targets.stream().noneMatch(port -> port.name().equals(name));
    }

    // Statements that only networks have

    void execute(Statement statement, Scope at) {
        switch (statement) {
            case Statement.Input input -> port(input.name(), input.type(), inputs, at);
            case Statement.Target target -> port(target.name(), target.type(), targets, at);
            case Statement.Output output -> output(output, at);
            case Statement.Loss written -> {
                if (loss != null) {
                    throw duplicate(
                            written.span(),
                            "a loss",
                            loss.span(),
                            at,
                            Note.help("there is one loss, which may be a sum: loss a + b"));
                }
                loss = written;
                lossScope = at.snapshot();
            }
            case Statement.Metric metric -> metric(metric, at);
            case Statement.Train written -> {
                if (train != null) {
                    throw duplicate(written.span(), "a train block", train.span(), at);
                }
                train = written;
            }
            default -> throw new AssertionError("not a network's statement");
        }
    }

    private static Abandoned duplicate(Span span, String what, Span other, Scope at, Note... notes) {
        var all = new ArrayList<>(List.of(Note.at(other, "the other one is here")));
        all.addAll(List.of(notes));
        return at.error(
                ElaborationCode.DUPLICATE_STATEMENT,
                span,
                "the network has " + what + " already",
                all.toArray(Note[]::new));
    }

    private void port(Identifier name, dev.lanewise.dsl.syntax.Type type, List<Port> ports, Scope at) {
        var text = name.text();
        if (type.base() == Base.UNKNOWN) {
            throw new Abandoned();
        }
        if (!isNamed(text)) {
            throw at.error(
                    ElaborationCode.DUPLICATE_STATEMENT,
                    name.span(),
                    "there is an input or target `" + text + "` already");
        }
        var numbers = elaboration.evaluator.sizes(type.dimensions(), at, "an extent of `" + text + "`");
        if (type.base() != Base.FLOAT && numbers.isEmpty()) {
            throw new Abandoned();
        }
        var port = switch (type.base()) {
            case FLOAT, UNSTATED, UNKNOWN -> new Port(text, Port.Kind.FLOAT, numbers, 0, List.of());
            case CLASS -> new Port(text, Port.Kind.CLASS, List.of(), numbers.getFirst(), List.of());
            case INDEX ->
                new Port(text, Port.Kind.INDEX, numbers.subList(0, numbers.size() - 1), numbers.getLast(), List.of());
        };
        var shape = new Shape(port.shape());
        Operators.tooLarge(shape, at, type.span());
        ports.add(port);
        var leaf = drawing.builder().leaf(new Prim.Input(text), Type.example(shape), at.origin(name.span()));
        at.bind(text, new Tensor(leaf, port.classes()));
    }

    private void output(Statement.Output output, Scope at) {
        var name = output.name().text();
        if (outputs.containsKey(name)) {
            throw at.error(
                    ElaborationCode.DUPLICATE_STATEMENT,
                    output.name().span(),
                    "there is an output `" + name + "` already");
        }
        var meaning = elaboration.evaluator.evaluate(output.value(), at);
        var value = Operators.value(meaning, at, output.value().span(), "output");
        var arithmetic = at.arithmetic(output.span());
        var each = arithmetic.broadcast(value, Type.example(at.type(value).shape()));
        outputs.put(name, each);
        at.bind(name, new Tensor(each, meaning instanceof Tensor(var _, int classes) ? classes : 0));
        drawing.layers().name(name, each, at.origin(output.name().span()));
    }

    // The loss

    /// The mean over the batch of a value per example. Terms that are one for the batch are added as they are.
    private Value mean(Meaning meaning, Span span, Scope at) {
        var value = Operators.value(meaning, at, span, "loss");
        var shape = at.type(value).shape();
        if (shape.size() != 1) {
            throw at.error(
                    ElaborationCode.LOSS_SHAPE,
                    span,
                    "the loss is one number per example",
                    Note.found("a value of shape " + shape),
                    Note.help("sum or average it: `mean(...)`"));
        }
        var arithmetic = at.arithmetic(span);
        return BatchMean.of(arithmetic.reshape(value, Shape.SCALAR), arithmetic);
    }

    // Metrics

    private void metric(Statement.Metric metric, Scope at) {
        var name = metricName(metric);
        var measure = new Measure(name);
        var before = drawing.measure();
        drawing.measure(measure);
        try {
            var meaning = evaluate(metric.value(), at);
            measures.put(name, measure);
            if (meaning instanceof Meaning.Table(Value scores)) {
                measure.table(scores);
                return;
            }
            var figure = figure(meaning, measure, metric.value().span(), at);
            measure.formula().result(Result.Role.VALUE, name, figure);
            metrics.add(new Metric(name, measure.sums(), measure.formula().build()));
        } finally {
            drawing.measure(before);
        }
    }

    private String metricName(Statement.Metric metric) {
        var name = metric.name().text();
        if (name.isEmpty()) {
            name = switch (metric.value()) {
                case Expression.Call call -> call.callee().text();
                case Expression.Path path -> path.text();
                default -> "metric";
            };
        }
        var free = name;
        for (int i = 2; measures.containsKey(free); i++) {
            free = name + "_" + i;
        }
        return free;
    }

    /// A call in a metric's place means a metric first, then a block or function.
    private Meaning evaluate(Expression value, Scope at) {
        if (value instanceof Expression.Call call) {
            var found = elaboration.library.find(Calls.FIGURES, call.callee().text(), false);
            if (found.isEmpty()) {
                throw elaboration.calls.unknown(
                        ElaborationCode.UNKNOWN_METRIC, "metric", call.callee(), List.of(Kind.METRIC, Kind.BLOCK), at);
            }
            var given = call.arguments().stream().map(Given::of).toList();
            return elaboration.calls.expand(found.get(), given, false, call.span(), at);
        }
        var name = value instanceof Expression.Path path
                        && path.isSimple()
                        && at.names().get(path.text()) == null
                ? path.text()
                : value instanceof Expression.Text text ? text.value() : "";
        if (!name.isEmpty()) {
            var names = elaboration.library.names(Kind.METRIC);
            throw at.error(
                    ElaborationCode.UNKNOWN_METRIC,
                    value.span(),
                    "a metric is called with what it compares",
                    Note.found("`" + value.span().text() + "` alone"),
                    names.contains(name)
                            ? Note.help("write metric " + name + "(logits, target), with the names of this network")
                            : Names.suggestion(name, names, Note.expected("such as accuracy(logits, target)")));
        }
        return elaboration.evaluator.evaluate(value, at);
    }

    /// The figure itself; what is left per example is averaged over the data set.
    private Value figure(Meaning meaning, Measure measure, Span span, Scope at) {
        if (meaning instanceof Figure(Value figure)) {
            return figure;
        }
        if (meaning instanceof Meaning.Number(double number)) {
            return new Arithmetic(measure.formula(), at.origin(span)).fill(number);
        }
        var value = Operators.value(meaning, at, span, "metric");
        var shape = at.type(value).shape();
        if (shape.size() != 1) {
            throw at.error(
                    ElaborationCode.METRIC_FORM,
                    span,
                    "a metric is one number",
                    Note.found("a value of shape " + shape + " per example"),
                    Note.help("sum or average it: `mean(...)`"));
        }
        var arithmetic = at.arithmetic(span);
        var scalar = Reductions.perExample(arithmetic.reshape(value, Shape.SCALAR), arithmetic);
        var origin = at.origin(span);
        var leaf = measure.leaf(Result.Role.METRIC_SUM, arithmetic.sum(scalar, List.of(), true), origin);
        var formula = new Arithmetic(measure.formula(), origin);
        return formula.div(leaf, formula.run(Prim.RunScalar.EXAMPLES));
    }
}
