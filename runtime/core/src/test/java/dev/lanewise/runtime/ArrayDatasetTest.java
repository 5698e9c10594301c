package dev.lanewise.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArrayDatasetTest {

    private static final Port PAIR = new Port("pair", Port.Kind.FLOAT, List.of(2), 0, List.of());
    private static final Port KIND = new Port("kind", Port.Kind.CLASS, List.of(), 3, List.of());

    @Test
    void examplesAreReadFromArraysOfAnyType() {
        var data = ArrayDataset.builder()
                .add(PAIR, new float[] {1, 2, 3, 4})
                .add(KIND, new int[] {0, 2})
                .build();
        assertEquals(2, data.size());
        var row = new float[4];
        data.read(0, 1, row, 1);
        data.read(1, 1, row, 3);
        assertArrayEquals(new float[] {0, 3, 4, 2}, row);
        var wide = new double[2];
        data.read(0, 0, wide, 0);
        assertArrayEquals(new double[] {1, 2}, wide);
    }

    @Test
    void whatDoesNotFitIsToldWithThePort() {
        assertEquals("pair: 3 numbers do not divide into examples of 2", message(PAIR, new float[3]));
        assertEquals("kind: number 1 is 3.0; expected a whole number from 0 to 2", message(KIND, new float[] {0, 3}));
        assertEquals("kind: number 0 is 0.5; expected a whole number from 0 to 2", message(KIND, new float[] {0.5f}));
        var more = assertThrows(
                IllegalArgumentException.class,
                () -> ArrayDataset.builder().add(PAIR, new float[4]).add(KIND, new int[3]));
        assertEquals("kind has 3 examples, pair has 2", more.getMessage());
    }

    private static String message(Port port, float[] values) {
        return String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> ArrayDataset.builder().add(port, values))
                .getMessage());
    }
}
