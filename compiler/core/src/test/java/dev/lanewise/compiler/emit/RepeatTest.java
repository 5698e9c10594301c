package dev.lanewise.compiler.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.loops.LoopProgram.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepeatTest {

    private static Call call(int kernel, Integer... buffers) {
        return new Call(kernel, List.of(buffers), List.of(), false, Origin.UNKNOWN);
    }

    /// The calls one after the other.
    private static List<Call> unrolled(List<Repeat> repeats) {
        var calls = new ArrayList<Call>();
        for (var repeat : repeats) {
            for (int turn = 0; turn < repeat.count(); turn++) {
                for (int i = 0; i < repeat.calls().size(); i++) {
                    var first = repeat.calls().get(i);
                    var buffers = new ArrayList<Integer>();
                    for (int k = 0; k < first.buffers().size(); k++) {
                        buffers.add(first.buffers().get(k)
                                + turn * repeat.steps().get(i).get(k));
                    }
                    calls.add(new Call(first.kernel(), buffers, first.uniforms(), first.barrier(), first.origin()));
                }
            }
        }
        return calls;
    }

    @Test
    void equalLayersAreOneRepeat() {
        var calls = new ArrayList<Call>();
        calls.add(call(7, 0));
        for (int layer = 0; layer < 1000; layer++) {
            calls.add(call(1, 2 * layer, 2 * layer + 1, 5000 - 3 * layer));
            calls.add(call(2, 2 * layer + 1, -1));
        }
        calls.add(call(8, 0));
        var repeats = Repeat.of(calls);
        assertEquals(List.of(1, 1000, 1), repeats.stream().map(Repeat::count).toList());
        assertEquals(List.of(List.of(2, 2, -3), List.of(2, 0)), repeats.get(1).steps());
        assertEquals(calls, unrolled(repeats));
    }

    @Test
    void whatAlsoDiffersElsewhereIsNotRepeated() {
        var uniforms = new ArrayList<Call>();
        var barriers = new ArrayList<Call>();
        var scratch = new ArrayList<Call>();
        for (int i = 0; i < 20; i++) {
            uniforms.add(new Call(1, List.of(i), List.of(i), false, Origin.UNKNOWN));
            barriers.add(new Call(1, List.of(i), List.of(), i == 10, Origin.UNKNOWN));
            scratch.add(call(1, 18 - i));
        }
        assertEquals(20, Repeat.of(uniforms).size());
        assertEquals(
                List.of(10, 1, 9),
                Repeat.of(barriers).stream().map(Repeat::count).toList());
        assertEquals(
                List.of(19, 1), Repeat.of(scratch).stream().map(Repeat::count).toList());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingIsLostOrMoved(long seed) {
        var random = new SplittableRandom(seed);
        var calls = new ArrayList<Call>();
        for (int part = 0; part < 60; part++) {
            int length = 1 + random.nextInt(4);
            int count = 1 + random.nextInt(6);
            int step = random.nextInt(3);
            int kernels = random.nextInt(3);
            for (int i = 0; i < length * count; i++) {
                calls.add(call(i % length + kernels, 10 + step * (i / length), random.nextInt(20) / 19));
            }
        }
        var repeats = Repeat.of(calls);
        assertEquals(calls, unrolled(repeats));
        assertEquals(calls.size(), repeats.stream().mapToInt(Repeat::size).sum());
    }
}
