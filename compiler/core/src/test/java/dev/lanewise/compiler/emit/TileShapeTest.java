package dev.lanewise.compiler.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TileShapeTest {

    /// Shares of the peak in hundredths, forward, the gradient by the input and that by the weights together, of
    /// the candidates that `benchmarks.Tiles` measured with 256 examples (its README has the table).
    @ParameterizedTest
    @CsvSource({
        "512, 500, 8x2 241 9x2 240 10x2 246 11x2 239 12x2 250 13x2 236 14x1 176 20x1 203",
        "512, 512, 8x2 230 9x2 237 11x2 235 12x2 246 13x2 225 14x1 170 20x1 196",
        "256, 500, 4x2 236 5x2 189 8x1 202",
        "256, 512, 4x2 241 5x2 212 2x4 196 3x4 177 8x1 197"
    })
    void theChoiceIsAmongTheBestThatWereMeasured(int width, int rows, String measured) {
        var shares = shares(measured);
        var shape = TileShape.lanes(rows, width);
        int chosen = shares.get(shape.rows() + "x" + shape.columns());
        int best = shares.values().stream().mapToInt(share -> share).max().orElseThrow();
        assertTrue(100 * chosen >= 98 * best, shape + " has " + chosen + ", the best " + best);
    }

    private static Map<String, Integer> shares(String measured) {
        var shares = new LinkedHashMap<String, Integer>();
        var words = Arrays.asList(measured.split(" ", -1));
        for (int i = 0; i < words.size(); i += 2) {
            shares.put(words.get(i), Integer.parseInt(words.get(i + 1)));
        }
        return shares;
    }

    @ParameterizedTest
    @CsvSource({
        "1, 512, 1x2",
        "7, 512, 7x2",
        "100, 512, 10x2",
        "64, 512, 8x2",
        "13, 512, 9x2",
        "10, 256, 4x2",
        "500, 256, 4x2",
        "500, 128, 4x2",
        "500, 0, 2x4"
    })
    void rowsDivideAllRowsWhereThatCostsLittle(int rows, int width, String expected) {
        var shape = TileShape.lanes(rows, width);
        assertEquals(expected, shape.rows() + "x" + shape.columns());
    }
}
