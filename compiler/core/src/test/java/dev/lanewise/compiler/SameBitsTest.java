package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.simd.Simd;
import dev.lanewise.runtime.train.ModelNetwork;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Training leaves the same bits whatever the number of threads and the width of the vectors, and those of the
/// interpreter.
@Tag("scalar")
class SameBitsTest {

    private static final Map<String, String> NETWORKS = Map.of(
            "classifier", """
            network Classifier {
              input  x: float[20]
              target y: class[7]
              h = x |> dense(40) |> relu |> dense(33) |> tanh
              logits = h |> dense(7)
              output probability = softmax(logits)
              loss   cross_entropy(logits, y) + l2(weights, 1e-3)
              metric accuracy(logits, y)
              train { optimizer: adam(rate: 0.01); schedule: cosine(warmup: 0.1) }
            }
            """,
            "regression", """
            network Regression {
              input  x: float[5]
              target y: float[3]
              p = x |> dense(17) |> gelu |> dense(3)
              output prediction = p
              loss   mse(p, y)
              metric r2(p, y)
              train { optimizer: momentum(rate: 0.05) }
            }
            """,
            "wide", """
            network Wide {
              input  x: float[70]
              target y: class[2]
              logits = x |> dense(130) |> sigmoid |> dense(2)
              output probability = softmax(logits)
              loss   cross_entropy(logits, y)
              train { optimizer: sgd(rate: 0.1) }
            }
            """,
            "bounded", """
            network Bounded {
              input  x: float[9]
              target y: class[4]
              layer inner = dense(9)
              h = x |> inner |> tanh |> inner |> swish(learned: true) |> maxout(6, 2)
              logits = h |> dense(4)
              surprise = cross_entropy(logits, y, smoothing: 0.1)
              output probability = softmax(logits)
              output slope = gradient(surprise, wrt: x)
              loss   surprise + 0.1 * sum(gradient(surprise, wrt: x) ^ 2) + l1(inner.weight, 1e-3)
              train { optimizer: momentum(rate: 0.5, weight_decay: 1e-3); clip: norm(0.3); max_norm: 0.7 }
            }
            """,
            "turns", """
            network Turns {
              input  x: float
              target y: class[1500]
              param w: float[1500] = normal(std: 1)
              param v: float[1500] = normal(std: 1)
              logits = (w + x) ^ 2 * v
              output probability = softmax(logits)
              loss cross_entropy(logits, y)
              train { optimizer: sgd(rate: 1); batch: 256 }
            }
            """,
            "image", """
            network Image {
              input  x: float[2, 9, 8]
              target y: class[3]
              h = x |> conv(20, 3, pad: same) |> relu |> max_pool(2)
              h = h |> conv(7, [3, 2], stride: 1) |> tanh |> conv(4, 2, groups: 1, dilation: 1)
              logits = h |> flatten |> dense(3)
              output probability = softmax(logits)
              loss   cross_entropy(logits, y)
              train { optimizer: sgd(rate: 0.1) }
            }
            """,
            "channels", """
            network Channels {
              input  x: float[2, 14, 7]
              target y: class[3]
              logits = x |> conv(20, 1) |> conv(24, 3, pad: same) |> relu |> flatten |> dense(3)
              output probability = softmax(logits)
              loss   cross_entropy(logits, y)
              train { optimizer: sgd(rate: 0.1) }
            }
            """);

    /// Sizes of the steps' batches: a group and one more example, less than a group, several groups.
    private static final int[] BATCHES = {33, 5, 100};

    @AfterEach
    void forgetTheWidth() {
        System.clearProperty(Simd.PROPERTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classifier", "regression", "wide", "bounded", "turns", "image", "channels"})
    void threadsAndWidthsAndTheInterpreterAgree(String name) {
        var text = String.valueOf(NETWORKS.get(name));
        var expected = interpreted(Lanewise.compile(text, CompileOptions.standard()));
        for (var width : widths()) {
            System.setProperty(Simd.PROPERTY, width);
            for (int threads = 1; threads <= 3; threads++) {
                var network = Lanewise.compile(text, CompileOptions.standard()).network();
                var where = name + ", " + width + ", " + threads + " threads";
                var actual = trained(network, threads, where);
                assertEquals(expected.keySet(), actual.keySet());
                expected.forEach((weight, values) ->
                        assertArrayEquals(values, actual.get(weight), 0, () -> where + ", " + weight));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"classifier", "regression", "wide", "bounded", "turns", "image"})
    void inDoublePrecisionToo(String name) {
        var options = CompileOptions.standard().with("train.precision", "f64");
        var text = String.valueOf(NETWORKS.get(name));
        var expected = interpreted(Lanewise.compile(text, options));
        for (int threads = 1; threads <= 2; threads++) {
            var actual = trained(Lanewise.compile(text, options).network(), threads, name);
            expected.forEach((weight, values) -> assertArrayEquals(values, actual.get(weight), 0, weight));
        }
    }

    /// Without the vector module there is one form, which is compared with the interpreter all the same.
    private static List<String> widths() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                ? List.of("512", "256", "128", "scalar")
                : List.of("scalar");
    }

    private static Map<String, double[]> trained(Network network, int threads, String where) {
        var weights = new LinkedHashMap<String, double[]>();
        try (var trainer =
                network.trainer().threads(threads).steps(BATCHES.length).open()) {
            for (int step = 0; step < BATCHES.length; step++) {
                assertTrue(Double.isFinite(trainer.step(batch(network, step))), where);
            }
            trainer.weights()
                    .list()
                    .forEach(w -> weights.put(w.name(), trainer.weights().get(w.name())));
        }
        return weights;
    }

    private static Map<String, double[]> interpreted(CompiledNetwork compiled) {
        ModelNetwork network = compiled.network();
        var interpreter = new Interpreter(compiled.compilation().step(), network.doublePrecision());
        var weights = new LinkedHashMap<String, double[]>();
        network.weights()
                .list()
                .forEach(w -> weights.put(w.name(), network.weights().get(w.name())));
        for (int step = 0; step < BATCHES.length; step++) {
            var data = batch(network, step);
            var inputs = new LinkedHashMap<String, double[]>();
            for (int p = 0; p < data.ports().size(); p++) {
                int size = data.ports().get(p).size();
                var values = new double[size * data.size()];
                for (int e = 0; e < data.size(); e++) {
                    data.read(p, e, values, e * size);
                }
                inputs.put(data.ports().get(p).name(), values);
            }
            var bindings = Bindings.of(
                            data.size(),
                            inputs,
                            weights,
                            network.bundle().info().train().seed())
                    .with(RunScalar.STEP, step + 1)
                    .with(RunScalar.STEPS, BATCHES.length);
            interpreter.run(bindings).all(Role.UPDATE).forEach((name, tensor) -> weights.put(name, tensor.data()));
        }
        return weights;
    }

    private static Dataset batch(Network network, int step) {
        var random = new SplittableRandom(step);
        int examples = BATCHES[step];
        var builder = ArrayDataset.builder();
        for (var port : Stream.concat(network.inputs().stream(), network.targets().stream())
                .toList()) {
            if (port.kind() == Port.Kind.FLOAT) {
                var values = new float[examples * port.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextDouble(-2, 2);
                }
                builder.add(port, values);
            } else {
                builder.add(port, random.ints(examples, 0, port.classes()).toArray());
            }
        }
        return builder.build();
    }
}
