package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Library.Entry;
import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Parser;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The optimizer and the schedule, elaborated into an update for each parameter.
final class Rules {
    private static final String RATE = "rate";
    private static final String CONSTANT = "constant";

    private final Elaboration elaboration;
    private final Scope home;
    private final Expression optimizer;
    private final Expression schedule;
    private final Bounds bounds;
    private final String states;

    /// `states` is what the names of the optimizer's states begin with.
    Rules(
            Elaboration elaboration,
            @Nullable Expression optimizer,
            @Nullable Expression schedule,
            Bounds bounds,
            Scope home,
            String states) {
        this.elaboration = elaboration;
        this.bounds = bounds;
        this.home = home;
        this.states = states;
        this.optimizer = optimizer != null ? optimizer : standard("adam(rate: 1e-3)");
        this.schedule = schedule != null ? schedule : standard(CONSTANT);
    }

    private static Expression standard(String text) {
        return Parser.parseExpression(new Source("default", text), new Diagnostics());
    }

    /// What makes the updates of two weights the same but for names: `bounded` are the axes of each norm that is
    /// bounded.
    private record Like(Shape shape, List<Integer> bounded) {}

    /// A declaration and what it is called with.
    private record Use(Entry entry, List<Given> given, Span span) {}

    private Use use(Expression expression, Kind kind, ElaborationCode code) {
        Expression.Path name;
        List<Given> given = List.of();
        switch (expression) {
            case Expression.Path path -> name = path;
            case Expression.Call call -> {
                name = call.callee();
                given = call.arguments().stream().map(Given::of).toList();
            }
            default ->
                throw home.error(
                        ElaborationCode.BAD_SETTING,
                        expression.span(),
                        "this is no " + kind.word(),
                        Note.expected((expression instanceof Expression.Text ? "a name without quotes, " : "")
                                + (kind == Kind.OPTIMIZER
                                        ? "such as adam(rate: 1e-3)"
                                        : "such as cosine(warmup: 0.05)")));
        }
        var entry = elaboration.library.find(kind, name.text(), false);
        if (entry.isEmpty()) {
            throw elaboration.calls.unknown(code, kind.word(), name, List.of(kind), home);
        }
        return new Use(entry.get(), given, expression.span());
    }

    private Use schedule() {
        try {
            return use(schedule, Kind.SCHEDULE, ElaborationCode.UNKNOWN_SCHEDULE);
        } catch (Abandoned reported) {
            // told; the optimizer may have mistakes of its own
            return use(standard(CONSTANT), Kind.SCHEDULE, ElaborationCode.UNKNOWN_SCHEDULE);
        }
    }

    /// The update of each of these parameters, by its name. The schedule's own states are written with the
    /// first of them.
    Map<String, Graph> rules(List<WeightTable.Entry> trained) {
        var rules = new LinkedHashMap<String, Graph>();
        try {
            var factor = schedule();
            var rule = use(optimizer, Kind.OPTIMIZER, ElaborationCode.UNKNOWN_OPTIMIZER);
            boolean rated = rule.entry().declaration().parameters().stream()
                    .anyMatch(p -> p.name().text().equals(RATE));
            if (!rated && !factor.entry().declaration().name().text().equals(CONSTANT)) {
                elaboration.diagnostics.add(Diagnostic.warning(
                        ElaborationCode.UNUSED_SCHEDULE,
                        factor.span(),
                        "`" + rule.entry().declaration().name() + "` has no `rate` that the schedule could change"));
            }
            boolean first = true;
            var known = new HashMap<Like, RuleOfShape>();
            for (var weight : orStand(trained)) {
                var alike = new Like(weight.shape(), bounds.incoming(weight));
                var like = known.get(alike);
                if (like != null) {
                    rules.put(weight.name(), like.renamed(weight, elaboration.weights));
                    continue;
                }
                var graph = rule(weight, rule, factor, first);
                rules.put(weight.name(), graph);
                if (elaboration.diagnostics.hasErrors()) {
                    break; // what is wrong with the rule of one weight is wrong with all
                }
                if (!first && !RuleOfShape.draws(graph)) {
                    known.put(alike, RuleOfShape.of(weight.name(), graph, elaboration.weights));
                }
                first = false;
            }
        } catch (Abandoned reported) {
            // Told already; one mistake here would be the same for every parameter.
        }
        return rules;
    }

