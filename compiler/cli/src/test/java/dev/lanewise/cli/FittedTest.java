package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.cli.console.Exit;
import dev.lanewise.runtime.Network;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever trains in an application gets what the command gives: values that come from the training data included.
class FittedTest {
    private static final int EXAMPLES = 90;

    private static final String NETWORK = """
        network Fits {
          input  x: float[3]
          target y: float
          prepared = x |> standardize |> whiten
          output z = prepared |> dense(4, init: lsuv) |> tanh |> dense(1)
          loss   mse(z, y)
          train { data: "fits.csv"; validate: 0.2; epochs: 3; batch: 16; seed: 5 }
        }
        """;

    private static final String APPLICATION = """
        import dev.lanewise.runtime.ArrayDataset;
        import dev.lanewise.runtime.ModelException;
        import dev.lanewise.runtime.TrainListener;
        import fits.Fits;

        public class FitsApplication {
            public static String fit(float[] x, float[] y) {
                Fits network = Fits.load();
                var data = ArrayDataset.builder()
                        .add(network.network().inputs().get(0), x)
                        .add(network.network().targets().get(0), y)
                        .build();
                try (Fits.Trainer trainer = Fits.trainer().threads(2).open()) {
                    try {
                        trainer.step(x, y);
                        return "a step without preparation";
                    } catch (ModelException e) {
                        trainer.fit(data, TrainListener.NONE);
                        return trainer.weights().hash();
                    }
                }
            }
        }
        """;

    @TempDir
    Path folder;

    private final float[] x = new float[3 * EXAMPLES];
    private final float[] y = new float[EXAMPLES];

    private void writeData() throws IOException {
        var random = new SplittableRandom(8);
        for (int e = 0; e < EXAMPLES; e++) {
            for (int i = 0; i < 3; i++) {
                x[3 * e + i] = Math.round(100 * (5 * i + random.nextGaussian(0, i + 1))) / 100f;
            }
            y[e] = Math.round(100 * (x[3 * e] - x[3 * e + 1])) / 100f;
        }
        var rows = IntStream.range(0, EXAMPLES)
                .mapToObj(e -> x[3 * e] + "," + x[3 * e + 1] + "," + x[3 * e + 2] + "," + y[e])
                .collect(Collectors.joining("\n"));
        Files.writeString(folder.resolve("fits.csv"), "a,b,c,y\n" + rows + "\n");
    }

    private String embedded(Path jar) throws IOException, ReflectiveOperationException {
        var source = Files.writeString(folder.resolve("FitsApplication.java"), APPLICATION);
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", jar.toString(), "-d", folder.toString(), source.toString());
        assertEquals(0, result);
        var path = new URL[] {jar.toUri().toURL(), folder.toUri().toURL()};
        try (var loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
            var application = loader.loadClass("FitsApplication");
            return (String)
                    application.getMethod("fit", float[].class, float[].class).invoke(null, x, y);
        }
    }

    /// That of the weights after the last epoch.
    private static String hash(Ran run) {
        var line = run.err()
                .lines()
                .filter(l -> l.startsWith("epoch 3/3"))
                .findFirst()
                .orElseThrow();
        return line.substring(line.length() - 8);
    }

    @Test
    void fittingInAnApplicationGivesTheWeightsOfTheCommand() throws Exception {
        writeData();
        var net = Files.writeString(folder.resolve("fits.net"), NETWORK);
        var fresh = folder.resolve("fresh.jar");
        Ran.of("compile", net, "-o", fresh).endsWith(Exit.DONE);
        var expected = hash(Ran.of("train", net).endsWith(Exit.DONE));
        assertEquals(expected, embedded(fresh));
        assertEquals(expected, hash(Ran.of("train", fresh).endsWith(Exit.DONE)), "a compiled jar, by the command");
    }

    @Test
    void whatTheJarCameWithIsNotFittedAgain() throws Exception {
        writeData();
        var net = Files.writeString(folder.resolve("fits.net"), NETWORK);
        var jar = folder.resolve("fits.jar");
        Ran.of("train", net).endsWith(Exit.DONE);
        double[] before;
        try (var trainer = Network.load(jar).trainer().open()) {
            before = trainer.weights().get("standardize_1.mean");
        }
        Files.writeString(folder.resolve("other.csv"), "a,b,c,y\n" + "1,2,3,4\n3,2,1,0\n".repeat(20));
        Ran.of("train", jar, "--data", "csv:" + folder.resolve("other.csv"), "--epochs", "1")
                .endsWith(Exit.DONE);
        assertArrayEquals(before, Network.load(jar).weights().get("standardize_1.mean"));
    }
}
