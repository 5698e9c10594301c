package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphCommandTest {
    @TempDir
    Path folder;

    private Path network;

    @BeforeEach
    void write() throws IOException {
        network = Files.writeString(folder.resolve("shown.net"), """
            network Shown {
              input  x: float[4]
              target c: class[3]
              logits = x |> dense(5) |> tanh |> dense(3)
              output p = softmax(logits)
              loss cross_entropy(logits, c)
            }
            """);
    }

    private String shown(Object... more) {
        var arguments = new ArrayList<Object>(List.of("graph", network));
        arguments.addAll(List.of(more));
        var ran = Ran.of(arguments.toArray());
        assertEquals(0, ran.exit(), ran::err);
        return ran.out();
    }

    @Test
    void everyStageHasItsText() {
        assertTrue(shown("--stage", "syntax").startsWith("network Shown"));
        var forward = shown("--stage", "forward");
        assertTrue(forward.contains("contract un,n->u") && !forward.contains("gradient dense"), forward);
        assertTrue(shown("--stage", "backward").contains("gradient dense_1.weight = %"));
        assertTrue(shown("--stage", "optimized").contains("update dense_2.bias = %"));
        assertTrue(shown("--stage", "schedule").contains("entry train:"));
        assertTrue(shown("--stage", "kernels").contains("kernel k0("));
        assertTrue(shown("--stage", "bytecode").contains("jdk/incubator/vector/FloatVector.lanewise"));
    }

    @Test
    void jsonListsNodesWithTheirInputs() {
        var text = shown("--stage", "optimized", "--json").getBytes(StandardCharsets.UTF_8);
        var json = Json.object(Json.parse(text), "graph");
        assertEquals("optimized", json.get("stage"));
        var nodes = Json.list(json.get("nodes"), "nodes");
        for (int i = 0; i < nodes.size(); i++) {
            var node = Json.object(nodes.get(i), "node");
            assertEquals(i, Json.integer(node.get("id"), "id"));
            for (var input : Json.list(node.get("inputs"), "inputs")) {
                assertTrue(Json.integer(input, "input") < i);
            }
        }
    }

    @Test
    void dotDrawsGraphsAlone() {
        var dot = shown("--stage", "forward", "--format", "dot");
        assertTrue(dot.startsWith("digraph") && dot.contains(" -> "), dot);
        assertFalse(dot.contains("gradient dense"));
        assertEquals(
                2,
                Ran.of("graph", network, "--stage", "kernels", "--format", "dot")
                        .exit());
        assertEquals(2, Ran.of("graph", network, "--format", "svg").exit());
        assertEquals(2, Ran.of("graph", network, "--stage", "middle").exit());
    }

    @Test
    void aWrongNetworkIsDiagnosed() throws IOException {
        Files.writeString(network, "network Shown {\n  input x: float[4]\n  output y = x @ z\n}\n");
        var ran = Ran.of("graph", network, "--json");
        assertEquals(1, ran.exit());
        assertTrue(ran.out().contains("\"diagnostics\""), ran::out);
    }
}