    /// The weights that the optimizer changes. When none is left for all the mistakes in the network, one
    /// stands for them, so that the optimizer's own mistakes are told in the same run.
    private List<WeightTable.Entry> orStand(List<WeightTable.Entry> trained) {
        if (!trained.isEmpty() || !elaboration.diagnostics.hasErrors()) {
            return trained;
        }
        var stand = new WeightTable.Entry(
                "weight",
                Shape.of(1),
                Weight.Kind.PARAMETER,
                false,
                false,
                Meaning.of(0),
                null,
                home,
                optimizer.span());
        return List.of(stand);
    }

    private Graph rule(WeightTable.Entry weight, Use rule, Use factor, boolean first) {
        elaboration.rule(states, weight.name(), weight.shape());
        var drawing = new Drawing(Drawing.Purpose.RULE, elaboration.draws);
        var outer = Scope.outermost(Kind.NETWORK, drawing, elaboration.diagnostics);
        // The optimizer's graph is not the network's: of its names those that are known at compile time.
        outer.names().putAll(home.redirected(Kind.NETWORK, drawing).names());
        var scope = enter(rule, outer);
        var type = Type.batch(weight.shape());
        var origin = scope.origin(rule.span());
        elaboration.arguments.bind(rule.entry(), rule.given(), rule.span(), outer, scope);
        var rate = scope.names().get(RATE);
        if (rate != null) {
            var place = scope.setting(RATE).orElse(rule.span());
            if (elaboration.evaluator.number(rate, place, outer, "`" + RATE + "`") < 0) {
                throw outer.error(
                        ElaborationCode.BAD_SETTING,
                        place,
                        "`" + RATE + "` cannot be " + Operators.describe(rate, outer),
                        Note.expected("a number above 0, such as 1e-3"));
            }
            var multiplied = Operators.apply(Op.MUL, scope, rule.span(), RATE, rate, factorOrOne(factor, outer));
            scope.bind(RATE, multiplied);
        }
        var leaf = drawing.builder().leaf(new Prim.Parameter(weight.name()), type, origin);
        scope.bind("weight", new Tensor(leaf, 0));
        scope.bind("gradient", new Tensor(drawing.builder().leaf(new Prim.Input("gradient"), type, origin), 0));
        bindRun(scope, rule.span(), "step", RunScalar.STEP);
        scope.states().put("weight", weight.name());
        if (rule.entry().declaration().definition() instanceof Declaration.Body body) {
            elaboration.statements.run(body, scope);
        }
        drawing.updates().computeIfPresent(weight.name(), (name, value) -> bounds.bounded(weight, value, drawing));
        drawing.updates().forEach((name, value) -> {
            if (first || !name.startsWith("optimizer.schedule.")) {
                drawing.builder().result(Result.Role.UPDATE, name, value);
            }
        });
        return drawing.builder().build();
    }

    private Scope enter(Use use, Scope outer) {
        return outer.enter(
                use.entry().declaration(), use.entry().fromLibrary(), new Instance("", true), false, false, use.span());
    }

    private Meaning factorOrOne(Use use, Scope outer) {
        try {
            var factor = factor(use, outer);
            return factor instanceof Meaning.Broken ? Meaning.of(1) : factor;
        } catch (Abandoned reported) {
            return Meaning.of(1); // told; the optimizer may have mistakes of its own
        }
    }

    /// The schedule's factor at this step.
    private Meaning factor(Use use, Scope outer) {
        var scope = enter(use, outer);
        elaboration.arguments.bind(use.entry(), use.given(), use.span(), outer, scope);
        bindRun(scope, use.span(), "step", RunScalar.STEP);
        bindRun(scope, use.span(), "steps", RunScalar.STEPS);
        bindRun(scope, use.span(), "epoch", RunScalar.EPOCH);
        bindRun(scope, use.span(), "validation_loss", RunScalar.VALIDATION_LOSS);
        var factor = elaboration.calls.body(use.entry().declaration(), scope, use.span());
        if (factor instanceof Tensor(Value value, int _)
                && !scope.type(value).shape().equals(Shape.SCALAR)) {
            throw home.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    use.span(),
                    "a schedule is one number",
                    Note.found("a value of shape " + scope.type(value).shape()));
        }
        return factor;
    }

    private static void bindRun(Scope scope, Span span, String name, RunScalar scalar) {
        var leaf = scope.builder().leaf(new Prim.Run(scalar), Type.batch(Shape.SCALAR), scope.origin(span));
        scope.names().putIfAbsent(name, new Tensor(leaf, 0));
    }
}
