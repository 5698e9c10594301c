package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Metrics;
import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.TrainListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnsembleTest {
    private static final int MODELS = 3;
    private static final int EXAMPLES = 200;

    private static final String NETWORK = """
        network Stripes {
          input  x: float[2]
          target c: class[3]
          z = x |> dense(8) |> tanh |> dense(3)
          output p = softmax(z)
          loss   cross_entropy(z, c) + l2(weights, 1e-3)
          metric accuracy(z, c)
          train { batch: 20; epochs: 20; optimizer: adam(rate: 0.03); ensemble: bagging(models: 3, combine: %s) }
        }
        """;

    private static Network network(String combine) {
        return Lanewise.compile(
                        NETWORK.formatted(combine), CompileOptions.standard().verified())
                .network();
    }

    private static Dataset data(Network network) {
        var random = new SplittableRandom(5);
        float[] x = new float[2 * EXAMPLES];
        int[] c = new int[EXAMPLES];
        for (int i = 0; i < EXAMPLES; i++) {
            x[2 * i] = (float) random.nextDouble(-1, 1);
            x[2 * i + 1] = (float) random.nextDouble(-1, 1);
            c[i] = (int) (1.5 * (x[2 * i] + 1));
        }
        return ArrayDataset.builder()
                .add(network.inputs().getFirst(), x)
                .add(network.targets().getFirst(), c)
                .build();
    }

    private static float[] predictions(Network network, Dataset data) {
        float[] outputs = new float[3 * EXAMPLES];
        float[] x = new float[2 * EXAMPLES];
        for (int i = 0; i < EXAMPLES; i++) {
            data.read(0, i, x, 2 * i);
        }
        network.predictor().predict(x, EXAMPLES, outputs);
        return outputs;
    }

    /// What one member says: the ensemble when all places hold its weights.
    private static float[] ofMember(String combine, Network trained, int member, Dataset data) {
        var alone = network(combine);
        for (var weight : trained.weights().list()) {
            var name = weight.name();
            if (name.startsWith("member_")) {
                var from = "member_" + member + name.substring(name.indexOf('.'));
                alone.weights().set(name, trained.weights().get(from));
            }
        }
        return predictions(alone, data);
    }

    private static double combined(String combine, double[] values, double sumOfProducts) {
        return switch (combine) {
            case "mean" -> (values[0] + values[1] + values[2]) / MODELS;
            case "geometric" -> Math.cbrt(values[0] * values[1] * values[2]) / sumOfProducts;
            default -> throw new IllegalArgumentException(combine);
        };
    }

    @ParameterizedTest
    @CsvSource({"mean", "geometric"})
    void anEnsembleAnswersWithTheMeanOfItsMembers(String combine) {
        var network = network(combine);
        var data = data(network);
        try (var trainer = network.trainer().threads(1).open()) {
            trainer.fit(data, TrainListener.NONE);
            var trained = trainer.network();
            var found = predictions(trained, data);
            var members = new ArrayList<float[]>();
            for (int member = 1; member <= MODELS; member++) {
                members.add(ofMember(combine, trained, member, data));
            }
            int right = 0;
            int parted = 0;
            var label = new double[1];
            for (int i = 0; i < EXAMPLES; i++) {
                double products = 0;
                for (int k = 0; k < 3; k++) {
                    products += Math.cbrt(
                            (double) members.get(0)[3 * i + k] * members.get(1)[3 * i + k] * members.get(2)[3 * i + k]);
                }
                int best = 0;
                for (int k = 0; k < 3; k++) {
                    int at = 3 * i + k;
                    double[] values = {members.get(0)[at], members.get(1)[at], members.get(2)[at]};
                    assertEquals(combined(combine, values, products), found[at], 1e-5, "example " + i);
                    best = found[at] > found[3 * i + best] ? k : best;
                    parted += values[0] == values[1] ? 1 : 0;
                }
                data.read(1, i, label, 0);
                right += best == label[0] ? 1 : 0;
            }
            assertTrue(parted < EXAMPLES, "members differ");
            assertEquals(
                    right / (double) EXAMPLES, trainer.evaluate(data).values().get("accuracy"), 1e-9);
        }
    }

    @Test
    void votesAreSharesOfMembersAndTheLargestOfAllIsMadeToAddUp() {
        for (var combine : List.of("vote", "max")) {
            var network = network(combine);
            var data = data(network);
            var found = predictions(network, data);
            for (int i = 0; i < EXAMPLES; i++) {
                double sum = found[3 * i] + found[3 * i + 1] + found[3 * i + 2];
                assertEquals(1, sum, 1e-5, combine);
                double votes = MODELS * (double) found[3 * i];
                assertTrue(combine.equals("max") || Math.abs(votes - Math.rint(votes)) < 1e-5, combine);
            }
        }
    }

    private record Told(int member, double duplicates, Metrics outOfBag) {}

    private static List<Told> train(Network network, int threads, Path jar) {
        var told = new ArrayList<Told>();
        try (var trainer = network.trainer().threads(threads).seed(3).open()) {
            var result = trainer.fit(data(network), new TrainListener() {
                @Override
                public void member(int member, int members, double duplicates, Metrics outOfBag) {
                    assertEquals(MODELS, members);
                    told.add(new Told(member, duplicates, outOfBag));
                }
            });
            assertEquals(MODELS * 20 * EXAMPLES / 20, result.steps());
            trainer.save(jar);
        }
        return told;
    }

    @Test
    void membersAreTrainedOnSamplesAndMeasuredOnWhatTheyWereNotGiven(@TempDir Path folder) throws Exception {
        var network = network("mean");
        var one = folder.resolve("one.jar");
        var told = train(network, 1, one);
        assertEquals(told, train(network, 2, folder.resolve("two.jar")));
        assertEquals(
                Network.load(one).weights().hash(),
                Network.load(folder.resolve("two.jar")).weights().hash());
        for (int i = 0; i < MODELS; i++) {
            assertEquals(i + 1, told.get(i).member());
            assertEquals(0.368, told.get(i).duplicates(), 0.08);
            assertEquals(
                    Math.round(EXAMPLES * told.get(i).duplicates()),
                    told.get(i).outOfBag().examples());
            double accuracy = told.get(i).outOfBag().values().get("accuracy");
            assertTrue(accuracy > 0.6, () -> "out of bag " + accuracy);
        }
        try (var zip = new ZipFile(one.toFile())) {
            assertTrue(zip.getEntry("dev/lanewise/runtime/train/Bagging.class") != null);
        }
    }

    @Test
    void otherOutputsAreCombinedAndAMistakeIsTold() {
        var network = Lanewise.compile("""
            network Line {
              input x: float[1]
              target y: float[1]
              output v = x |> dense(1)
              loss mse(v, y)
              train { ensemble: bagging(models: 2) }
            }
            """, CompileOptions.standard()).network();
        network.weights().set("member_1.dense_1.weight", new double[] {1});
        network.weights().set("member_2.dense_1.weight", new double[] {3});
        assertEquals(10, network.predictor().predict(new float[] {5})[0], 1e-6);
        var x = new Port("x", Port.Kind.FLOAT, List.of(1), 0, List.of());
        var y = new Port("y", Port.Kind.FLOAT, List.of(1), 0, List.of());
        var data = ArrayDataset.builder()
                .add(x, new float[] {5})
                .add(y, new float[] {12})
                .build();
        assertEquals(4, network.evaluate(data).loss(), 1e-5);
        var wrong = assertThrows(
                CompileException.class,
                () -> Lanewise.compile(
                        NETWORK.formatted("mean").replace("bagging", "boosting"), CompileOptions.standard()));
        assertTrue(String.valueOf(wrong.getMessage()).contains("`ensemble` cannot be this"), wrong.getMessage());
    }

    @Test
    void aSingleStepOfAnEnsembleIsRefused() {
        var network = network("mean");
        try (var trainer = network.trainer().threads(1).open()) {
            var refused = assertThrows(ModelException.class, () -> trainer.step(data(network)));
            assertTrue(String.valueOf(refused.getMessage()).contains("call fit"), refused.getMessage());
        }
    }
}
