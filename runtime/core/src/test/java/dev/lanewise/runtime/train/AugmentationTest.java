package dev.lanewise.runtime.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.team.Team;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What each change does to an example, and that it depends on seed, epoch and example alone.
class AugmentationTest {
    private static final int SIDE = 6;
    private static final int EXAMPLES = 400;

    /// Pictures of two channels whose numbers are all different, and their classes.
    private static Dataset pictures() {
        var image = new Port("image", Port.Kind.FLOAT, List.of(2, SIDE, SIDE), 0, List.of());
        var kind = new Port("kind", Port.Kind.CLASS, List.of(), 2, List.of());
        var pixels = new float[EXAMPLES * 2 * SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (1 + i % 97) / 128f;
        }
        return ArrayDataset.builder()
                .add(image, pixels)
                .add(kind, IntStream.range(0, EXAMPLES).map(e -> e % 2).toArray())
                .build();
    }

    private static double[] read(Dataset data, int port, int example) {
        var values = new double[data.ports().get(port).size()];
        data.read(port, example, values, 0);
        return values;
    }

    private static double[] changed(String plan, int example) {
        return read(new Augmentation(plan, pictures(), 7, true).epoch(1), 0, example);
    }

    /// Pixel (y, x) of a plane, or 0 outside.
    private static double at(double[] values, int plane, int y, int x) {
        return y < 0 || x < 0 || y >= SIDE || x >= SIDE ? 0 : values[(plane * SIDE + y) * SIDE + x];
    }

    @Test
    void aFlipMirrorsHalfOfTheExamples() {
        int flipped = 0;
        for (int e = 0; e < EXAMPLES; e++) {
            var before = read(pictures(), 0, e);
            var after = changed("image flip_horizontal 0.5", e);
            var mirror = new double[after.length];
            for (int i = 0; i < mirror.length; i++) {
                mirror[i] = at(before, i / SIDE / SIDE, i / SIDE % SIDE, SIDE - 1 - i % SIDE);
            }
            if (!Arrays.equals(before, after)) {
                assertArrayEquals(mirror, after);
                flipped++;
            }
        }
        assertEquals(EXAMPLES / 2.0, flipped, 40);
        var upsideDown = changed("image flip_vertical 1.0", 3);
        assertEquals(at(read(pictures(), 0, 3), 1, 0, 4), at(upsideDown, 1, SIDE - 1, 4));
    }

    @Test
    void aShiftMovesByWholePixelsInAllDirectionsAndFillsWithZeros() {
        for (var kind : List.of("shift", "crop")) {
            var seen = new HashSet<List<Integer>>();
            for (int e = 0; e < EXAMPLES; e++) {
                var before = read(pictures(), 0, e);
                var after = changed("image " + kind + " 2.0", e);
                for (int dy = -2; dy <= 2; dy++) {
                    for (int dx = -2; dx <= 2; dx++) {
                        int down = dy;
                        int right = dx;
                        var moved = IntStream.range(0, before.length)
                                .mapToDouble(i -> at(before, i / SIDE / SIDE, i / SIDE % SIDE - down, i % SIDE - right))
                                .toArray();
                        if (Arrays.equals(moved, after)) {
                            seen.add(List.of(dy, dx));
                        }
                    }
                }
            }
            assertEquals(25, seen.size());
        }
    }

    @Test
    void aRotationTurnsAroundTheMiddle() {
        var port = new Port("image", Port.Kind.FLOAT, List.of(21, 21), 0, List.of());
        var pixels = new double[21 * 21];
        pixels[10 * 21 + 20] = 1;
        var data = ArrayDataset.builder().add(port, pixels).build();
        var angles = new double[100];
        for (int epoch = 1; epoch <= angles.length; epoch++) {
            var turned = read(new Augmentation("image rotate 90.0", data, 7, true).epoch(epoch), 0, 0);
            double x = 0;
            double y = 0;
            double sum = 0;
            for (int i = 0; i < turned.length; i++) {
                x += turned[i] * (i % 21 - 10);
                y += turned[i] * (i / 21 - 10);
                sum += turned[i];
            }
            assertEquals(10, Math.hypot(x / sum, y / sum), 0.5, "the point stays as far from the middle");
            angles[epoch - 1] = Math.toDegrees(Math.atan2(y, x));
        }
        Arrays.sort(angles);
        assertEquals(-90, angles[0], 10);
        assertEquals(0, angles[50], 25);
        assertEquals(90, angles[99], 10);
    }

