package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Verifier;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Whatever text there is, elaboration tells what is wrong with it; it never fails itself.
final class HostileNetworksTest {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z_0-9.]+|\"[^\"\n]*\"|\\|>|<-|[^\\sA-Za-z_0-9]");
    private static final int TEXTS = 1500;

    private static final String RICH = """
        fn bent(z, slope: param = 0.1) { if training { return where(z > 0, z, slope * z) } else { return max(slope * z, z) } }
        block residual(x, width, init = auto) {
          h = x |> dense(width, init: init) |> batch_norm |> relu |> dense(width)
          return relu(h + x)
        }
        init mine(gain = 1) = normal(std: gain / sqrt(fan_in))
        optimizer own(rate = 0.1) { state m = zeros; m <- 0.9 * m + gradient; weight <- weight - rate * m / (1 - 0.9 ^ step) }
        schedule ramp(over = 10) = min(step / over, 1)
        metric close(p, y) = mean(abs(p - y) < 0.5, over: [examples, all])
        network Net(width = 6, deep = 2, mode = true, start = mine) {
          input image: float[2, 6, 6]
          input words: index[3, 11]
          target digit: class[4]
          h = image |> standardize(per: channel) |> conv(4, kernel: [3, 3], pad: same, stride: 2) |> max_pool(2) |> flatten
          e = words |> embedding(11, 5) |> flatten
          h = concat(h, e) |> dense(width, init: start)
          repeat deep as i { if mode { h = h |> residual(width) } else { h = h |> dense(width + i) |> bent } }
          layer shared = dense(width, bias: false)
          h = h |> shared |> frozen shared |> dropout(keep: 0.5)
          param w: float[width, 4] = he_normal
          logits = h @ w + 0 * sum(shared.weight)
          state seen: float = zeros
          seen <- seen + count(logits, over: examples)
          output probability = softmax(logits)
          loss cross_entropy(logits, digit) + l2(weights, 1e-4) + 0.1 * mean(gradient(sum(logits), wrt: h) ^ 2)
          metric accuracy(logits, digit)
          metric near = close(probability, one_hot(digit, 4))
          train { optimizer: own(rate: 0.05); schedule: ramp(over: 5); batch: 16; stop: early(patience: 2); data: "digits" }
        }
        """;

    private static void elaborate(String text) {
        var model = Elaborated.elaborate(text, Map.of(), new Options(Map.of(), 1L << 30), new Diagnostics());
        model.ifPresent(found -> {
            Verifier.verify(found.prediction());
            boolean trains = found.training().results().stream().anyMatch(result -> result.role() == Role.LOSS);
            Verifier.verify(trains ? TrainingStep.of(found) : found.training());
        });
    }

    @Test
    void theRichTextIsRight() {
        Elaborated.model(RICH);
    }

    @Test
    void mistakesAreToldAndNeverThrown() throws IOException {
        var texts = new ArrayList<>(List.of(RICH));
        try (var files = Files.list(Path.of("src/test/golden/elaborate"))) {
            for (var file :
                    files.filter(f -> f.toString().endsWith(".net")).sorted().toList()) {
                texts.add(SourceReader.read(file, "test.net", new Diagnostics()).text());
            }
        }
        var words = new ArrayList<String>();
        for (var text : texts) {
            TOKEN.matcher(text).results().forEach(result -> words.add(result.group()));
        }
        for (long seed = 0; seed < TEXTS; seed++) {
            var random = new SplittableRandom(seed);
            var text = mutated(random.nextInt(3) == 0 ? texts.get(random.nextInt(texts.size())) : RICH, words, random);
            try {
                elaborate(text);
            } catch (RuntimeException | StackOverflowError | AssertionError e) {
                throw new AssertionError("seed " + seed + "\n" + text, e);
            }
        }
    }

    /// The text with one to three of its tokens dropped, doubled, or replaced by tokens of other texts.
    private static String mutated(String text, List<String> words, SplittableRandom random) {
        var changed = text;
        for (int i = random.nextInt(3); i >= 0; i--) {
            var tokens = TOKEN.matcher(changed).results().toList();
            var token = tokens.get(random.nextInt(tokens.size()));
            var word = words.get(random.nextInt(words.size()));
            var other = tokens.get(random.nextInt(tokens.size())).group();
            var replacement = switch (random.nextInt(5)) {
                case 0 -> "";
                case 1 -> token.group() + " " + token.group();
                case 2 -> other;
                default -> word;
            };
            changed = changed.substring(0, token.start()) + replacement + changed.substring(token.end());
        }
        // No text of this test is meant to fill the memory.
        return changed.replaceAll("\\d{5,}", "7");
    }

    @Test
    void longSumsAndManyNestedBlocksAreNoDeepRecursion() {
        var sum = new StringBuilder("x");
        for (int i = 0; i < 900; i++) {
            sum.append(" + x");
        }
        var blocks = new StringBuilder("block b0(x) = x\n");
        for (int i = 1; i < 150; i++) {
            blocks.append("block b%d(x) { return b%d(x) }\n".formatted(i, i - 1));
        }
        Elaborated.model(blocks + "network N { input x: float[2]\n output y = b149(" + sum + ") }");
    }

    @Test
    void aLossThatGrowsLikeATreeIsAGraph() {
        Elaborated.model("""
            network Net {
              input x: float[2]
              target y: float
              z = x |> dense(1)
              t = mse(z, y) + l2(weights, 0.1)
              repeat 3000 { t = t * 0.5 + t * 0.5 - 0.1 }
              output o = z
              loss t
            }
            """);
    }

    @Test
    void whatDoesNotFitIsToldWithItsLine() {
        var diagnostics = new Diagnostics();
        Elaborated.elaborate("""
            network Net {
              input x: float[3000]
              h = x |> dense(3000) |> relu
              output y = h |> dense(10)
            }
            """, Map.of(), new Options(Map.of(), 1L << 20), diagnostics);
        assertEquals(1, diagnostics.all().size());
        assertTrue(
                diagnostics.all().getFirst().toString().startsWith("test.net:3:12: error: "),
                diagnostics.all()::toString);
        assertTrue(diagnostics.all().getFirst().toString().endsWith("[too-large]"), diagnostics.all()::toString);
    }
}
