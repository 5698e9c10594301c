package dev.lanewise.compiler.jar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.Compilation;
import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.runtime.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A network's jar as its users meet it: in JVMs of their own, with nothing else on the class path.
class JarTest {

    private static final String NETWORK = """
        network Tiny(hidden = 24) {
          input  x: float[3]
          target y: class[2]
          logits = x |> dense(hidden) |> tanh |> dense(2)
          output probability = softmax(logits)
          loss   cross_entropy(logits, y)
          metric accuracy(logits, y)
          train { optimizer: adam(rate: 0.01) }
        }
        """;

    private static final String APPLICATION = """
        import dev.lanewise.runtime.Network;
        import java.nio.file.Path;
        import java.util.Arrays;
        import tiny.Tiny;

        public class Application {
            public static void main(String[] arguments) throws Exception {
                Tiny net = Tiny.load();
                float[] before = net.predict(new float[] {1, 2, 3});
                try (Tiny.Trainer trainer = Tiny.trainer().seed(7).threads(2).open()) {
                    float[] x = {1, 2, 3, -1, -2, -3, 2, 1, 0};
                    int[] y = {0, 1, 0};
                    for (int i = 0; i < 20; i++) {
                        trainer.step(x, y);
                    }
                    trainer.save(Path.of(arguments[0]));
                    System.out.println(trainer.weights().hash());
                }
                float[] many = new float[4];
                Network.load(Path.of(arguments[0])).predictor().predict(new float[] {1, 2, 3, -1, -2, -3}, 2, many);
                float[] after = Tiny.load(Path.of(arguments[0])).predict(new float[] {1, 2, 3});
                if (after[0] != many[0] || after[0] <= before[0]) {
                    throw new AssertionError(Arrays.toString(before) + Arrays.toString(after) + Arrays.toString(many));
                }
                System.out.println(Arrays.toString(many));
            }
        }
        """;

    /// Two inputs, two targets, two outputs, double precision, and a name that is a word of Java in lower case.
    private static final String SEVERAL = """
        network Double {
          input  a: float[3]
          input  b: float[2]
          target y: float[2]
          target c: class[3]
          h = concat(a, b) |> dense(8) |> relu
          output first = dense(h, 2)
          q = h |> dense(3)
          output second = softmax(q)
          loss   mse(first, y) + cross_entropy(q, c)
          train { precision: f64 }
        }
        """;

    private static final String SEVERAL_APPLICATION = """
        import java.util.List;

        public class SeveralApplication {
            public static void main(String[] arguments) throws Exception {
                try (double_.Double.Trainer trainer = double_.Double.trainer().threads(1).open()) {
                    double before = 0;
                    for (int i = 0; i < 50; i++) {
                        double loss = trainer.step(
                                new double[] {1, 2, 3, 0, 1, 0}, new double[] {1, 2, 3, 4},
                                new double[] {1, 0, 0, 1}, new int[] {2, 0});
                        if (i > 0 && loss >= before) {
                            throw new AssertionError(before + " -> " + loss);
                        }
                        before = loss;
                    }
                    List<float[]> outputs =
                            trainer.network().predict(new float[] {1, 2, 3}, new float[] {1, 2});
                    System.out.println(outputs.get(0).length + " " + outputs.get(1).length);
                }
            }
        }
        """;

    private static final String OTHER = """
        network Other {
          input  x: float[4]
          target y: float
          output z = x |> dense(24) |> tanh |> dense(1)
          loss   mse(z, y)
        }
        """;

    private static final String TOGETHER_APPLICATION = """
        import both.Other;
        import both.Tiny;
        import dev.lanewise.runtime.Network;
        import java.nio.file.Path;

        public class TogetherApplication {
            public static void main(String[] arguments) throws Exception {
                float first = Tiny.load().predict(new float[] {1, 2, 3})[0];
                float before = Other.load().predict(new float[] {1, 2, 3, 4})[0];
                Path saved = Path.of(arguments[0]);
                try (Other.Trainer trainer = Other.trainer().open()) {
                    for (int i = 0; i < 30; i++) {
                        trainer.step(new float[] {1, 2, 3, 4}, new float[] {9});
                    }
                    trainer.save(saved);
                }
                float after = Other.load(saved).predict(new float[] {1, 2, 3, 4})[0];
                float named = Network.load(saved, "Other").predictor().predict(new float[] {1, 2, 3, 4})[0];
                if (after != named || Math.abs(after - 9) >= Math.abs(before - 9)
                        || Tiny.load(saved).predict(new float[] {1, 2, 3})[0] != first
                        || !Network.load(saved).name().equals("Tiny")) {
                    throw new AssertionError(before + " " + after + " " + named);
                }
                System.out.println("good");
            }
        }
        """;

    @TempDir
    private static Path folder;

    private static Path jar() {
        return folder.resolve("tiny.jar");
    }

    @BeforeAll
    static void compile() throws IOException {
        Lanewise.compile(NETWORK, CompileOptions.standard()).save(jar());
        javac("Application", APPLICATION, jar());
    }

