package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Metrics;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.TrainListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Figures of a compiled network against the same counted from the scores themselves.
@Tag("scalar")
class MetricsTest {
    private static final int CLASSES = 4;
    private static final int EXAMPLES = 300;

    /// The scores are the inputs, so that everything is known.
    private static final String NETWORK = """
        network Figures {
          input  x: float[4]
          target y: class[4]
          param scale: float[1] = ones
          scores = x * scale
          output o = scores
          loss   cross_entropy(scores, y)
          metric auc(scores, y)
          metric f1(scores, y)
          metric gini = 2 * auc(scores, y) - 1
          metric second = top_k(scores, y, k: 2)
          metric confusion(scores, y)
          train { optimizer: sgd(rate: 0); batch: 64; epochs: 1 }
        }
        """;

    private final float[] scores = new float[EXAMPLES * CLASSES];
    private final int[] truth = new int[EXAMPLES];

    private Dataset data(Network network) {
        var random = new SplittableRandom(8);
        for (int e = 0; e < EXAMPLES; e++) {
            truth[e] = random.nextInt(CLASSES);
            for (int c = 0; c < CLASSES; c++) {
                scores[e * CLASSES + c] = random.nextInt(12) + (c == truth[e] ? 4 : 0);
            }
        }
        return ArrayDataset.builder()
                .add(network.inputs().getFirst(), scores)
                .add(network.targets().getFirst(), truth)
                .build();
    }

    private int taken(int example) {
        int best = 0;
        for (int c = 1; c < CLASSES; c++) {
            best = scores[example * CLASSES + c] > scores[example * CLASSES + best] ? c : best;
        }
        return best;
    }

    private long[][] counted() {
        long[][] counts = new long[CLASSES][CLASSES];
        for (int e = 0; e < EXAMPLES; e++) {
            counts[truth[e]][taken(e)]++;
        }
        return counts;
    }

    private double area() {
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
            double pairs = 0;
            double wins = 0;
            for (int e = 0; e < EXAMPLES; e++) {
                for (int f = 0; f < EXAMPLES; f++) {
                    if (truth[e] == c && truth[f] != c) {
                        float own = scores[e * CLASSES + c];
                        float other = scores[f * CLASSES + c];
                        pairs++;
                        wins += own > other ? 1 : own == other ? 0.5 : 0;
                    }
                }
            }
            sum += wins / pairs;
        }
        return sum / CLASSES;
    }

    private double meanOfF1() {
        var counts = counted();
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
            int k = c;
            double actual = Arrays.stream(counts[c]).sum();
            double chosen = Arrays.stream(counts).mapToLong(row -> row[k]).sum();
            sum += 2 * counts[c][c] / (actual + chosen);
        }
        return sum / CLASSES;
    }

    private double secondOrBetter() {
        int hits = 0;
        for (int e = 0; e < EXAMPLES; e++) {
            int above = 0;
            for (int c = 0; c < CLASSES; c++) {
                above += scores[e * CLASSES + c] > scores[e * CLASSES + truth[e]] ? 1 : 0;
            }
            hits += above < 2 ? 1 : 0;
        }
        return hits / (double) EXAMPLES;
    }

    private void check(Metrics metrics) {
        assertEquals(area(), metrics.values().get("auc"), 1e-12);
        assertEquals(2 * area() - 1, metrics.values().get("gini"), 1e-12);
        assertEquals(meanOfF1(), metrics.values().get("f1"), 1e-12);
        assertEquals(secondOrBetter(), metrics.values().get("second"), 1e-12);
    }

    @Test
    void figuresAreThoseCountedByHand() {
        var network =
                Lanewise.compile(NETWORK, CompileOptions.standard().verified()).network();
        var data = data(network);
        var metrics = network.evaluate(data);
        check(metrics);
        var rows = new ArrayList<List<Long>>();
        for (var row : counted()) {
            rows.add(Arrays.stream(row).boxed().toList());
        }
        assertEquals(rows, metrics.tables().get("confusion"));
    }

    @Test
    void theFiguresOfAnEpochAreThoseOfAllItsBatches() {
        var network =
                Lanewise.compile(NETWORK, CompileOptions.standard().verified()).network();
        var data = data(network);
        try (var trainer = network.trainer().threads(2).open()) {
            var result = trainer.fit(data, TrainListener.NONE);
            check(result.epochs().getFirst().train());
            assertTrue(result.epochs().getFirst().train().tables().isEmpty(), "a table is for evaluation");
        }
    }
}
