package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.simd.Warmup;
import dev.lanewise.runtime.train.ModelNetwork;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kernels that the JVM's last compiler does not take stay scalar, and training gives the same bits. Each case is a
/// JVM of its own, which prints the kernels that stayed scalar, then the hash of the weights; a busy machine, whose
/// compiler is late, gets time to come to what is expected.
class StuckKernelTest {
    private static final String NETWORK = """
        network Stuck {
          input  x: float[40]
          target y: class[10]
          logits = x |> dense(48) |> tanh |> dense(10)
          output p = softmax(logits)
          loss cross_entropy(logits, y)
          train { optimizer: sgd(rate: 0.1); batch: 64 }
        }
        """;

    /// Which are slow without the last compiler depends on times; products always are.
    private static final String SOME = "some";

    @TempDir
    private static Path folder;

    public static void main(String[] arguments) throws InterruptedException {
        var network = (ModelNetwork) Network.load(Path.of(arguments[0]));
        var warmup = network.bundle().program().warmup();
        int kernels = warmup.scalar(Layout.TRAIN).length();
        warmup.warm(Layout.TRAIN, true);
        var random = new SplittableRandom(3);
        var x = new float[64 * 40];
        var y = new float[64];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextDouble(-1, 1);
            y[i % 64] = i % 10;
        }
        var data = ArrayDataset.builder()
                .add(network.inputs().getFirst(), x)
                .add(network.targets().getFirst(), y)
                .build();
        try (var trainer = network.trainer().threads(2).open()) {
            for (int step = 0; step < 5; step++) {
                trainer.step(data);
            }
            var scalar = scalar(warmup, kernels);
            for (int wait = 0; wait < 300 && !scalar.equals(arguments[1]) && !arguments[1].equals(SOME); wait++) {
                Thread.sleep(100);
                scalar = scalar(warmup, kernels);
            }
            System.out.println(scalar + "," + trainer.weights().hash());
        }
    }

    private static String scalar(Warmup warmup, int kernels) {
        var scalar = warmup.scalar(Layout.TRAIN);
        var names = scalar.chars().mapToObj(kernel -> "k" + kernel).collect(Collectors.joining(" "));
        return kernels > 0 && scalar.length() == kernels ? "all" : names;
    }

    private List<String> train(String expected, String... options)
            throws IOException, InterruptedException, URISyntaxException {
        var jar = folder.resolve("stuck.jar");
        Lanewise.compile(NETWORK, CompileOptions.standard()).network().save(jar);
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var tests = StuckKernelTest.class.getProtectionDomain().getCodeSource().getLocation();
        var path = jar + System.getProperty("path.separator") + Path.of(tests.toURI());
        var command = Stream.of(
                        List.of(java, "-XX:+UseSerialGC", "-XX:CompileCommand=quiet"),
                        List.of(options),
                        List.of("-cp", path, StuckKernelTest.class.getName(), jar.toString(), expected))
                .flatMap(List::stream)
                .toList();
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return List.of(output.strip().split(",", -1));
    }

    /// The first kernel with a method for its tiles.
    private static String product() throws IOException {
        try (var zip = new ZipFile(folder.resolve("stuck.jar").toFile());
                var bytes = zip.getInputStream(zip.getEntry("stuck/Kernels512.class"))) {
            var text = new String(bytes.readAllBytes(), StandardCharsets.ISO_8859_1);
            var tiles = Pattern.compile("\\b(k\\d+)t\\b").matcher(text);
            assertTrue(tiles.find());
            return tiles.group(1);
        }
    }

    @Test
    void aKernelThatStaysSlowIsReplacedByItsScalarForm() throws IOException, InterruptedException, URISyntaxException {
        var vectors = "--add-modules=jdk.incubator.vector";
        var without = train("");
        assertEquals("", without.getFirst());
        assertEquals(without, train("", vectors));
        var product = product();
        var method = product + "t";
        var exclude = "-XX:CompileCommand=exclude,*.Kernels";
        var stuck = train(
                product, vectors, exclude + "512::" + method, exclude + "256::" + method, exclude + "128::" + method);
        // Another kernel, too, may be taken for a slow one beside it.
        assertTrue(List.of(stuck.getFirst().split(" ")).contains(product), stuck.getFirst());
        assertEquals(without.getLast(), stuck.getLast());
        var never = train(SOME, vectors, "-XX:TieredStopAtLevel=1");
        assertTrue(
                never.getFirst().equals("all")
                        || List.of(never.getFirst().split(" ")).contains(product),
                never.getFirst());
        assertEquals(without.getLast(), never.getLast());
    }
}
