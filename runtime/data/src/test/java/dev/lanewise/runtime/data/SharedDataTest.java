package dev.lanewise.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.data.DataOptions.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Real data sets, where a folder of them lies beside the clone (or is named by `-Dlanewise.data`).
class SharedDataTest {

    private static final Path DATA = Path.of(
            System.getProperty("lanewise.data", Path.of("../../../shared/data").toString()));

    @Test
    void mnistHasItsKnownFigures() {
        require("mnist");
        var training = describe("mnist:mnist", Part.TRAIN);
        assertEquals(60_000, training.examples());
        assertEquals(
                List.of(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949),
                training.ports().get(1).counts());
        assertEquals(0.1307, training.ports().getFirst().mean(), 5e-5);
        assertEquals(0.3081, training.ports().getFirst().deviation(), 5e-5);
        assertEquals(
                List.of(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009),
                describe("mnist:mnist", Part.TEST).ports().get(1).counts());
    }

    @Test
    void fashionMnistIsBalanced() {
        require("fashion-mnist");
        var training = describe("mnist:fashion-mnist", Part.TRAIN);
        for (int count : training.ports().get(1).counts()) {
            assertEquals(6000, count);
        }
        assertEquals(0.2860, training.ports().getFirst().mean(), 5e-5);
    }

    @Test
    void cifarHasItsKnownFigures() {
        require("cifar10");
        var training = describe("cifar10:cifar10", Part.TRAIN);
        assertEquals(
                List.of(1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981),
                training.ports().get(1).counts());
        assertEquals((0.4935 + 0.4834 + 0.4472) / 3, training.ports().getFirst().mean(), 1e-4);
        assertEquals("frog", training.ports().get(1).port().labels().get(6));
        assertEquals(1000, describe("cifar10:cifar10", Part.TEST).examples());
    }

    @Test
    void theEmbeddedDigitsAreThoseOfTheSource() {
        require("digits");
        var rows = CsvRows.of("digits", () -> Content.open(DATA.resolve("digits/digits.csv.gz")));
        var digits = DataSource.open("digits", DATA, DataOptions.DEFAULT);
        int[] example = {0};
        rows.forEach(row -> {
            double[] values = new double[65];
            digits.read(0, example[0], values, 0);
            digits.read(1, example[0]++, values, 64);
            for (int i = 0; i < 64; i++) {
                values[i] *= 16;
            }
            assertArrayEquals(
                    row.fields().stream().mapToDouble(Double::parseDouble).toArray(), values);
        });
        assertEquals(digits.size(), example[0]);
    }

    @Test
    void housingHasAGapInARow() {
        require("tabular");
        var inputs = List.of(Ports.numbers("x", List.of(13)));
        var targets = List.of(Ports.numbers("price", List.of()));
        var options = DataOptions.DEFAULT.withRenames(Map.of("price", "median_house_value"));
        var e = assertThrows(
                DataException.class, () -> DataSource.open("tabular/housing.csv", DATA, inputs, targets, options));
        assertEquals(
                DATA.resolve("tabular/housing.csv") + ":292: column total_bedrooms: expected a number, found nothing",
                e.getMessage());
        assertEquals("fill in missing values or leave their rows out; there are: total_bedrooms 207", e.hint());
    }

    private static DataDescription describe(String spec, Part part) {
        try (var data = DataSource.open(spec, DATA, DataOptions.DEFAULT.withPart(part))) {
            assertEquals(Port.Kind.CLASS, data.ports().get(1).kind());
            return DataDescription.of(data);
        }
    }

    private static void require(String folder) {
        assumeTrue(Files.isDirectory(DATA.resolve(folder)), () -> "skipped: no folder " + DATA.resolve(folder));
    }
}
