package dev.lanewise.runtime;

import dev.lanewise.runtime.random.CounterRandom;
import java.util.Arrays;

/// A data set in two parts: what is trained on, and what is held back. Both keep the order of the whole.
public record Split(Dataset training, Dataset held) {

    /// No port to keep the shares of.
    public static final int NOT_STRATIFIED = -1;

    /// Holds `fraction` of the examples back, chosen by the seed. With a port of classes, each class gives the same
    /// share of its examples, up to one.
    public static Split of(Dataset whole, double fraction, long seed, int stratifiedPort) {
        int size = whole.size();
        long wanted = Math.round(fraction * size);
        if (!(fraction > 0 && fraction < 1) || wanted == 0 || wanted == size) {
            throw new ModelException("a split of " + fraction + " of " + size
                    + " examples leaves a part without any; a share is a number between 0 and 1");
        }
        int count = (int) wanted;
        int[] order = CounterRandom.of(seed, CounterRandom.SPLIT, size).permutation(size);
        int[] held = stratifiedPort == NOT_STRATIFIED
                ? Arrays.copyOf(order, count)
                : stratified(whole, order, count, stratifiedPort);
        boolean[] isHeld = new boolean[size];
        for (int example : held) {
            isHeld[example] = true;
        }
        return new Split(where(whole, isHeld, false), where(whole, isHeld, true));
    }

    /// The examples class by class, in random order within one, laid end to end: every (size / count)-th is taken,
    /// which takes the same share of each class.
    private static int[] stratified(Dataset whole, int[] order, int count, int port) {
        int size = whole.size();
        int[] classes = new int[size];
        double[] value = new double[1];
        int most = 0;
        for (int i = 0; i < size; i++) {
            whole.read(port, i, value, 0);
            classes[i] = (int) value[0];
            most = Math.max(most, classes[i]);
        }
        int[] next = new int[most + 2];
        for (int c : classes) {
            next[c + 1]++;
        }
        for (int c = 1; c < next.length; c++) {
            next[c] += next[c - 1];
        }
        int[] byClass = new int[size];
        for (int example : order) {
            byClass[next[classes[example]]++] = example;
        }
        int[] held = new int[count];
        for (int i = 0; i < count; i++) {
            held[i] = byClass[(int) ((2L * i + 1) * size / (2L * count))];
        }
        return held;
    }

    private static Subset where(Dataset whole, boolean[] isHeld, boolean wanted) {
        int[] examples = new int[isHeld.length];
        int count = 0;
        for (int i = 0; i < isHeld.length; i++) {
            if (isHeld[i] == wanted) {
                examples[count++] = i;
            }
        }
        return new Subset(whole, Arrays.copyOf(examples, count));
    }
}
