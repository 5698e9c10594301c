package dev.lanewise.runtime.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Split;
import dev.lanewise.runtime.Subset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitTest {

    private static final Dataset DIGITS = DataSource.open("digits", Path.of("."), DataOptions.DEFAULT);

    @Test
    void thePartsTogetherAreTheWhole() {
        var split = Split.of(DIGITS, 0.2, 7, Split.NOT_STRATIFIED);
        assertEquals(359, split.held().size());
        assertEquals(1797 - 359, split.training().size());
        var all = new ArrayList<>(images(split.training()));
        all.addAll(images(split.held()));
        var expected = new ArrayList<>(images(DIGITS));
        all.sort(null);
        expected.sort(null);
        assertEquals(expected, all);
        assertEquals(DIGITS.ports(), split.held().ports());
    }

    @Test
    void eachClassGivesTheSameShare() {
        var split = Split.of(DIGITS, 0.2, 7, 1);
        assertEquals(359, split.held().size());
        int[] whole = counts(DIGITS);
        int[] held = counts(split.held());
        for (int c = 0; c < 10; c++) {
            assertEquals(0.2 * whole[c], held[c], 1.0, "class " + c);
        }
    }

    @Test
    void theSeedDecides() {
        var once = images(Split.of(DIGITS, 0.1, 1, 1).held());
        assertEquals(once, images(Split.of(DIGITS, 0.1, 1, 1).held()));
        assertNotEquals(once, images(Split.of(DIGITS, 0.1, 2, 1).held()));
    }

    @Test
    void aRareClassIsNotLostFromTraining() {
        var labels = new int[50];
        labels[17] = 1;
        var split = Split.of(new Subset(DIGITS, firstOfClasses(labels)), 0.2, 3, 1);
        assertEquals(10, split.held().size());
    }

    @Test
    void aSplitThatLeavesAPartEmptyIsRefused() {
        for (double fraction : new double[] {0, 1, -0.1, 1.5, Double.NaN, 1e-9}) {
            assertThrows(
                    ModelException.class, () -> Split.of(DIGITS, fraction, 1, Split.NOT_STRATIFIED), "" + fraction);
        }
    }

    private static int[] firstOfClasses(int[] classes) {
        int[] found = new int[classes.length];
        double[] value = new double[1];
        int at = 0;
        for (int i = 0; i < classes.length; at++) {
            DIGITS.read(1, at, value, 0);
            if (value[0] == classes[i]) {
                found[i++] = at;
            }
        }
        return found;
    }

    private static int[] counts(Dataset data) {
        int[] counts = new int[10];
        double[] value = new double[1];
        for (int i = 0; i < data.size(); i++) {
            data.read(1, i, value, 0);
            counts[(int) value[0]]++;
        }
        return counts;
    }

    private static List<String> images(Dataset data) {
        var images = new ArrayList<String>();
        float[] image = new float[64];
        for (int i = 0; i < data.size(); i++) {
            data.read(0, i, image, 0);
            images.add(Arrays.toString(image));
        }
        return images;
    }
}
