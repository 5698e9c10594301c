package dev.lanewise.compiler.interpret;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.runtime.random.CounterRandom;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/// The orders of adding and the places of elements, written out once more by hand.
class InterpreterTest {

    private static final int EXAMPLES = 75;

    private final Graph.Builder builder = Graph.builder();
    private final Arithmetic math = new Arithmetic(builder, Origin.UNKNOWN);

    private Value input(String name, int... extents) {
        return builder.leaf(new Prim.Input(name), Type.example(Shape.of(extents)), Origin.UNKNOWN);
    }

    private Value parameter(String name, int... extents) {
        return builder.leaf(new Prim.Parameter(name), Type.batch(Shape.of(extents)), Origin.UNKNOWN);
    }

    private Value add(Prim prim, Value... inputs) {
        return builder.add(prim, Origin.UNKNOWN, inputs);
    }

    private Tensor run(Value value, Bindings bindings, boolean doublePrecision) {
        builder.result(Role.VALUE, "value", value);
        return new Interpreter(builder.build(), doublePrecision).run(bindings).of(Role.VALUE, "value");
    }

    private static double[] floats(long count, long seed) {
        return new SplittableRandom(seed)
                .doubles(count, -1, 1)
                .map(x -> (float) x)
                .toArray();
    }

    private static Bindings bind(Map<String, double[]> inputs, Map<String, double[]> weights) {
        return Bindings.of(EXAMPLES, inputs, weights, 9);
    }