    @Test
    void aScaleGrowsAndShrinksWithinItsBounds() {
        var port = new Port("image", Port.Kind.FLOAT, List.of(1, 41, 41), 0, List.of());
        var pixels = new double[41 * 41];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = Math.abs(i % 41 - 20) <= 10 && Math.abs(i / 41 - 20) <= 10 ? 1 : 0;
        }
        var data = ArrayDataset.builder().add(port, pixels).build();
        var areas = IntStream.rangeClosed(1, 200)
                .mapToDouble(epoch -> Arrays.stream(
                                read(new Augmentation("image scale 0.5 1.5", data, 7, true).epoch(epoch), 0, 0))
                        .sum())
                .map(Math::sqrt)
                .sorted()
                .toArray();
        assertEquals(21 * 0.5, areas[0], 0.6);
        assertEquals(21, areas[100], 1.5);
        assertEquals(21 * 1.5, areas[199], 0.6);
    }

    /// Two turns that undo each other leave the picture as it was: they are one map, not two interpolations.
    @Test
    void movesAreJoinedBeforePixelsAreInterpolated() {
        var half = changed("image scale 0.5 0.5\nimage scale 2.0 2.0", 5);
        assertArrayEquals(read(pictures(), 0, 5), half, 1e-12);
    }

    @Test
    void coloursMoveAlongTheirPrincipalComponents() {
        var port = new Port("image", Port.Kind.FLOAT, List.of(3, 4, 4), 0, List.of());
        var pixels = new double[50 * 48];
        for (int i = 0; i < pixels.length; i++) {
            // All colours vary along (1, 2, -1), with a variance of 6 / 12.
            double t = (i / 48 * 16 + i % 16) * 0.6180339887 % 1;
            pixels[i] = new double[] {1, 2, -1}[i / 16 % 3] * t;
        }
        var data = ArrayDataset.builder().add(port, pixels).build();
        var view = new Augmentation("image color_shift 0.1", data, 3, true).epoch(1);
        double squares = 0;
        for (int e = 0; e < 50; e++) {
            var before = read(data, 0, e);
            var after = read(view, 0, e);
            double shift = after[0] - before[0];
            for (int i = 0; i < 48; i++) {
                assertEquals(shift * new double[] {1, 2, -1}[i / 16], after[i] - before[i], 1e-9);
            }
            squares += shift * shift * 6 / 50;
        }
        assertEquals(0.1 * 0.5, Math.sqrt(squares), 0.015);
    }

    @Test
    void brightnessContrastAndNoise() {
        double least = 9;
        double most = 0;
        double noise = 0;
        for (int e = 0; e < EXAMPLES; e++) {
            var before = read(pictures(), 0, e);
            var bright = changed("image brightness 0.5", e);
            double factor = bright[0] / before[0];
            least = Math.min(least, factor);
            most = Math.max(most, factor);
            var strong = changed("image contrast 0.5", e);
            double mean = Arrays.stream(before).average().orElseThrow();
            assertEquals(mean, Arrays.stream(strong).average().orElseThrow(), 1e-9);
            var noisy = changed("image noise 0.25", e);
            for (int i = 0; i < before.length; i++) {
                assertEquals(before[i] * factor, bright[i], 1e-9);
                assertEquals((strong[0] - mean) / (before[0] - mean), (strong[i] - mean) / (before[i] - mean), 1e-6);
                noise += Math.pow(noisy[i] - before[i], 2) / before.length / EXAMPLES;
            }
        }
        assertEquals(0.5, least, 0.02);
        assertEquals(1.5, most, 0.02);
        assertEquals(0.25, Math.sqrt(noise), 0.005);
    }

    @Test
    void aCutoutIsTheMeanOfItsChannelAndMayReachOverTheBorder() {
        var sizes = new HashSet<Integer>();
        for (int e = 0; e < EXAMPLES; e++) {
            var before = read(pictures(), 0, e);
            var after = changed("image cutout 4.0", e);
            for (int plane = 0; plane < 2; plane++) {
                double mean = Arrays.stream(before, plane * 36, plane * 36 + 36)
                        .average()
                        .orElseThrow();
                int cut = 0;
                for (int i = plane * 36; i < plane * 36 + 36; i++) {
                    if (after[i] != before[i]) {
                        assertEquals(mean, after[i], 1e-9);
                        cut++;
                    }
                }
                sizes.add(cut);
            }
        }
        assertTrue(sizes.contains(16) && sizes.contains(4) && sizes.stream().allMatch(size -> size <= 16), "" + sizes);
    }

    @Test
    void aMixtureIsOfTwoExamplesAndItsClassIsDrawnWithTheirShares() {
        var port = new Port("x", Port.Kind.FLOAT, List.of(2), 0, List.of());
        var kind = new Port("kind", Port.Kind.CLASS, List.of(), 2, List.of());
        int size = 20_000;
        var x = new double[2 * size];
        var y = new int[size];
        for (int e = 0; e < size; e++) {
            y[e] = e % 2;
            x[2 * e + y[e]] = 1;
        }
        var view = new Augmentation(
                        "x mixup 0.4",
                        ArrayDataset.builder().add(port, x).add(kind, y).build(),
                        5,
                        true)
                .epoch(2);
        double squares = 0;
        double count = 0;
        double ones = 0;
        double expected = 0;
        for (int e = 0; e < size; e++) {
            var mixed = read(view, 0, e);
            assertEquals(1, mixed[0] + mixed[1], 1e-12);
            if (mixed[1] > 0 && mixed[1] < 1) {
                squares += Math.pow(mixed[1] - 0.5, 2);
                ones += read(view, 1, e)[0];
                expected += mixed[1];
                count++;
            }
        }
        assertEquals(size / 2.0, count, 400, "half of the partners are of the other class");
        assertEquals(1 / (4 * (2 * 0.4 + 1)), squares / count, 0.005, "the variance of Beta(0.4, 0.4)");
        assertEquals(expected / count, ones / count, 0.02);
    }

    @Test
    void drawsDependOnSeedEpochAndExampleAlone() {
        var plan = "image rotate 30.0\nimage noise 0.1\nimage mixup 0.2";
        var one = new Augmentation(plan, pictures(), 7, true);
        assertArrayEquals(read(one.epoch(3), 0, 11), read(new Augmentation(plan, pictures(), 7, true).epoch(3), 0, 11));
        var drawn = List.of(
                read(one.epoch(3), 0, 11),
                read(one.epoch(4), 0, 11),
                read(new Augmentation(plan, pictures(), 8, true).epoch(3), 0, 11));
        assertNotEquals(drawn.get(0)[7], drawn.get(1)[7]);
        assertNotEquals(drawn.get(0)[7], drawn.get(2)[7]);
        assertNotEquals(
                changed("image noise 0.1", 1)[0] - read(pictures(), 0, 1)[0],
                changed("image noise 0.1", 2)[0] - read(pictures(), 0, 2)[0]);
        assertArrayEquals(
                read(pictures(), 1, 3), read(new Augmentation("image noise 1.0", pictures(), 7, true).epoch(1), 1, 3));
    }

    /// With and without a core that is free, in both precisions, on one thread and on two.
    @Test
    void batchesAreTheSameHoweverTheyArePrepared() {
        var data = Line.data(70);
        var plan = "x noise 0.3\nx mixup 0.2";
        int[] order = {5, 3, 69, 0, 1, 2, 2, 8, 50, 49, 12};
        for (var epoch : List.of(1, 2)) {
            var seen = new HashSet<String>();
            for (var hasCore : List.of(true, false)) {
                for (int threads : new int[] {1, 2}) {
                    var network = Line.network(1, 0, 0);
                    try (var team = Team.of(threads)) {
                        var session = network.bundle().session(0, network.weights(), 32, team);
                        var batches = new AugmentedBatches(
                                new Augmentation(plan, data, 7, false), new int[] {0, 1}, false, 5, hasCore);
                        var text = new StringBuilder();
                        for (int from = 0; from < 10; from += 5) {
                            batches.feed(session, epoch, order, from, 5);
                            session.run();
                            text.append(session.scalar(5))
                                    .append(network.weights().hash());
                        }
                        seen.add(text.toString());
                    }
                }
            }
            assertEquals(1, seen.size(), "" + seen);
        }
    }

    @Test
    void whatGoesWrongWithTheDataIsThrownAsItIs() {
        var data = Line.data(20);
        var broken = new Dataset() {
            @Override
            public int size() {
                return data.size();
            }

            @Override
            public List<Port> ports() {
                return data.ports();
            }

            @Override
            public void read(int port, int example, double[] target, int offset) {
                throw new IllegalStateException("the data are gone");
            }

            @Override
            public void read(int port, int example, float[] target, int offset) {
                throw new IllegalStateException("the data are gone");
            }
        };
        var network = Line.network(1, 0, 0);
        for (boolean hasCore : new boolean[] {true, false}) {
            try (var team = Team.of(1)) {
                var session = network.bundle().session(0, network.weights(), 32, team);
                var batches = new AugmentedBatches(
                        new Augmentation("x noise 0.3", broken, 7, false), new int[] {0, 1}, false, 5, hasCore);
                var e = assertThrows(IllegalStateException.class, () -> {
                    batches.feed(session, 0, Session.NATURAL, 0, 5);
                    session.run();
                });
                assertEquals("the data are gone", e.getMessage());
            }
        }
    }
}
