package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.compiler.graph.Model.Layer;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.runtime.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The samples hold what their headers say: each is in canonical form and compiles with the settings of each of its
/// commands, each command is one, and the quick ones print the lectures' figures.
class SamplesTest {
    private static final Path SAMPLES = Path.of("..", "..", "samples");
    private static final String COMMAND = "//     lanewise ";
    private static final Pattern WORDS = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\")+");

    private static List<Path> samples() throws IOException {
        try (var files = Files.walk(SAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".net"))
                    .sorted()
                    .toList();
        }
    }

    /// The commands of a header, as a shell would part them.
    private static List<String[]> commands(Path sample) throws IOException {
        return Files.readAllLines(sample).stream()
                .takeWhile(line -> line.startsWith("//"))
                .filter(line -> line.startsWith(COMMAND))
                .map(line -> words(line.substring(COMMAND.length())))
                .toList();
    }

    private static String[] words(String line) {
        return WORDS.matcher(line.split(" {3}", 2)[0])
                .results()
                .map(word -> word.group().replace("\"", ""))
                .map(word -> word.startsWith("samples/")
                        ? SAMPLES.getParent().resolve(word).toString()
                        : word)
                .toArray(String[]::new);
    }

    @TestFactory
    Stream<DynamicTest> everySampleIsInCanonicalForm() throws IOException {
        return samples().stream()
                .map(sample -> dynamicTest(
                        sample.getFileName().toString(),
                        () -> Ran.of("format", "--check", sample).endsWith(0)));
    }

    @TestFactory
    Stream<DynamicTest> theCommandsOfEveryHeaderAreCommandsAndTheirSettingsCompile() throws IOException {
        return samples().stream()
                .map(sample -> dynamicTest(sample.getFileName().toString(), () -> {
                    var commands = commands(sample);
                    assertFalse(commands.isEmpty(), "a sample says how it is run");
                    for (var command : commands) {
                        compiles(command);
                    }
                }));
    }

    /// Reads a command without running it, and compiles its network as far as a model with its settings.
    private static void compiles(String... command) {
        var console = Console.of(System.out, System.err);
        var line = new CommandLine(RootCommand.class, new Commands(console));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        var parsed = line.parseArgs(command).subcommand().commandSpec().userObject();
        switch (parsed) {
            case StatsCommand stats -> {
                var layers = model(stats.model, stats.options).layers();
                var names = layers.stream().map(Layer::name).toList();
                assertTrue(names.containsAll(stats.names), () -> stats.names + " of " + names);
            }
            case TrainCommand train -> model(train.model, train.options);
            case ExplainCommand _, GraphCommand _ -> {}
            case DataCommand data ->
                assertFalse(model(Objects.requireNonNull(data.augment), new ModelOptions())
                        .train()
                        .augment()
                        .isEmpty());
            case CheckCommand _, BenchCommand _, WeightsCommand _, EvaluateCommand _, PredictCommand _ -> {}
            default -> throw new AssertionError("look at " + Arrays.toString(command) + " here, too");
        }
    }

    private static dev.lanewise.compiler.graph.Model model(Path file, ModelOptions options) {
        var diagnostics = new Diagnostics();
        var source = SourceReader.read(file, file.toString(), diagnostics);
        return Compiler.model(source, SourceFolder.of(Models.folder(file)), options.compileOptions(), diagnostics)
                .orElseThrow(() -> new AssertionError(diagnostics.all().toString()));
    }

    // Figures of the lectures

    private static Map<String, Object> stats(String sample, String... options) {
        var arguments = new ArrayList<Object>(
                List.of("stats", SAMPLES.resolve("lectures").resolve(sample), "--json", "--quiet", "--threads", "1"));
        arguments.addAll(List.of(options));
        return Ran.of(arguments.toArray()).endsWith(0).json();
    }

    /// Of layers of 500 units some examples tell as much.
    private static Map<String, Object> wide(String sample, String... settings) {
        var options = new ArrayList<>(List.of("--examples", "64"));
        for (var setting : settings) {
            options.addAll(List.of("--set", setting));
        }
        return stats(sample, options.toArray(String[]::new));
    }

    private static double[] column(Map<String, Object> look, String figure) {
        return Json.list(look.get("layers"), "layers").stream()
                .mapToDouble(layer -> ((Number) Json.object(layer, "layer").get(figure)).doubleValue())
                .toArray();
    }

    private static Map<String, Object> last(Map<String, Object> json) {
        return Json.object(Json.list(json.get("steps"), "steps").getLast(), "a look");
    }

    /// Each within a share of what it should be.
    private static void assertNear(double share, double[] expected, double[] found) {
        assertEquals(expected.length, found.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], share * Math.abs(expected[i]), Arrays.toString(found));
        }
    }

    private static double[] same(int layers, double figure) {
        return DoubleStream.generate(() -> figure).limit(layers).toArray();
    }

    @Test
    void tanhFadesSaturatesOrKeepsItsSpread() {
        var small = column(wide("activations-10.net", "start=normal(std: 0.01)"), "std");
        assertNear(0.05, new double[] {.214, .048, .011, .0024, .00053}, Arrays.copyOf(small, 5));
        assertTrue(small[9] < 1e-6);
        var large = wide("activations-10.net", "start=normal(std: 1)");
        assertNear(0.01, same(10, .98), column(large, "std"));
        var xavier = wide("activations-10.net");
        double[] spread = {.63, .49, .41, .36, .32, .29, .27, .25, .24, .22};
        assertNear(0.04, spread, column(xavier, "std"));
    }

    /// What begins at random is multiplied from layer to layer, so rectifiers differ by a tenth from seed to seed.
    @Test
    void rectifiersNeedTheirOwnFirstWeights() {
        var xavier = wide("activations-10.net", "f=relu", "start=fan_in");
        double[] fading = {.582, .404, .277, .199, .140, .103, .073, .052, .039, .026};
        assertNear(0.2, fading, column(xavier, "std"));
        var he = wide("activations-10.net", "f=relu", "start=he_normal");
        assertNear(0.15, same(10, .8), column(he, "std"));
        var selu = wide("activations-10.net", "f=selu", "start=lecun_normal");
        assertNear(0.02, same(10, 1), column(selu, "std"));
    }

    @Test
    void sigmoidsSitAtAHalf() {
        var small = wide("activations-5.net", "start=normal(std: 0.01)");
        assertNear(0.06, new double[] {.055, .029, .028, .028, .028}, column(small, "std"));
        assertNear(0.01, same(5, .5), column(small, "mean"));
        assertEquals(1, column(small, "sameSign")[1]);
        var large = wide("activations-5.net", "start=normal(std: 1)");
        assertNear(0.02, new double[] {.48, .47, .47, .47, .47}, column(large, "std"));
        assertTrue(Arrays.stream(column(large, "saturated")).allMatch(share -> share > 0.75));
        var scaled = wide("activations-5.net");
        assertNear(0.06, new double[] {.21, .13, .12, .12, .12}, column(scaled, "std"));
    }

    @Test
    void multiplesOfTheIdentityGoWithPowers() {
        for (double scale : new double[] {0.5, 1.5}) {
            var json = stats("identity.net", "--set", "scale=" + scale);
            var forward = column(json, "std");
            var backward = column(json, "gradientStd");
            assertEquals(Math.pow(scale, 5), forward[4], 0.01 * Math.pow(scale, 5));
            for (int i = 1; i < 5; i++) {
                assertEquals(scale, forward[i] / forward[i - 1], 1e-5);
                assertEquals(scale, backward[i - 1] / backward[i], 1e-5);
            }
        }
        var tanh = column(stats("identity.net", "--set", "scale=1.5", "--set", "f=tanh"), "max");
        assertTrue(tanh[0] <= 1);
        assertTrue(Arrays.stream(tanh).skip(1).allMatch(most -> most < 0.92), () -> Arrays.toString(tanh));
        var relu = column(stats("identity.net", "--set", "scale=1.5", "--set", "f=relu"), "std");
        assertEquals(Math.pow(1.5, 4), relu[4] / relu[0], 1e-3);
    }

    @Test
    void equalWeightsStayEqual(@TempDir Path folder) {
        var jar = folder.resolve("symmetry.jar");
        trained("symmetry.net", jar, "--epochs", 2);
        assertEquals(1L, rows(jar, "dense_1.weight"));
        trained("symmetry.net", jar, "--epochs", 1, "--set", "start=normal(std: 0.01)");
        assertEquals(500L, rows(jar, "dense_1.weight"));
    }

    private static Object rows(Path jar, String weight) {
        return Json.list(Ran.of("weights", jar, "--json").endsWith(0).json().get("weights"), "weights").stream()
                .map(each -> Json.object(each, "weight"))
                .filter(each -> weight.equals(each.get("name")))
                .findFirst()
                .orElseThrow()
                .get("distinctRows");
    }

    @Test
    void positiveInputsMakeThePathAZigzag() {
        assertEquals(1, column(stats("zigzag.net", "--layers", "score"), "sameSign")[0]);
        assertEquals(
                0.5, column(stats("zigzag.net", "--layers", "score", "--set", "centred=true"), "sameSign")[0], 0.2);
        assertEquals(List.of(0), together("false"));
        assertFalse(together("true").isEmpty());
    }

    /// How often the two weights of zigzag.net moved apart: [0] when they never did.
    private static List<Integer> together(String centred) {
        var looks = Json.list(
                        stats(
                                        "zigzag.net",
                                        "--every",
                                        "1",
                                        "--steps",
                                        "30",
                                        "--layers",
                                        "w1,w2",
                                        "--set",
                                        "centred=" + centred)
                                .get("steps"),
                        "steps")
                .stream()
                .map(look -> column(Json.object(look, "a look"), "mean"))
                .toList();
        var apart = new ArrayList<Integer>();
        for (int i = 1; i < looks.size(); i++) {
            double first = looks.get(i)[0] - looks.get(i - 1)[0];
            double second = looks.get(i)[1] - looks.get(i - 1)[1];
            if (first * second < 0) {
                apart.add(i);
            }
        }
        return apart.isEmpty() ? List.of(0) : apart;
    }

    @Test
    void maxoutIsTheseFunctionsAndBendsBothWays() {
        var fixed = stats("maxout.net", "--layers", "error_relu,error_leaky,error_half");
        assertNear(0, same(3, 0), column(fixed, "min"));
        assertNear(0, same(3, 0), column(fixed, "max"));
        var learned = last(stats("maxout.net", "--steps", "1000", "--layers", "error"));
        assertTrue((Double) learned.get("loss") < 0.05, learned::toString);
    }

    @Test
    void aRandomGateIsGeluOnAverage() {
        var json = stats("gelu-gate.net", "--layers", "error");
        assertEquals(0, column(json, "mean")[0], 5e-4);
        assertTrue(column(json, "std")[0] < 0.005);
        assertTrue(column(json, "std")[0] > 0.001, "draws differ");
    }

    /// Of one affine layer each class has a convex region, so no line of the picture comes back to a class.
    @Test
    void layersWithNothingBetweenThemAreOne(@TempDir Path folder) {
        var jar = folder.resolve("stack.jar");
        assertEquals(0.5, trained("linear-stack.net", jar, "--set", "f=identity"), 0.07);
        var straight = picture(jar);
        assertTrue(straight.getLast().contains("another class"), straight::toString);
        assertTrue(String.join("", straight.subList(0, 30)).contains("x"), straight::toString);
        assertEquals(0, returns(straight), straight::toString);
        assertTrue(trained("linear-stack.net", jar) > 0.95);
        var bent = picture(jar);
        assertFalse(bent.getLast().contains("another class"), bent::toString);
        assertTrue(returns(bent) > 5, bent::toString);
        assertTrue(Ran.of("evaluate", jar).endsWith(0).out().contains(String.join("\n", bent)));
    }

    private static List<String> picture(Path jar) {
        var json = Ran.of("evaluate", jar, "--json").endsWith(0).json();
        return Json.list(json.get("picture"), "picture").stream()
                .map(line -> Json.text(line, "line"))
                .toList();
    }

    /// How many lines show a class, then another, and the first one again.
    private static long returns(List<String> picture) {
        return picture.subList(0, 30).stream()
                .map(line -> line.substring(line.length() - 60)
                        .replaceAll("[^.+#]", "")
                        .replaceAll("(.)\\1+", "$1"))
                .filter(runs -> runs.chars().distinct().count() < runs.length())
                .count();
    }

    @Test
    void membersAreShownBesideTheirEnsemble(@TempDir Path folder) {
        var jar = folder.resolve("bagging.jar");
        var sample = SAMPLES.resolve("lectures/bagging.net");
        var ran = Ran.of(
                        "train",
                        sample,
                        "--json",
                        "--quiet",
                        "--threads",
                        1,
                        "--epochs",
                        8,
                        "--set",
                        "models=4",
                        "-o",
                        jar)
                .endsWith(0);
        var trained = objects(ran.json().get("members"));
        assertEquals(4, trained.size());
        var together = ofTest(ran.json().get("test"));
        double sum = 0;
        for (var member : trained) {
            assertEquals(Math.exp(-1), Json.number(member.get("duplicates"), "share"), 0.06);
            assertTrue(accuracy(member.get("outOfBag")) > 0.8);
            sum += ofTest(member.get("test"));
        }
        // the logarithm of a mean is at least the mean of logarithms
        assertTrue(together < sum / 4, ran::out);
        var evaluated = Ran.of("evaluate", jar, "--json").endsWith(0).json();
        assertEquals(together, Json.number(evaluated.get("loss"), "loss"));
        var alone = objects(evaluated.get("members"));
        for (int m = 0; m < 4; m++) {
            assertEquals(ofTest(trained.get(m).get("test")), ofTest(alone.get(m).get("figures")));
        }
        var text = Ran.of("evaluate", jar).endsWith(0).out();
        assertTrue(text.contains("\nensemble  " + Figures.number(together)), text);
    }

    private static List<Map<String, Object>> objects(Object list) {
        return Json.list(list, "a list").stream()
                .map(each -> Json.object(each, "an element"))
                .toList();
    }

    private static double ofTest(Object figures) {
        return Json.number(Json.object(figures, "figures").get("loss"), "loss");
    }

    private static double accuracy(Object figures) {
        return Json.number(Json.object(figures, "figures").get("accuracy"), "accuracy");
    }

    /// Trains a sample into a jar; the accuracy on the test data, if there are any.
    private static double trained(String sample, Path jar, Object... options) {
        var arguments = new ArrayList<Object>(List.of(
                "train",
                SAMPLES.resolve("lectures").resolve(sample),
                "--json",
                "--quiet",
                "--threads",
                "1",
                "-o",
                jar));
        arguments.addAll(List.of(options));
        var test = Ran.of(arguments.toArray()).endsWith(0).json().get("test");
        return test == null ? Double.NaN : accuracy(test);
    }

    @Test
    void tooHighARateKillsUnits() {
        assertTrue(dead() > 0.4);
        assertTrue(dead("--set", "rate=0.001") < 0.1);
        assertEquals(0, dead("--set", "f=leaky_relu"));
        assertEquals(0, dead("--set", "f=prelu"));
    }

    private static double dead(String... options) {
        var arguments = new ArrayList<>(List.of("--steps", "100"));
        arguments.addAll(List.of(options));
        var last = last(stats("dying-relu.net", arguments.toArray(String[]::new)));
        return Arrays.stream(column(last, "dead")).average().orElseThrow();
    }
}