    private static void javac(String name, String text, Path jar) throws IOException {
        var source = folder.resolve(name + ".java");
        Files.writeString(source, text);
        var compiler = ToolProvider.getSystemJavaCompiler();
        int result = compiler.run(
                null, null, null, "-proc:none", "-cp", jar.toString(), "-d", folder.toString(), source.toString());
        assertEquals(0, result);
    }

    @Test
    void severalInputsTargetsAndOutputsFollowEachOtherInOrder() throws Exception {
        var several = folder.resolve("several.jar");
        Lanewise.compile(SEVERAL, CompileOptions.standard()).save(several);
        javac("SeveralApplication", SEVERAL_APPLICATION, several);
        var path = several + System.getProperty("path.separator") + folder;
        assertEquals("2 3", java("-cp", path, "SeveralApplication").strip());
    }

    private static Compilation compiled(String text) {
        var diagnostics = new Diagnostics();
        return Compiler.compile(new Source("n.net", text), SourceFolder.empty(), CompileOptions.standard(), diagnostics)
                .orElseThrow();
    }

    @Test
    void severalNetworksInOneJarShareTheirKernelsAndAreTrainedOneByOne() throws Exception {
        var options = CompileOptions.standard().inPackage("both");
        var separate = List.of(compiled(NETWORK), compiled(OTHER));
        var both = folder.resolve("both.jar");
        var networks = CompiledNetwork.together(Compiler.together(separate, options), options);
        networks.getFirst().save(both);
        int kernels = networks.getFirst().compilation().program().kernels().size();
        assertTrue(
                kernels
                        < separate.stream()
                                .mapToInt(each -> each.program().kernels().size())
                                .sum(),
                () -> kernels + " kernels, none shared");
        javac("TogetherApplication", TOGETHER_APPLICATION, both);
        var path = both + System.getProperty("path.separator") + folder;
        var saved = folder.resolve("both-trained.jar");
        assertEquals(
                "good",
                java("-cp", path, "TogetherApplication", saved.toString()).strip());
        var alone = folder.resolve("alone.jar");
        CompiledNetwork.of(separate.getLast(), CompileOptions.standard()).save(alone);
        float[] x = {1, -2, 3, 0.5f};
        assertArrayEquals(
                Network.load(alone).predictor().predict(x),
                Network.load(both, "Other").predictor().predict(x));
    }

    @Test
    void theSameSourceGivesTheSameBytes() throws IOException {
        var again = folder.resolve("again.jar");
        Lanewise.compile(NETWORK, CompileOptions.standard()).save(again);
        assertArrayEquals(Files.readAllBytes(jar()), Files.readAllBytes(again));
    }

    @Test
    void anApplicationTrainsAndPredictsTheSameWithAndWithoutTheVectorModule() throws Exception {
        var path = jar() + System.getProperty("path.separator") + folder;
        var saved = folder.resolve("saved.jar").toString();
        var with = java("--add-modules", "jdk.incubator.vector", "-cp", path, "Application", saved);
        var without = java("-cp", path, "Application", saved);
        assertEquals(
                with.lines().filter(line -> !line.contains("WARNING")).toList(),
                without.lines().toList());
        assertTrue(without.lines().count() == 2, without);
    }

    @Test
    void theJarTellsWhatItIsFromTheClassPathAndAsAModule() throws Exception {
        var told = java("-jar", jar().toString(), "info");
        assertTrue(told.contains("Tiny") && told.contains("x: float[3]") && told.contains("y: class[2]"), told);
        assertTrue(java("-p", jar().toString(), "-m", "tiny").contains("x: float[3]"));
    }

    @Test
    void allOfTheRuntimeAndNoOtherModuleIsInTheJar() throws IOException {
        var root = Path.of("../../runtime/core/src/main/java");
        try (var sources = Files.walk(root)) {
            for (var source :
                    sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                var name = root.relativize(source).toString().replace('\\', '/');
                assertTrue(RuntimeClasses.isOfCore(name), name);
            }
        }
        assertFalse(RuntimeClasses.isOfCore("dev/lanewise/runtime/data/CsvTable.class"));
    }

    @Test
    void theJarIsSmall() throws IOException {
        var mnist = folder.resolve("mnist.jar");
        Lanewise.compile(Path.of("../../samples/mnist.net"), CompileOptions.standard())
                .save(mnist);
        long runtime = 0;
        long weights = 0;
        try (var zip = new ZipFile(mnist.toFile())) {
            for (var entry : zip.stream().toList()) {
                assertFalse(
                        entry.getName().matches(".*/(Augment.*|Scores|Bagging|Pretraining|StagedFitting).class"),
                        entry.getName());
                if (entry.getName().startsWith("dev/lanewise/runtime/")) {
                    runtime += entry.getCompressedSize();
                } else if (entry.getName().endsWith(".safetensors")) {
                    weights += entry.getCompressedSize();
                    assertEquals(entry.getSize(), entry.getCompressedSize());
                }
            }
        }
        assertTrue(runtime <= 80_000, "the runtime takes " + runtime + " bytes");
        long rest = Files.size(mnist) - weights;
        assertTrue(rest < 150_000, "the jar without weights has " + rest + " bytes");
    }

    private static String java(String... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
