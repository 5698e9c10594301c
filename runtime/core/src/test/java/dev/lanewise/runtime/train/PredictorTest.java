package dev.lanewise.runtime.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("scalar")
class PredictorTest {

    private static ModelNetwork network() {
        var network = Line.network(1, 0, 0);
        network.weights().set("w", new double[] {2, -1});
        network.weights().set("b", new double[] {0.5});
        return network;
    }

    @Test
    void oneExampleAndManyAgree() {
        var predictor = network().predictor();
        var many = new float[70];
        var inputs = new float[140];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = i * 0.01f;
        }
        predictor.predict(inputs, 70, many);
        for (int e = 0; e < 70; e++) {
            var one = predictor.predict(new float[] {inputs[2 * e], inputs[2 * e + 1]});
            assertEquals(2 * inputs[2 * e] - inputs[2 * e + 1] + 0.5f, one[0], 1e-5);
            assertEquals(one[0], many[e]);
        }
        assertArrayEquals(
                many, IntStream.range(0, 70).collect(() -> new float[70], (a, e) -> a[e] = many[e], (a, b) -> {}));
    }

    @Test
    void doublesAndListsGiveTheSame() {
        var predictor = network().predictor();
        assertEquals(2.5, predictor.predict(new double[] {1.5, 1})[0], 1e-6);
        assertEquals(2.5f, predictor.predict(List.of(new float[] {1.5f, 1})).getFirst()[0], 1e-6);
    }

    @Test
    void manyThreadsMayPredictAtOnce() {
        var predictor = network().predictor();
        var wrong = IntStream.range(0, 20_000)
                .parallel()
                .filter(i -> Math.abs(predictor.predict(new float[] {i, 1})[0] - (2f * i - 0.5f)) > 1e-2f)
                .count();
        assertEquals(0, wrong);
    }

    @Test
    void arraysThatAreTooShortAreRefused() {
        var predictor = network().predictor();
        assertThrows(IllegalArgumentException.class, () -> predictor.predict(new float[1]));
        assertThrows(IllegalArgumentException.class, () -> predictor.predict(new float[4], 2, new float[1]));
    }
}
