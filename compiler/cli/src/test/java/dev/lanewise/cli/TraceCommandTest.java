package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.model.Safetensors;
import dev.lanewise.runtime.model.SafetensorsTensor;
import dev.lanewise.runtime.model.SafetensorsType;
import dev.lanewise.runtime.model.SafetensorsWriter;
import dev.lanewise.runtime.random.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceCommandTest {
    private static final String NETWORK = """
        network Traced(width = 5) {
          input  x: float[4]
          target c: class[3]

          h = x |> dense(width) |> tanh
          output z = h |> dense(3)
          loss cross_entropy(z, c)

          train {
            optimizer: adam(rate: 0.05)
          }
        }
        """;

    @TempDir
    Path folder;

    private Path network;
    private Path batch;

    @BeforeEach
    void write() throws IOException {
        network = Files.writeString(folder.resolve("traced.net"), NETWORK);
        batch = folder.resolve("batch.safetensors");
        var random = CounterRandom.of(3, 1, 1);
        var x = new double[7 * 4];
        var c = new byte[7];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.normal(i);
        }
        for (int i = 0; i < c.length; i++) {
            c[i] = (byte) (i % 3);
        }
        new SafetensorsWriter()
                .add("x", List.of(7, 4), x)
                .add("c", List.of(7), SafetensorsType.U8, c)
                .write(batch);
    }

    private Map<String, double[]> trace(Object... more) throws IOException {
        var file = folder.resolve("trace.safetensors");
        var arguments = new ArrayList<Object>(List.of("trace", "--batch", batch, "-o", file));
        arguments.addAll(List.of(more));
        var ran = Ran.of(arguments.toArray());
        assertEquals(0, ran.exit(), ran::err);
        var values = new LinkedHashMap<String, double[]>();
        try (var tensors = Safetensors.open(file)) {
            for (var tensor : tensors.tensors().values()) {
                values.put(tensor.name(), doubles(tensors, tensor));
            }
        }
        return values;
    }

    private static double[] doubles(Safetensors file, SafetensorsTensor tensor) throws IOException {
        var values = new double[(int) tensor.size()];
        file.read(tensor, 0, values, 0, values.length);
        return values;
    }

    private static void assertSame(Map<String, double[]> expected, Map<String, double[]> found, double within) {
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, values) -> {
            var others = found.get(name);
            assertEquals(values.length, others.length, name);
            for (int i = 0; i < values.length; i++) {
                assertTrue(
                        Math.abs(values[i] - others[i]) <= within * Math.max(1, Math.abs(values[i])),
                        name + ": " + values[i] + " and " + others[i]);
            }
        });
    }

    @Test
    void compiledAndInterpretedStepsAgreeInBothPrecisions() throws IOException {
        var all = "loss,outputs,gradients,weights,values";
        for (var precision : List.of("f64", "f32")) {
            var compiled = trace(network, "--steps", 20, "--precision", precision, "--record", all);
            var interpreted = trace(network, "--steps", 20, "--precision", precision, "--record", all, "--interpreted");
            assertSame(interpreted, compiled, precision.equals("f64") ? 1e-12 : 0);
            assertTrue(compiled.get("19.loss")[0] < compiled.get("0.loss")[0]);
            assertEquals(7 * 5, compiled.get("3.value.h").length);
        }
    }

    @Test
    void gradientsAreThoseBeforeTheUpdateAndWeightsThoseAfterIt() throws IOException {
        var options = new Object[] {network, "--precision", "f64", "--set", "train.optimizer=sgd(rate: 0.5)"};
        var first = trace(options);
        var two = trace(
                network,
                "--precision",
                "f64",
                "--set",
                "train.optimizer=sgd(rate: 0.5)",
                "--steps",
                2,
                "--interpreted");
        double[] before = first.get("0.weights.dense_1.bias");
        double[] gradient = two.get("1.gradient.dense_1.bias");
        double[] after = two.get("1.weights.dense_1.bias");
        for (int i = 0; i < after.length; i++) {
            assertEquals(before[i] - 0.5 * gradient[i], after[i], 1e-15);
        }
    }

    @Test
    void noStepsEvaluateAlsoWithoutTargets() throws IOException {
        var whole = trace(network, "--steps", 0, "--record", "outputs,loss");
        assertEquals(List.of("0.loss", "0.output.z"), List.copyOf(whole.keySet()));
        new SafetensorsWriter().add("x", List.of(2, 4), new float[8]).write(batch);
        assertEquals(
                List.of("0.output.z"), List.copyOf(trace(network, "--steps", 0).keySet()));
        assertEquals(
                List.of("0.output.z"),
                List.copyOf(trace(network, "--steps", 0, "--interpreted").keySet()));
    }

    @Test
    void aJarIsTracedWithItsSettingsAndWeights() throws IOException {
        var jar = folder.resolve("traced.jar");
        var compiled = Ran.of("compile", network, "--set", "width=9", "--seed", 5, "-o", jar);
        assertEquals(0, compiled.exit(), compiled::err);
        var ofJar = trace(jar, "--steps", 2);
        assertEquals(9, ofJar.get("0.weights.dense_1.bias").length);
        assertSame(trace(network, "--set", "width=9", "--seed", 5, "--steps", 2), ofJar, 0);
    }

    @Test
    void fittedValuesComeFromTheBatch() throws IOException {
        Files.writeString(network, NETWORK.replace("x |> dense", "x |> standardize |> dense"));
        double[] mean = trace(network, "--precision", "f64").get("0.weights.standardize_1.mean");
        var inputs = new double[4];
        try (var tensors = Safetensors.open(batch)) {
            double[] x = doubles(tensors, tensors.tensor("x"));
            for (int i = 0; i < x.length; i++) {
                inputs[i % 4] += x[i] / 7;
            }
        }
        assertArrayEquals(inputs, mean, 1e-12);
    }

    @Test
    void wrongFilesAreNamed() {
        var missing = Ran.of("trace", network, "--batch", folder.resolve("none.safetensors"), "-o", "t");
        assertEquals(1, missing.exit());
        assertTrue(missing.err().contains("none.safetensors: there is no such file"), missing::err);
        assertEquals(
                2,
                Ran.of("trace", network, "--batch", batch, "-o", "t", "--record", "colours")
                        .exit());
        assertEquals(2, Ran.of("trace", network).exit());
    }
}
