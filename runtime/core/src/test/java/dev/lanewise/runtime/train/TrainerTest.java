package dev.lanewise.runtime.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.DivergedException;
import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.TrainEvent;
import dev.lanewise.runtime.TrainListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("scalar")
class TrainerTest {

    @Test
    void aLineIsLearned() {
        try (var trainer = Line.network(200, 0, 0).trainer().threads(1).open()) {
            var result = trainer.fit(Line.data(100), TrainListener.NONE);
            assertEquals(200, result.epochs().size());
            assertEquals(800, result.steps());
            assertArrayEquals(new double[] {2, -1}, trainer.weights().get("w"), 1e-3);
            assertArrayEquals(new double[] {0.5}, trainer.weights().get("b"), 1e-3);
            assertEquals(0, trainer.evaluate(Line.data(70)).values().get("mae"), 1e-3);
        }
    }

    @Test
    void theNetworkThatATrainerStartsFromStaysAsItIs() {
        var network = Line.network(1, 0, 0);
        try (var trainer = network.trainer().open()) {
            trainer.fit(Line.data(64), TrainListener.NONE);
            assertArrayEquals(new double[2], network.weights().get("w"));
            assertTrue(trainer.network().weights().get("w")[0] > 0);
        }
    }

    @Test
    void theLastSmallerBatchCountsItsRealExamplesAlone() {
        try (var trainer =
                Line.network(1, 0, 0).trainer().threads(1).shuffle(false).open()) {
            double loss = trainer.step(Line.data(33));
            double expected = 0;
            var y = new double[1];
            for (int e = 0; e < 33; e++) {
                Line.data(33).read(1, e, y, 0);
                expected += y[0] * y[0] / 33;
            }
            assertEquals(expected, loss, 1e-6);
        }
    }

    @Test
    void theNumberOfThreadsDoesNotShowInTheWeights() {
        var hashes = new ArrayList<String>();
        for (int threads = 1; threads <= 3; threads++) {
            try (var trainer = Line.network(3, 0, 0).trainer().threads(threads).open()) {
                var result = trainer.fit(Line.data(100), TrainListener.NONE);
                hashes.add(result.epochs().getLast().hash());
            }
        }
        assertEquals(List.of(hashes.getFirst(), hashes.getFirst(), hashes.getFirst()), hashes);
    }

    @Test
    void theSeedShufflesAndTheSameSeedRepeats() {
        assertEquals(hash(5), hash(5));
        assertTrue(!hash(5).equals(hash(6)));
    }

    private static String hash(long seed) {
        try (var trainer = Line.network(2, 0, 0).trainer().seed(seed).open()) {
            return trainer.fit(Line.data(100), TrainListener.NONE)
                    .epochs()
                    .getLast()
                    .hash();
        }
    }

    @Test
    void earlyStoppingKeepsTheBestWeights() {
        // the validation target lies elsewhere, so that the loss on it first falls and then rises
        var x = new float[] {0.3f, 0.2f, -0.2f, 0.4f};
        var validation = ArrayDataset.builder()
                .add(Line.X, x)
                .add(Line.Y, new float[] {0.4f, 0})
                .build();
        var losses = new ArrayList<Double>();
        try (var trainer = Line.network(100, 0, 3).trainer().open()) {
            var result = trainer.fit(Line.data(64), validation, new TrainListener() {
                @Override
                public void epoch(TrainEvent.Epoch event) {
                    losses.add(
                            event.validation() == null
                                    ? Double.NaN
                                    : event.validation().loss());
                }
            });
            assertTrue(result.stopped(), "stopped after " + result.epochs().size());
            double best = losses.stream().min(Double::compare).orElseThrow();
            assertEquals(best, losses.get(result.bestEpoch() - 1));
            assertEquals(result.bestEpoch() + 3, result.epochs().size());
            assertEquals(best, trainer.evaluate(validation).loss(), 1e-7);
        }
    }

    @Test
    void earlyStoppingWithoutValidationIsAnError() {
        try (var trainer = Line.network(2, 0, 3).trainer().open()) {
            var e = assertThrows(ModelException.class, () -> trainer.fit(Line.data(9), TrainListener.NONE));
            assertTrue(String.valueOf(e.getMessage()).contains("validate"), e.getMessage());
        }
    }

    @Test
    void aLossThatIsNotFiniteEndsTraining() {
        var bad = ArrayDataset.builder()
                .add(Line.X, new float[] {Float.MAX_VALUE, 1})
                .add(Line.Y, new float[] {Float.MAX_VALUE})
                .build();
        try (var trainer = Line.network(3, 0, 0).trainer().open()) {
            var e = assertThrows(DivergedException.class, () -> trainer.fit(bad, TrainListener.NONE));
            assertEquals(1, e.step());
        }
    }

    @Test
    void dataThatDoNotFitAreNamed() {
        var onlyX = ArrayDataset.builder().add(Line.X, new float[4]).build();
        try (var trainer = Line.network(1, 0, 0).trainer().open()) {
            var e = assertThrows(ModelException.class, () -> trainer.fit(onlyX, TrainListener.NONE));
            assertEquals("the data have no y; they have x", e.getMessage());
        }
    }

    @Test
    void progressIsToldStepByStep() {
        var steps = new ArrayList<Long>();
        try (var trainer = Line.network(2, 0, 0).trainer().batch(40).open()) {
            trainer.fit(Line.data(100), new TrainListener() {
                @Override
                public void step(TrainEvent.Step event) {
                    assertEquals(6, event.steps());
                    assertTrue(event.secondsLeft() >= 0);
                    steps.add(event.step());
                }

                @Override
                public boolean stop() {
                    return steps.size() == 4;
                }
            });
        }
        assertEquals(List.of(1L, 2L, 3L, 4L), steps);
    }
}
