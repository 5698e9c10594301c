package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.syntax.Parser;
import dev.lanewise.runtime.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchCommandTest {
    private static final String NETWORK = """
        network Small {
          input  x: float[2]
          target y: class[2]
          h = relu(x |> dense(8))
          h = h |> dense(8) |> leaky_relu(slope: 0.1)
          logits = h |> dense(2)
          output p = softmax(logits)
          loss   cross_entropy(logits, y)
          metric accuracy(logits, y)
          train { data: "spirals:120"; batch: 20; optimizer: adam(rate: 0.02) }
        }
        """;

    @TempDir
    Path folder;

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("small.net"), text);
    }

    private static List<Map<String, Object>> found(Ran ran) {
        return Json.list(ran.endsWith(0).json().get("activations"), "activations").stream()
                .map(one -> Json.object(one, "activation"))
                .toList();
    }

    @Test
    void candidatesAreRankedByTheirLossWhateverTheThreads() throws IOException {
        var network = write(NETWORK);
        var one = Ran.of("search", "activations", network, "--candidates", 7, "--epochs", 2, "--threads", 1, "--json");
        var two = Ran.of("search", "activations", network, "--candidates", 7, "--epochs", 2, "--threads", 2, "--json");
        assertEquals(one.out(), two.out());
        var ranked = found(one);
        assertEquals(7, ranked.size());
        double before = 0;
        for (int i = 0; i < ranked.size(); i++) {
            double loss = ((Number) ranked.get(i).get("loss")).doubleValue();
            assertEquals((long) i + 1, ((Number) ranked.get(i).get("rank")).longValue());
            assertTrue(loss >= before, ranked::toString);
            assertTrue(ranked.get(i).containsKey("accuracy"));
            before = loss;
        }
    }

    @Test
    void theBestArePrintedAsFormulas() throws IOException {
        var ran = Ran.of("search", "activations", write(NETWORK), "--candidates", 3, "--epochs", 1, "--top", 2)
                .endsWith(0);
        assertTrue(ran.out().contains("fn activation(x) ="), ran.out());
        assertEquals(
                3, ran.err().lines().filter(line -> line.contains("/3  loss")).count(), ran.err());
        assertTrue(ran.out().contains("3 functions in 2 places, 1 epoch each"), ran.out());
    }

    @Test
    void candidatesAreDifferentFunctionsOfTheLanguage() {
        var all = Candidate.all();
        assertTrue(all.size() > 100, "there are " + all.size());
        for (var candidate : all) {
            var diagnostics = new Diagnostics();
            Parser.parseExpression(new Source("formula", candidate.formula()), diagnostics);
            assertTrue(diagnostics.all().isEmpty(), candidate.formula());
        }
        var first = all.subList(0, 40).stream().map(Candidate::formula).toList();
        assertTrue(first.containsAll(List.of("max(x, 0)", "tanh(x)", "x * sigmoid(x)")), first::toString);
        assertTrue(all.stream().map(Candidate::formula).noneMatch("max(-x, 0)"::equals), "turned around, it is relu");
        assertEquals(
                all.size(), all.stream().map(Candidate::signature).distinct().count());
    }

    @Test
    void swishIsCalledByItsNames() throws IOException {
        int place = Candidate.all().stream().map(Candidate::formula).toList().indexOf("x * sigmoid(x)") + 1;
        var ranked = found(Ran.of(
                "search", "activations", write(NETWORK), "--candidates", place, "--epochs", 1, "--quiet", "--json"));
        var own = ranked.stream()
                .filter(one -> "x * sigmoid(x)".equals(one.get("formula")))
                .findFirst()
                .orElseThrow();
        assertEquals(List.of("silu", "swish"), own.get("names"));
    }

    @Test
    void whatCannotBeSearchedIsTold() throws IOException {
        assertTrue(
                Ran.of("search", "widths", write(NETWORK)).endsWith(2).err().contains("search activations MODEL.net"));
        var linear = NETWORK.replace("relu(x |> dense(8))", "x |> dense(8)").replace(" |> leaky_relu(slope: 0.1)", "");
        var ran = Ran.of("search", "activations", write(linear)).endsWith(1);
        assertTrue(ran.err().contains("applies no function between its layers"), ran.err());
    }
}
