package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.check.GradientCheck;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.InterpretedTraining;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.TrainEvent;
import dev.lanewise.runtime.TrainListener;
import dev.lanewise.runtime.model.WeightStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PretrainingTest {
    private static final int EXAMPLES = 96;

    /// Layers of every kind that can be turned round, with what may stand between them.
    private static final String MANY = """
        network Many {
          input  x: float[2, 5, 5]
          target c: class[3]
          h = x |> conv(4, kernel: 3, pad: same) |> batch_norm |> relu |> max_pool(2)
                |> conv(4, kernel: 2, groups: 2) |> tanh |> flatten |> dropout(keep: 0.8)
                |> dense(6) |> prelu |> dense(5) |> layer_norm
          z = h + (h |> dense(5) |> sigmoid) |> dense(3)
          output p = softmax(z)
          loss   cross_entropy(z, c)
          metric accuracy(z, c)
          train { batch: 32; epochs: 2; pretrain: %s }
        }
        """;

    private static final String DEEP = """
        network Deep {
          input  x: float[8]
          target c: class[3]
          z = x |> dense(6) |> sigmoid |> dense(4) |> sigmoid |> dense(3)
          output p = softmax(z)
          loss   cross_entropy(z, c)
          train { batch: 96; epochs: 1; shuffle: false; optimizer: sgd(rate: 0.05); pretrain: %s }
        }
        """;

    private static CompiledNetwork compiled(String network, String pretrain) {
        return Lanewise.compile(
                network.formatted(pretrain), CompileOptions.standard().verified());
    }

    /// Few directions explain the inputs.
    private static Map<String, double[]> numbers(Network network) {
        var random = new SplittableRandom(5);
        int size = network.inputs().getFirst().size();
        double[] x = new double[size * EXAMPLES];
        double[] c = new double[EXAMPLES];
        for (int e = 0; e < EXAMPLES; e++) {
            float a = (float) random.nextDouble(-1, 1);
            for (int i = 0; i < size; i++) {
                x[e * size + i] = (float) (a * (i % 3 - 1) + 0.1 * random.nextDouble(-1, 1));
            }
            c[e] = (int) (1.5 * (a + 1));
        }
        return Map.of("x", x, "c", c);
    }

    private static Dataset data(Network network) {
        var numbers = numbers(network);
        float[] x = new float[numbers.get("x").length];
        int[] c = new int[EXAMPLES];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) numbers.get("x")[i];
        }
        for (int i = 0; i < c.length; i++) {
            c[i] = (int) numbers.get("c")[i];
        }
        return ArrayDataset.builder()
                .add(network.inputs().getFirst(), x)
                .add(network.targets().getFirst(), c)
                .build();
    }

    /// What a listener was told of the layers: their losses, by name.
    private static final class Told implements TrainListener {
        private final Map<String, List<Double>> losses = new LinkedHashMap<>();

        @Override
        public void pretrained(String layer, int number, int layers, TrainEvent.Epoch event) {
            losses.computeIfAbsent(layer, _ -> new ArrayList<>())
                    .add(event.train().loss());
            assertEquals(losses.size(), number);
            assertEquals(losses.get(layer).size(), event.epoch());
        }
    }

    private static Told train(Network network, int threads, Path jar) {
        var told = new Told();
        try (var trainer = network.trainer().threads(threads).open()) {
            trainer.fit(data(network), told);
            trainer.save(jar);
        }
        return told;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "autoencoder(epochs: 30, optimizer: adam(rate: 0.01))",
                "autoencoder(epochs: 30, tied: true, optimizer: adam(rate: 0.01))",
                "autoencoder(epochs: 30, corruption: 0.2, optimizer: adam(rate: 0.01))"
            })
    void everyLayerLearnsToGiveBackWhatItIsGiven(String pretrain, @TempDir Path folder) {
        var network = compiled(MANY, pretrain).network();
        var told = train(network, 1, folder.resolve("a.jar"));
        assertEquals(List.of("conv_1", "conv_2", "dense_1", "dense_2", "dense_3"), List.copyOf(told.losses.keySet()));
        told.losses.forEach((layer, losses) -> {
            assertEquals(30, losses.size());
            assertTrue(losses.getLast() < 0.7 * losses.getFirst(), layer + " " + losses);
        });
    }

    @Test
    void theBitsAreTheSameForAnyNumberOfThreads(@TempDir Path folder) {
        var network = compiled(MANY, "autoencoder(epochs: 2, corruption: 0.3)").network();
        var one = train(network, 1, folder.resolve("one.jar"));
        var two = train(network, 3, folder.resolve("two.jar"));
        assertEquals(one.losses, two.losses);
        assertEquals(
                Network.load(folder.resolve("one.jar")).weights().hash(),
                Network.load(folder.resolve("two.jar")).weights().hash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "autoencoder(epochs: 3)",
                "autoencoder(3, tied: true, corruption: 0.25)",
                "autoencoder(3, optimizer: adam(rate: 0.01), layers: [dense_2, dense_1])"
            })
    void compiledPretrainingIsThatOfTheInterpreter(String pretrain) {
        var compiled = compiled(DEEP, pretrain);
        var network = compiled.network();
        var weights = new LinkedHashMap<String, double[]>();
        network.weights()
                .list()
                .forEach(w -> weights.put(w.name(), network.weights().get(w.name())));
        var batch = Bindings.of(EXAMPLES, numbers(network), Map.of(), 1).with(RunScalar.STEPS, 3);
        try (var trainer = network.trainer().threads(1).open()) {
            trainer.fit(data(network), new TrainListener() {
                @Override
                public void pretrained(String layer, int number, int layers, TrainEvent.Epoch event) {
                    assertEquals(2, layers);
                    var step = compiled.compilation().stages().get(layer);
                    var run = new InterpretedTraining(step, false, weights, batch);
                    var outcome = run.step(event.step(), event.epoch());
                    assertEquals(outcome.loss(), event.train().loss());
                    weights.putAll(run.weights());
                    weights.forEach((name, values) ->
                            assertArrayEquals(values, trainer.weights().get(name), name + " of " + layer));
                }
            });
        }
        assertNotEquals(0, weights.get("optimizer.pretrain_decoder_bias.dense_2.weight")[0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"autoencoder", "autoencoder(tied: true, corruption: 0.25)"})
    void theGradientsOfEveryLayerAreThoseOfDifferences(String pretrain) {
        var model = compiled(MANY, pretrain).compilation().model();
        var random = new SplittableRandom(3);
        var weights = new LinkedHashMap<String, double[]>();
        for (var weight : model.weights()) {
            weights.put(
                    weight.name(),
                    random.doubles(weight.shape().size(), 0.1, 0.6).toArray());
        }
        int examples = 4;
        double[] x = random.doubles(50L * examples, -1, 1).toArray();
        var at = Bindings.of(examples, Map.of("x", x, "c", new double[examples]), weights, 1);
        for (var stage : model.pretraining().stages()) {
            var alone = model.at(stage);
            var outcome = new Interpreter(TrainingStep.of(alone), true).run(at);
            var gradients = new LinkedHashMap<String, double[]>();
            outcome.all(Role.GRADIENT).forEach((name, tensor) -> gradients.put(name, tensor.data()));
            assertEquals(stage.rules().keySet(), gradients.keySet());
            var report = GradientCheck.of(alone.training(), gradients, at, 1e-5);
            assertTrue(report.passed(), () -> stage.layer() + " " + report);
            assertTrue(report.all().error() < 1e-6, () -> stage.layer() + " " + report.all());
            assertEquals(gradients.keySet(), own(stage), stage.layer());
        }
    }

    /// What a stage is expected to train.
    private static java.util.Set<String> own(Model.Stage stage) {
        return stage.rules().keySet();
    }

    @Test
    void aTrainedJarIsNotPretrainedAgain(@TempDir Path folder) throws Exception {
        var jar = folder.resolve("deep.jar");
        compiled(DEEP, "autoencoder(epochs: 2)").save(jar);
        assertEquals(2, train(Network.load(jar), 1, jar).losses.size());
        assertEquals(Map.of(), train(Network.load(jar), 1, jar).losses);
        try (var zip = new ZipFile(jar.toFile())) {
            assertTrue(zip.getEntry("dev/lanewise/runtime/train/Pretraining.class") != null);
        }
        compiled(DEEP, "autoencoder(epochs: 0)").save(jar);
        assertEquals(Map.of(), train(Network.load(jar), 1, jar).losses);
        try (var zip = new ZipFile(jar.toFile())) {
            assertNull(zip.getEntry("dev/lanewise/runtime/train/Pretraining.class"));
        }
    }

    @Test
    void onlyTheLayerAndItsDecoderMoveAndTheDecoderIsNotKept(@TempDir Path folder) {
        var network =
                compiled(DEEP, "autoencoder(epochs: 2, layers: [dense_2])").network();
        var before = network.weights().get("dense_1.weight");
        var second = network.weights().get("dense_2.weight");
        try (var trainer = network.trainer().threads(1).open()) {
            trainer.fit(data(network), new TrainListener() {
                @Override
                public void pretrained(String layer, int number, int layers, TrainEvent.Epoch event) {
                    assertEquals("dense_2", layer);
                    assertArrayEquals(before, trainer.weights().get("dense_1.weight"));
                    assertTrue(event.epoch() == 1
                            || !java.util.Arrays.equals(
                                    second, trainer.weights().get("dense_2.weight")));
                }
            });
            var names = ((WeightStore) trainer.weights()).writer();
            assertEquals(
                    names.toBytes().length,
                    ((WeightStore) compiled(DEEP, "autoencoder(epochs: 0)")
                                    .network()
                                    .weights())
                            .writer()
                            .toBytes()
                            .length);
        }
    }
}
