package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    @TempDir
    Path folder;

    private Path network(String body) throws IOException {
        return Files.writeString(folder.resolve("checked.net"), "network Checked {\n" + body + "\n}\n");
    }

    private static Map<String, Object> json(Ran ran) {
        return Json.object(Json.parse(ran.out().getBytes(StandardCharsets.UTF_8)), "check");
    }

    private static List<String> names(Map<String, Object> json, String list, String field) {
        return Json.list(json.get(list), list).stream()
                .map(each -> Json.text(Json.object(each, list).get(field), field))
                .toList();
    }

    @Test
    void aSoundNetworkPassesEveryCheck() throws IOException {
        var file = network("""
              input  x: float[6]
              target c: class[3]
              logits = x |> dense(24) |> tanh |> dense(3)
              output z = logits
              loss cross_entropy(logits, c) + l2(weights, 1e-3)
            """);
        var ran = Ran.of("check", file, "--json", "--burn-in", 3);
        var json = json(ran);
        assertEquals(0, ran.exit(), ran::out);
        assertEquals(true, json.get("passed"));
        assertTrue(Json.number(json.get("worst"), "worst") <= 1e-7);
        assertEquals(
                List.of("dense_1.weight", "dense_1.bias", "dense_2.weight", "dense_2.bias", "all"),
                names(json, "gradients", "parameter"));
        assertEquals(
                List.of("compiled", "chance", "regularisation", "overfit", "input"), names(json, "sanity", "check"));
    }

    @Test
    void aWrongGradientFailsUnlessItIsAllowed() throws IOException {
        var body = """
              input  x: float[3]
              target t: float[2]
              output y = x |> dense(2)
              loss mse(y + stop_gradient(y), t)
            """;
        var ran = Ran.of("check", network(body), "--json");
        assertEquals(3, ran.exit(), ran::out);
        assertFalse((Boolean) json(ran).get("passed"));
        assertTrue(names(json(ran), "gradients", "verdict").contains("wrong"), ran::out);
        var text = Ran.of("check", network(body));
        assertTrue(text.out().contains("wrong: element "), text::out);
        var allowed = "  // allow: check-gradients, check-overfit, check-input\n" + body;
        assertEquals(0, Ran.of("check", network(allowed), "--json").exit());
    }

    @Test
    void withoutALossThereIsNothingToCheck() throws IOException {
        var ran = Ran.of("check", network("  input x: float[3]\n  output y = x |> dense(2)"));
        assertEquals(0, ran.exit(), ran::err);
        assertTrue(ran.out().contains("nothing to check"), ran::out);
    }

    @Test
    void whatMayFailToLearnIsNotTriedForLong() throws IOException {
        var body = """
              input  x: float[3]
              target t: float[2]
              output y = x |> dense(2) |> sigmoid // allow: saturating-hidden
              loss mse(y, t) + l2(weights, 0)
            """;
        var patient = Ran.of("check", network(body));
        assertEquals(3, patient.exit(), patient::out);
        assertTrue(patient.out().contains("after 2000 steps"), patient::out);
        assertFalse(patient.out().contains("regularisation"), "a penalty of nothing: " + patient.out());
        var brief = Ran.of("check", network("  // allow: check-overfit, check-input\n" + body));
        assertEquals(0, brief.exit(), brief::out);
        assertTrue(brief.out().contains("no (allowed)") && brief.out().contains("after 20 steps"), brief::out);
    }
}
