package dev.lanewise.compiler.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.autodiff.Autodiff;
import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.GraphPrinter;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.optimize.Stabilise.Pattern;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each published pattern, as one would write it, on [-10000, 10000]: value and derivative are finite and right.
class StabiliseTest {

    /// A formula of one number, what it is and its derivative.
    private record Case(Formula written, DoubleUnaryOperator value, DoubleUnaryOperator derivative) {}

    private interface Formula {
        Value of(Value z, Arithmetic m);
    }

    private static double sigmoid(double z) {
        return z < 0 ? Math.exp(z) / (1 + Math.exp(z)) : 1 / (1 + Math.exp(-z));
    }

    private static double softplus(double z) {
        return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }

    private static Value exp(Value z, Arithmetic m) {
        return m.apply(Op.EXP, z);
    }

    private static Value log(Value z, Arithmetic m) {
        return m.apply(Op.LOG, z);
    }

    private static Value onePlus(Value z, Arithmetic m) {
        return m.add(m.fill(1), z);
    }

    /// `[z, 0]`, an axis to sum over.
    private static Value pair(Value z, Arithmetic m) {
        var one = m.reshape(z, Shape.of(1));
        return m.builder()
                .add(
                        new Prim.Concat(0),
                        Origin.UNKNOWN,
                        one,
                        m.fill(0, m.builder().type(one)));
    }

    private static Value total(Value z, Arithmetic m) {
        return m.sum(z, List.of(0), false);
    }

    private static Value softmax(Value z, Arithmetic m) {
        var e = exp(pair(z, m), m);
        return m.div(e, total(e, m));
    }

    private static Value first(Value pair, Arithmetic m) {
        var slice = m.builder().add(new Prim.Slice(0, 0, 1, 1), Origin.UNKNOWN, pair);
        return m.reshape(slice, Shape.SCALAR);
    }

    private static final Map<Pattern, Case> CASES = cases();

    private static Map<Pattern, Case> cases() {
        var cases = new EnumMap<Pattern, Case>(Pattern.class);
        cases.put(Pattern.LOG_OF_EXP, new Case((z, m) -> log(exp(z, m), m), z -> z, _ -> 1));
        cases.put(
                Pattern.LOG_OF_SOFTPLUS,
                new Case((z, m) -> log(onePlus(exp(z, m), m), m), StabiliseTest::softplus, StabiliseTest::sigmoid));
        cases.put(
                Pattern.LOG_OF_SIGMOID,
                new Case((z, m) -> log(m.apply(Op.SIGMOID, z), m), z -> -softplus(-z), z -> sigmoid(-z)));
        cases.put(
                Pattern.LOG_OF_ONE_MINUS_SIGMOID,
                new Case(
                        (z, m) -> log(m.sub(m.fill(1), m.apply(Op.SIGMOID, z)), m),
                        z -> -softplus(z),
                        z -> -sigmoid(z)));
        cases.put(
                Pattern.LOG_OF_RATIO,
                new Case((z, m) -> total(log(softmax(z, m), m), m), z -> z - 2 * softplus(z), z -> 1 - 2 * sigmoid(z)));
        cases.put(
                Pattern.LOG_OF_INVERSE,
                new Case((z, m) -> log(m.div(m.fill(3), exp(z, m)), m), z -> Math.log(3) - z, _ -> -1));
        cases.put(
                Pattern.LOG_OF_PRODUCT, new Case((z, m) -> log(m.mul(exp(z, m), 3), m), z -> Math.log(3) + z, _ -> 1));
        cases.put(
                Pattern.LOG_OF_TWO_EXP,
                new Case(
                        (z, m) -> log(m.div(m.add(exp(z, m), exp(m.neg(z), m)), m.fill(2)), m),
                        z -> Math.abs(z) + Math.log1p(Math.exp(-2 * Math.abs(z))) - Math.log(2),
                        Math::tanh));
        cases.put(
                Pattern.LOG_SUM_EXP,
                new Case(
                        (z, m) -> log(total(exp(pair(z, m), m), m), m),
                        StabiliseTest::softplus,
                        StabiliseTest::sigmoid));
        cases.put(
                Pattern.LOG_OF_CHOSEN,
                new Case(
                        (z, m) -> log(total(m.mul(m.oneHot(m.fill(1), 2), softmax(z, m)), m), m),
                        z -> -softplus(z),
                        z -> -sigmoid(z)));
        cases.put(
                Pattern.LOG1P,
                new Case((z, m) -> log(onePlus(m.mul(z, z), m), m), z -> Math.log1p(z * z), z -> 2 * z / (1 + z * z)));
        cases.put(
                Pattern.LOG_OF_VIEW,
                new Case((z, m) -> log(first(softmax(z, m), m), m), z -> -softplus(-z), z -> sigmoid(-z)));
        cases.put(
                Pattern.EXPM1,
                new Case(
                        (z, m) -> m.sub(exp(m.neg(m.mul(z, z)), m), m.fill(1)),
                        z -> Math.expm1(-z * z),
                        z -> -2 * z * Math.exp(-z * z)));
        cases.put(
                Pattern.SOFTMAX,
                new Case((z, m) -> first(softmax(z, m), m), StabiliseTest::sigmoid, z -> sigmoid(z) * sigmoid(-z)));
        cases.put(
                Pattern.TANH,
                new Case(
                        (z, m) -> m.div(m.sub(exp(z, m), exp(m.neg(z), m)), m.add(exp(z, m), exp(m.neg(z), m))),
                        Math::tanh,
                        z -> 4 * sigmoid(2 * z) * sigmoid(-2 * z)));
        cases.put(
                Pattern.TANH_OF_HALF,
                new Case(
                        (z, m) -> m.div(m.sub(exp(z, m), m.fill(1)), onePlus(exp(z, m), m)),
                        z -> Math.tanh(z / 2),
                        z -> 2 * sigmoid(z) * sigmoid(-z)));
        cases.put(
                Pattern.SIGMOID,
                new Case(
                        (z, m) -> m.div(exp(z, m), onePlus(exp(z, m), m)),
                        StabiliseTest::sigmoid,
                        z -> sigmoid(z) * sigmoid(-z)));
        cases.put(
                Pattern.RATIO_WITH_SIGMOID,
                new Case(
                        (z, m) -> m.div(m.fill(1), onePlus(exp(m.neg(z), m), m)),
                        StabiliseTest::sigmoid,
                        z -> sigmoid(z) * sigmoid(-z)));
        return cases;
    }

