package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.loops.LoopProgram.Call;
import java.util.ArrayList;
import java.util.List;

/// Calls that come `count` times, on buffers whose numbers go on by the same `steps` from each time to the next: the
/// layers of a deep network are a loop. `steps` has a list for each call, with a number for each buffer.
record Repeat(List<Call> calls, List<List<Integer>> steps, int count) {
    /// The most calls that are repeated together.
    private static final int LONGEST = 64;
    /// Fewer times are written one after the other.
    private static final int LEAST = 3;

    Repeat {
        calls = List.copyOf(calls);
        steps = List.copyOf(steps);
    }

    /// All calls of an entry in their order.
    static List<Repeat> of(List<Call> calls) {
        var repeats = new ArrayList<Repeat>();
        for (int at = 0; at < calls.size(); ) {
            var best = once(List.of(calls.get(at)));
            for (int length = 1; length <= LONGEST && at + LEAST * length <= calls.size(); length++) {
                var repeat = at(calls, at, length);
                if (repeat.count >= LEAST && repeat.size() > best.size()) {
                    best = repeat;
                }
            }
            repeats.add(best);
            at += best.size();
        }
        return repeats;
    }

    /// These calls, one time.
    static Repeat once(List<Call> calls) {
        return new Repeat(calls, calls.stream().map(Repeat::still).toList(), 1);
    }

    /// How many calls these are.
    int size() {
        return calls.size() * count;
    }

    private static List<Integer> still(Call call) {
        return call.buffers().stream().map(_ -> 0).toList();
    }

    /// The calls from number `from` on, so many of them together, as often as they are repeated.
    private static Repeat at(List<Call> calls, int from, int length) {
        var steps = new ArrayList<List<Integer>>();
        int again = 0;
        for (; from + again + length < calls.size(); again++) {
            var call = calls.get(from + again);
            var next = calls.get(from + again + length);
            if (!isAlike(call, next)) {
                break;
            }
            var step = step(call, next);
            if (again < length) {
                steps.add(step);
            } else if (!steps.get(again % length).equals(step)) {
                break;
            }
        }
        int count = again / length + 1;
        return new Repeat(calls.subList(from, from + length), count > 1 ? steps : List.of(), count);
    }

    /// Whether only the buffers differ.
    private static boolean isAlike(Call call, Call next) {
        if (call.kernel() != next.kernel()
                || call.barrier() != next.barrier()
                || call.origin().span().line() != next.origin().span().line()
                || !call.uniforms().equals(next.uniforms())) {
            return false;
        }
        for (int i = 0; i < call.buffers().size(); i++) {
            if ((call.buffers().get(i) < 0) != (next.buffers().get(i) < 0)) {
                return false;
            }
        }
        return true;
    }

    private static List<Integer> step(Call call, Call next) {
        var step = new ArrayList<Integer>(call.buffers().size());
        for (int i = 0; i < call.buffers().size(); i++) {
            step.add(next.buffers().get(i) - call.buffers().get(i));
        }
        return step;
    }
}
