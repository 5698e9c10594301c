package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.cli.console.Exit;
import dev.lanewise.compiler.elaborate.Prelude;
import dev.lanewise.runtime.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {

    private static Map<String, Object> json(Object... arguments) {
        var all = new ArrayList<Object>(List.of("explain", "--json"));
        all.addAll(List.of(arguments));
        var ran = Ran.of(all.toArray());
        assertEquals(0, ran.exit(), ran::err);
        return Json.object(Json.parse(ran.out().getBytes(StandardCharsets.UTF_8)), "explain");
    }

    @Test
    void aFunctionTellsItsShape() {
        var tanh = json("tanh");
        assertEquals(true, tanh.get("centred"));
        var ends = Json.object(tanh.get("saturates"), "saturates");
        assertEquals(3.0, Json.number(ends.get("above"), "above"), 0.02);
        assertEquals(-3.0, Json.number(ends.get("below"), "below"), 0.02);
        var relu = json("relu");
        assertEquals(false, relu.get("centred"));
        assertEquals(List.of(0.0, "infinity"), numbers(relu.get("range")));
        assertEquals(Map.of("below", 0.0), Map.copyOf(Json.object(relu.get("saturates"), "saturates")));
        var middle =
                Json.object(Json.list(json("sigmoid").get("values"), "values").get(1), "value");
        assertEquals(0.5, Json.number(middle.get("value"), "value"), 1e-12);
        assertEquals(0.25, Json.number(middle.get("derivative"), "derivative"), 1e-12);
    }

    private static List<Object> numbers(Object list) {
        return Json.list(list, "list").stream()
                .map(each -> each instanceof Number number ? (Object) number.doubleValue() : each)
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> everyDeclarationOfTheLibraryIsExplainedByItsComment() {
        return Prelude.files().stream()
                .flatMap(file -> file.declarations().stream())
                .map(declaration -> dynamicTest(declaration.kind().word() + " " + declaration.name(), () -> {
                    var name = declaration.name().text();
                    var told = new ArrayList<Map<String, Object>>();
                    var json = json(name);
                    told.add(json);
                    if (json.containsKey("others")) {
                        Json.list(json.get("others"), name).forEach(each -> told.add(Json.object(each, name)));
                    }
                    var own = told.stream()
                            .filter(each -> declaration.kind().word().equals(each.get("kind")))
                            .findFirst()
                            .orElseThrow();
                    assertEquals(declaration.documentation().text(), own.get("documentation"));
                    assertFalse(String.valueOf(own.get("documentation")).isBlank());
                    assertFalse(String.valueOf(own.get("source")).isBlank());
                    var text = Ran.of("explain", name).endsWith(0).out();
                    assertTrue(text.contains(declaration.kind().word() + " " + name), text);
                    assertTrue(text.contains(declaration.documentation().lines().getFirst()), text);
                }));
    }

    @Test
    void anAugmentationTellsWhatItIsCalledWith() {
        assertEquals("color_shift(deviation: 0.1)", json("color_shift").get("text"));
        var told = Ran.of("explain", "rotate").endsWith(Exit.DONE).out();
        assertTrue(told.contains("\n  augment INPUT: rotate(degrees)\n"), told);
        assertTrue(told.contains("\n  degrees: a number from 0 to 180\n"), told);
    }

    @Test
    void aDerivativeIsAFormula() {
        assertEquals(List.of("where(z <= 0, 0, 1)"), json("relu").get("derivative"));
        assertEquals(List.of("cos(z)"), json("sin").get("derivative"));
    }

    @Test
    void declarationsOfAFileAndCodesAndNetworks(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("own.net"), """
            fn halved(z) = z / 2

            network Own {
              input  x: float[4]
              target c: class[3]
              logits = x |> dense(5) |> relu |> dense(3)
              output z = logits
              loss cross_entropy(logits, c)
            }
            """);
        var half = json(file, "halved");
        assertEquals(List.of("0.5"), half.get("derivative"));
        var network = json(file);
        assertEquals(4 * 5 + 5 + 5 * 3 + 3, Json.integer(network.get("parameters"), "parameters"));
        assertEquals(2 * (4 * 5 + 5 * 3), Json.integer(network.get("predictionOperations"), "operations"));
        var first = Json.object(Json.list(network.get("weights"), "weights").getFirst(), "weight");
        assertEquals("he_normal (auto: relu follows)", first.get("initialiser"));
        assertEquals("shape-mismatch", json("shape-mismatch").get("code"));
        assertTrue(Ran.of("explain", file).out().contains("calls of kernels"));
    }

    @Test
    void anUnknownNameSuggestsTheNearest() {
        var ran = Ran.of("explain", "gelo");
        assertEquals(2, ran.exit());
        assertTrue(ran.err().contains("gelu"), ran::err);
    }

    @Test
    void whatFirstWeightsMakeOfEachLayerIsExpectedAsStatsMeasuresIt() {
        var net = "../../samples/digits.net";
        var expected =
                Json.list(Ran.of("explain", net, "--json").endsWith(0).json().get("layers"), "layers");
        var measured =
                Json.list(Ran.of("stats", net, "--json").endsWith(0).json().get("layers"), "layers");
        int compared = 0;
        for (var layer : measured) {
            var one = Json.object(layer, "layer");
            var other = expected.stream()
                    .map(each -> Json.object(each, "layer"))
                    .filter(each -> each.get("name").equals(one.get("name")))
                    .findFirst()
                    .orElseThrow();
            for (var figure : List.of("mean", "std", "gradientStd")) {
                double is = Json.number(one.get(figure), figure);
                assertEquals(is, Json.number(other.get(figure), figure), 0.15 * Math.abs(is), figure);
                compared++;
            }
        }
        assertEquals(6, compared);
    }

    @Test
    void aWarningsCodeIsExplainedWithItsReasonAPictureAndAFix() {
        var text = Ran.of("explain", "vanishing-signal").endsWith(0).out();
        assertTrue(text.contains("Picture a message that is whispered"), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 100), text);
    }
}
