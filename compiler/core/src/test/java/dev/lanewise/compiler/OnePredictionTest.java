package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.simd.Simd;
import dev.lanewise.runtime.train.ModelNetwork;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Predicting one example gives the bits that it has in a batch.
@Tag("scalar")
class OnePredictionTest {
    private static final int COUNT = 9;

    private static final Map<String, String> NETWORKS = Map.of(
            "classifier", """
            network Classifier {
              input  x: float[20]
              logits = x |> dense(140) |> tanh |> dense(33) |> gelu |> layer_norm |> dense(7)
              output probability = softmax(logits)
            }
            """,
            "images", """
            network Images {
              input  x: float[1, 14, 14]
              h = x |> conv(6, [5, 5], pad: 2) |> batch_norm |> tanh |> max_pool([2, 2])
              h2 = h |> conv(5, [3, 3], stride: 2) |> relu |> flatten |> dense(10)
              output probability = softmax(h2)
            }
            """,
            "channels", """
            network Channels {
              input  x: float[2, 9, 6]
              h = x |> conv(20, 1) |> tanh |> conv(24, 3, pad: same)
              output p = h |> flatten |> dense(5) |> sigmoid
            }
            """,
            "words", """
            network Words {
              input  x: index[7, 11]
              h = x |> embedding(11, 6)
              output p = h |> flatten |> dense(5) |> sigmoid
            }
            """,
            "wide", """
            network Wide {
              input  x: float[300]
              output p = x |> dense(520) |> tanh |> dense(9) |> softmax
            }
            """);

    @AfterEach
    void forgetTheWidth() {
        System.clearProperty(Simd.PROPERTY);
    }

    private static ModelNetwork network(String name, String precision) {
        var options = CompileOptions.standard().with("train.precision", precision);
        return Lanewise.compile(String.valueOf(NETWORKS.get(name)), options).network();
    }

    private static float[] inputs(ModelNetwork network) {
        var random = new SplittableRandom(3);
        var inputs = new float[COUNT * network.inputs().getFirst().size()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = network.name().equals("Words") ? random.nextInt(11) : (float) random.nextDouble(-1, 1);
        }
        return inputs;
    }

    private static float[] together(ModelNetwork network, float[] inputs) {
        var outputs = new float[COUNT * network.outputs().getFirst().size()];
        network.predictor().predict(inputs, COUNT, outputs);
        return outputs;
    }

    private static float[] apart(ModelNetwork network, float[] inputs) {
        int in = network.inputs().getFirst().size();
        int out = network.outputs().getFirst().size();
        var outputs = new float[COUNT * out];
        for (int e = 0; e < COUNT; e++) {
            var one = network.predictor().predict(Arrays.copyOfRange(inputs, e * in, (e + 1) * in));
            System.arraycopy(one, 0, outputs, e * out, out);
        }
        return outputs;
    }

    @ParameterizedTest
    @ValueSource(strings = {"classifier", "images", "channels", "words"})
    void oneByOneIsAsTogether(String name) {
        for (var precision : List.of("f32", "f64")) {
            var network = network(name, precision);
            assertFalse(network.bundle()
                    .info()
                    .layout()
                    .entries()
                    .get(Layout.ONE)
                    .fetches()
                    .isEmpty());
            var inputs = inputs(network);
            assertArrayEquals(together(network, inputs), apart(network, inputs), name + " " + precision);
        }
    }

    @Test
    void newWeightsAreUsed() {
        var network = network("classifier", "f32");
        var inputs = inputs(network);
        var before = apart(network, inputs);
        var weight = network.weights().list().getFirst();
        var values = network.weights().get(weight.name());
        for (int i = 0; i < values.length; i++) {
            values[i] *= 1.5;
        }
        network.weights().set(weight.name(), values);
        var after = apart(network, inputs);
        assertFalse(Arrays.equals(before, after));
        assertArrayEquals(together(network, inputs), after);
    }

    @Test
    void threadsPredictAtOnce() throws InterruptedException, ExecutionException {
        var network = network("classifier", "f32");
        var inputs = inputs(network);
        var expected = together(network, inputs);
        try (var threads = Executors.newFixedThreadPool(4)) {
            Callable<float[]> work = () -> {
                var result = apart(network, inputs);
                for (int i = 0; i < 20; i++) {
                    assertArrayEquals(result, apart(network, inputs));
                }
                return result;
            };
            for (var result : threads.invokeAll(List.of(work, work, work, work))) {
                assertArrayEquals(expected, result.get());
            }
        }
    }

    /// A single answer of the wide network is large enough to be shared.
    @ParameterizedTest
    @ValueSource(strings = {"classifier", "images", "wide"})
    void aTeamGivesTheSameBits(String name) {
        var network = network(name, "f32");
        var inputs = inputs(network);
        var expected = together(network, inputs);
        int in = network.inputs().getFirst().size();
        int out = network.outputs().getFirst().size();
        for (int threads = 2; threads <= 3; threads++) {
            try (var predictor = network.predictor(threads)) {
                var outputs = new float[COUNT * out];
                predictor.predict(inputs, COUNT, outputs);
                assertArrayEquals(expected, outputs, threads + " threads");
                for (int e = 0; e < COUNT; e++) {
                    var one = predictor.predict(Arrays.copyOfRange(inputs, e * in, (e + 1) * in));
                    assertArrayEquals(Arrays.copyOfRange(expected, e * out, (e + 1) * out), one, threads + " threads");
                }
            }
        }
    }

    /// While somebody has the team, others compute alone; so do all when it is closed.
    @Test
    void callersShareATeam() throws InterruptedException, ExecutionException {
        var network = network("wide", "f32");
        var inputs = inputs(network);
        var expected = together(network, inputs);
        var predictor = network.predictor(2);
        try (var threads = Executors.newFixedThreadPool(3)) {
            Callable<float[]> work = () -> {
                var outputs = new float[expected.length];
                for (int i = 0; i < 200; i++) {
                    int count = i % 3 == 0 ? 1 : COUNT;
                    predictor.predict(inputs, count, outputs);
                    int size = count * expected.length / COUNT;
                    assertArrayEquals(Arrays.copyOf(expected, size), Arrays.copyOf(outputs, size));
                }
                predictor.close();
                return outputs;
            };
            for (var result : threads.invokeAll(List.of(work, work, work))) {
                assertArrayEquals(expected, result.get());
            }
        }
        var outputs = new float[expected.length];
        predictor.predict(inputs, COUNT, outputs);
        assertArrayEquals(expected, outputs);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aCallAllocatesNothing(int threads) {
        var network = network("wide", "f32");
        network.bundle().program().warmup().warm(Layout.ONE, true);
        var inputs = inputs(network);
        var outputs = new float[9];
        var predictor = network.predictor(threads);
        var memory = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 4_000 && least > 0; attempt++) {
            long before = memory.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                predictor.predict(inputs, 1, outputs);
            }
            least = Math.min(least, memory.getCurrentThreadAllocatedBytes() - before);
        }
        predictor.close();
        assertEquals(0, least);
    }
}
