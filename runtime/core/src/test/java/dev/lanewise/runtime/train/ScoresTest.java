package dev.lanewise.runtime.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScoresTest {

    private static Scores scores(int width, double... rows) {
        var scores = new Scores(width);
        scores.add(rows);
        return scores;
    }

    @Test
    void aScoreThatSeparatesHasTheWholeArea() {
        assertEquals(1, scores(2, -1, 0, 3, 1, -2, 0, 1, 1).areaUnderCurve());
        assertEquals(0, scores(2, 1, 0, -3, 1, 2, 0, -1, 1).areaUnderCurve());
    }

    @Test
    void equalScoresCountHalf() {
        assertEquals(0.5, scores(2, 4, 0, 4, 1, 4, 0, 4, 1).areaUnderCurve());
        assertEquals(0.75, scores(2, 1, 0, 1, 1, 2, 1).areaUnderCurve());
    }

    @Test
    void oneClassAloneHasNoArea() {
        assertTrue(Double.isNaN(scores(2, 1, 1, 2, 1).areaUnderCurve()));
        assertTrue(Double.isNaN(scores(2, Double.NaN, 1, 2, 0).areaUnderCurve()));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void theAreaIsTheShareOfPairsInTheirOrder(int classes) {
        var random = new SplittableRandom(classes);
        int examples = 40;
        var scores = new Scores(classes + 1);
        double[][] rows = new double[examples][classes + 1];
        for (var row : rows) {
            for (int c = 0; c < classes; c++) {
                row[c] = random.nextInt(6);
            }
            row[classes] = random.nextInt(classes);
            scores.add(row);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            double pairs = 0;
            double wins = 0;
            for (var own : rows) {
                for (var other : rows) {
                    if (own[classes] == c && other[classes] != c) {
                        pairs++;
                        wins += own[c] > other[c] ? 1 : own[c] == other[c] ? 0.5 : 0;
                    }
                }
            }
            sum += wins / pairs;
        }
        assertEquals(sum / classes, scores.areaUnderCurve(), 1e-12);
    }

    @Test
    void theFirstLargestScoreIsTaken() {
        var scores = new Scores(4);
        scores.add(new double[] {1, 3, 3, 2, 5, 0, 0, 0});
        scores.add(new double[] {0, 0, 1, 2});
        assertEquals(List.of(List.of(1L, 0L, 0L), List.of(0L, 0L, 0L), List.of(0L, 1L, 1L)), scores.confusion());
    }

    @Test
    void aSingleScoreDecidesByItsSign() {
        assertEquals(
                List.of(List.of(1L, 1L), List.of(0L, 2L)),
                scores(2, -1, 0, 2, -1, 3, 1, 0.5, 1).confusion());
    }
}