    private static float tree(float[] lanes) {
        for (int half = 16; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }

    @Test
    void aContractionAddsOneFmaAfterAnother() {
        double[] w = floats(4 * 50, 1);
        double[] x = floats(EXAMPLES * 50, 2);
        var value = math.contract("un", parameter("w", 4, 50), "n", input("x", 50), "u", false);
        double[] found = run(value, bind(Map.of("x", x), Map.of("w", w)), false).data();
        for (int e = 0; e < EXAMPLES; e++) {
            for (int u = 0; u < 4; u++) {
                float sum = 0;
                for (int n = 0; n < 50; n++) {
                    sum = Math.fma((float) w[u * 50 + n], (float) x[e * 50 + n], sum);
                }
                assertEquals(sum, found[e * 4 + u]);
            }
        }
    }

    @Test
    void aContractionOverExamplesTakesGroupsOf32() {
        double[] a = floats(EXAMPLES * 2 * 3, 3);
        double[] b = floats(EXAMPLES * 4 * 3, 4);
        var spec = new Contraction("us", "ns", "un", "s", true);
        double[] found = run(
                        add(new Prim.Contract(spec), input("a", 2, 3), input("b", 4, 3)),
                        bind(Map.of("a", a, "b", b), Map.of()),
                        false)
                .data();
        for (int u = 0; u < 2; u++) {
            for (int n = 0; n < 4; n++) {
                float sum = 0;
                for (int group = 0; group < EXAMPLES; group += 32) {
                    for (int s = 0; s < 3; s++) {
                        for (int e = group; e < Math.min(group + 32, EXAMPLES); e++) {
                            sum = Math.fma((float) a[(e * 2 + u) * 3 + s], (float) b[(e * 4 + n) * 3 + s], sum);
                        }
                    }
                }
                assertEquals(sum, found[u * 4 + n]);
            }
        }
    }

    @Test
    void aSumOverExamplesGoesLaneByLaneAndThenByATree() {
        double[] x = floats(EXAMPLES * 6, 5);
        double[] found = run(math.sum(input("x", 2, 3), List.of(1), true), bind(Map.of("x", x), Map.of()), false)
                .data();
        for (int i = 0; i < 2; i++) {
            float[] lanes = new float[32];
            for (int e = 0; e < EXAMPLES; e++) {
                for (int j = 0; j < 3; j++) {
                    lanes[e % 32] += (float) x[e * 6 + i * 3 + j];
                }
            }
            assertEquals(tree(lanes), found[i]);
        }
    }

    @Test
    void aSumOfABatchWideValueHas32Parts() {
        double[] w = floats(1000, 6);
        double[] found = run(
                        math.sum(parameter("w", 10, 100), List.of(0, 1), false), bind(Map.of(), Map.of("w", w)), false)
                .data();
        float[] parts = new float[32];
        for (int j = 0; j < 1000; j++) {
            parts[j % 32] += (float) w[j];
        }
        assertEquals(tree(parts), found[0]);
    }

    @Test
    void scalarsOfTheRunAreDoubleUntilTheyAreRead() {
        var rate = math.sub(math.fill(1), math.apply(Op.POW, math.fill(0.999), math.run(RunScalar.STEP)));
        var value = math.mul(parameter("w", 1), rate);
        var bindings = bind(Map.of(), Map.of("w", new double[] {3})).with(RunScalar.STEP, 2);
        float expected = 3f * (float) (1 - StrictMath.pow(0.999, 2));
        assertEquals(expected, run(value, bindings, false).number());
        assertNotEquals(expected, 3f * (1 - (float) StrictMath.pow((float) 0.999, 2)));
    }

    @Test
    void drawsAreNumberedByExampleAndElement() {
        var draw = builder.leaf(new Prim.Random(false, 6), Type.example(Shape.of(2, 2)), Origin.UNKNOWN);
        var found = run(draw, bind(Map.of(), Map.of()).with(RunScalar.STEP, 3), false);
        var stream = CounterRandom.of(9, 6, 3);
        for (int i = 0; i < EXAMPLES * 4; i++) {
            assertEquals(stream.uniformFloat(i), found.data()[i]);
        }
    }

    private void view(double[] expected, Function<Value, Prim> prim, int... extents) {
        var value = parameter("w", extents);
        double[] numbers = DoubleStream.iterate(1, x -> x + 1)
                .limit(builder.type(value).shape().size())
                .toArray();
        var bindings = bind(Map.of(), Map.of("w", numbers));
        assertArrayEquals(
                expected, run(add(prim.apply(value), value), bindings, true).data());
    }

    @Test
    void windowsAreTwoAxes() {
        view(new double[] {1, 3, 3, 5}, _ -> new Prim.Windows(0, 2, 2, 2), 5);
    }

    @Test
    void windowsAreReadBackwards() {
        view(new double[] {3, 1, 5, 3}, _ -> new Prim.Windows(0, 2, 2, -2), 5);
    }

    @Test
    void patchesReadBackwardsAreFoldedBackwards() {
        view(new double[] {3, 2, 1 + 6, 5, 4 + 9, 8, 7, 0}, _ -> new Prim.Fold(0, 8, 2, -1), 3, 3);
    }

    @Test
    void foldAddsThePatchesBack() {
        view(new double[] {1, 2, 3 + 4, 5, 6 + 7, 8, 9, 0}, _ -> new Prim.Fold(0, 8, 2, 1), 3, 3);
    }

    @Test
    void padPutsZerosBetween() {
        view(new double[] {0, 1, 0, 0, 2, 0, 0, 0, 3, 0, 0, 4, 0, 0}, _ -> new Prim.Pad(1, 1, 2, 2), 2, 2);
    }

    @Test
    void sliceTakesEveryOther() {
        view(new double[] {2, 4, 7, 9}, _ -> new Prim.Slice(1, 1, 5, 2), 2, 5);
    }

    @Test
    void transposeExchangesAxes() {
        view(new double[] {1, 4, 2, 5, 3, 6}, _ -> new Prim.Transpose(List.of(1, 0)), 2, 3);
    }

    @Test
    void theFirstMaximumIsTaken() {
        var w = parameter("w", 5);
        var bindings = bind(Map.of(), Map.of("w", new double[] {1, 7, 2, 7, 7}));
        assertEquals(1, run(add(new Prim.ArgMax(List.of(0)), w), bindings, true).number());
    }

    /// 33 examples: the last is added to what the first left in its lane, without being rounded before.
    @Test
    void sumsOfProductsRoundOnceForEach() {
        double[] a = new double[33];
        double[] b = new double[33];
        a[0] = -1;
        b[0] = 1;
        a[32] = 1 + 0x1p-13;
        b[32] = 1 - 0x1p-13;
        var sum = add(new Prim.SumOfProducts(List.of()), input("a"), input("b"));
        var bindings = Bindings.of(33, Map.of("a", a, "b", b), Map.of(), 1);
        assertEquals(-0x1p-26, run(sum, bindings, false).number());
        assertEquals(1, (float) a[32] * (float) b[32], "the product alone is rounded");
    }

    @Test
    void gatherAndScatterAreOpposites() {
        var table = parameter("w", 3, 2);
        var index = math.apply(Op.FLOOR, parameter("i", 2));
        var rows = add(new Prim.Gather(), table, index);
        var back = add(new Prim.ScatterAdd(3, false), index, rows);
        var bindings = bind(Map.of(), Map.of("w", new double[] {1, 2, 3, 4, 5, 6}, "i", new double[] {2, 0}));
        assertArrayEquals(
                new double[] {1, 2, 0, 0, 5, 6}, run(back, bindings, true).data());
    }
}