    @ParameterizedTest
    @EnumSource(Pattern.class)
    void isFiniteAndRightFarOut(Pattern pattern) {
        var known = CASES.get(pattern);
        double[] points = DoubleStream.concat(
                        DoubleStream.of(-1e4, -800, -100, -20, -1, -1e-6, 0, 1e-6, 0.5, 3, 17, 90, 710, 1e4),
                        DoubleStream.iterate(-1e4, z -> z < 1e4, z -> z + 617.3))
                .toArray();
        for (double z : points) {
            for (boolean doublePrecision : new boolean[] {true, false}) {
                double tolerance = doublePrecision ? 1e-13 : 2e-6;
                double at = doublePrecision ? z : (float) z;
                double[] found = valueAndDerivative(known, at, doublePrecision);
                close(pattern + " at " + at, known.value().applyAsDouble(at), found[0], tolerance);
                close(pattern + "' at " + at, known.derivative().applyAsDouble(at), found[1], tolerance);
            }
        }
    }

    private static void close(String what, double expected, double found, double tolerance) {
        assertTrue(
                Math.abs(expected - found) <= tolerance * Math.max(1, Math.abs(expected)),
                () -> what + ": expected " + expected + ", found " + found);
    }

    private static double[] valueAndDerivative(Case known, double z, boolean doublePrecision) {
        var graph = graph(known);
        var bindings = Bindings.of(1, Map.of(), Map.of("z", new double[] {z}), 1);
        var outcome = new Interpreter(graph, doublePrecision).run(bindings);
        return new double[] {outcome.loss(), outcome.of(Role.GRADIENT, "z").number()};
    }

    private static Graph graph(Case known) {
        var optimizer = new Optimizer(true);
        var prepared = optimizer.prepare(written(known));
        return optimizer.optimize(Autodiff.gradients(prepared, Map.of("z", Shape.SCALAR)));
    }

    private static Graph written(Case known) {
        var builder = Graph.builder();
        var z = builder.leaf(new Prim.Parameter("z"), Type.batch(Shape.SCALAR), Origin.UNKNOWN);
        builder.result(Role.LOSS, "loss", known.written().of(z, new Arithmetic(builder, Origin.UNKNOWN)));
        return builder.build();
    }

    @Test
    void everyPatternIsTested() {
        assertEquals(Set.of(Pattern.values()), CASES.keySet());
        assertEquals(Pattern.values().length, Optimizer.stablePatterns().size());
        assertTrue(Optimizer.stablePatterns().contains("log(1 + a)  =>  log1p(a)"));
    }

    /// As they stand, most of these overflow: the test above would fail without the pass.
    @Test
    void thePatternsAreNeeded() {
        long broken = Arrays.stream(Pattern.values())
                .filter(pattern -> {
                    var graph = Autodiff.gradients(written(CASES.get(pattern)), Map.of("z", Shape.SCALAR));
                    return DoubleStream.of(-1e4, 1e4, 1e-6, -40).anyMatch(z -> {
                        var outcome = new Interpreter(graph, false)
                                .run(Bindings.of(1, Map.of(), Map.of("z", new double[] {z}), 1));
                        double value =
                                outcome.loss() + outcome.of(Role.GRADIENT, "z").number();
                        return !Double.isFinite(value);
                    });
                })
                .count();
        assertTrue(broken >= 13, () -> "only " + broken + " patterns overflow as written");
    }

    /// The careful form is found wherever the maximum is taken already, and left as it is.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void softmaxWithItsMaximumStaysAsItIs(boolean logarithm) {
        var builder = Graph.builder();
        var m = new Arithmetic(builder, Origin.UNKNOWN);
        var x = builder.leaf(new Prim.Input("x"), Type.example(Shape.of(7)), Origin.UNKNOWN);
        var shifted = m.sub(x, m.reshape(m.stop(m.max(x, List.of(0), false)), Shape.of(1)));
        var e = exp(shifted, m);
        builder.result(Role.OUTPUT, "y", logarithm ? m.sub(shifted, log(total(e, m), m)) : m.div(e, total(e, m)));
        var graph = new Optimizer(true).prepare(builder.build());
        long maxima =
                graph.nodes().stream().filter(n -> n.prim() instanceof Prim.Max).count();
        assertEquals(1, maxima, () -> GraphPrinter.print(graph));
    }
}
