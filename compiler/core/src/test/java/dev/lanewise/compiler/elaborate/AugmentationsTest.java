package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.train.Augmentation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Each augmentation of the language is one that the runtime makes.
class AugmentationsTest {
    private static final Port IMAGE = new Port("image", Port.Kind.FLOAT, List.of(2, 3, 4), 0, List.of());
    private static final Port KIND = new Port("kind", Port.Kind.CLASS, List.of(), 2, List.of());

    @TestFactory
    List<DynamicTest> theRuntimeKnowsEveryKind() {
        assertTrue(AugmentationKind.names().size() > 10);
        return AugmentationKind.names().stream()
                .map(AugmentationKind::of)
                .flatMap(Optional::stream)
                .map(kind -> DynamicTest.dynamicTest(kind.name(), () -> {
                    var arguments = kind.parameters().stream()
                            .map(p -> p.name() + ": " + Meaning.numberText(Math.max(p.least(), Math.min(p.most(), 1))))
                            .collect(Collectors.joining(", ", "(", ")"));
                    read(kind.name(), kind.name() + arguments);
                }))
                .toList();
    }

    @Test
    void theReferenceNamesEachOneAsItIsCalled() throws IOException {
        var reference = Files.readString(Path.of("../../dsl/LANGUAGE.md"));
        for (var name : AugmentationKind.names()) {
            var signature = AugmentationKind.of(name).orElseThrow().signature();
            assertTrue(reference.contains("`" + signature + "`"), signature);
        }
    }

    private static void read(String kind, String call) {
        var model = Elaborated.model("""
            network N {
              input image: float[2, 3, 4]
              target kind: class[2]
              logits = image |> flatten |> dense(2)
              output p = softmax(logits)
              loss cross_entropy(logits, kind)
              train { augment image: %s }
            }
            """.formatted(call));
        var plan = model.train().augment();
        assertTrue(plan.startsWith("image " + kind + " "), plan);
        var images = new float[5 * 24];
        for (int i = 0; i < images.length; i++) {
            images[i] = i;
        }
        var data = ArrayDataset.builder()
                .add(IMAGE, images)
                .add(KIND, new float[] {0, 1, 0, 1, 0})
                .build();
        var seen = new Augmentation(plan, data, 1, false).epoch(1);
        assertEquals(5, seen.size());
        for (int example = 0; example < 5; example++) {
            var values = new float[24];
            seen.read(0, example, values, 0);
            for (float value : values) {
                assertTrue(Float.isFinite(value), () -> Arrays.toString(values));
            }
        }
    }
}
