package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Lanes;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.graph.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// The fixed tree that adds up 32 numbers: halves of what is left are added until one is left. In vectors as many
/// trees as there are lanes are gone through at once: two vectors of halves become one that holds the sums of both,
/// so that every addition fills its vector, and in the end lane i holds sum i.
final class Trees {
    private final Code code;
    private final Form single;
    private final Form wide;
    private final Op op;
    private final Local array;

    /// For numbers of `array`, of which the sum is wanted or the maximum.
    Trees(Code code, Form single, Form wide, boolean maximum, Local array) {
        this.code = code;
        this.single = single;
        this.wide = wide;
        this.op = maximum ? Op.MAX : Op.ADD;
        this.array = array;
    }

    /// `count` trees of the numbers at `from`, whose results go to `target` from `to` on.
    void write(Whole from, int count, Local target, Whole to) {
        if (wide.atMost(count).orElse(single) instanceof Lanes lanes) {
            var choices = lanes.choices(code);
            code.loop(Whole.of(Math.ceilDiv(count, lanes.lanes())), i -> {
                int mark = code.mark();
                var first = code.smaller(i.times(lanes.lanes()), Whole.of(count - lanes.lanes()));
                var start = Whole.of(code.keep(from.plus(first.times(32))));
                lanes.store(code, target, to.plus(first), side(lanes, choices, start, 0, 1));
                code.release(mark);
            });
        } else {
            code.loop(Whole.of(count), i -> {
                int mark = code.mark();
                var start = Whole.of(code.keep(from.plus(i.times(32))));
                alone(start);
                single.load(code, array, start);
                single.store(code, target, to.plus(i), code.keep(single.type()));
                code.release(mark);
            });
        }
    }

    /// What is left of trees `first`, `first + part`, `first + 2 part`, ... where each has `part` numbers left.
    private Local side(Lanes lanes, List<Local> choices, Whole from, int first, int part) {
        var result = code.local(lanes.type());
        int mark = code.mark();
        if (part == lanes.lanes()) {
            code.load(halves(lanes, from.plus(32 * first)));
        } else {
            var a = side(lanes, choices, from, first, 2 * part);
            var b = side(lanes, choices, from, first + part, 2 * part);
            int choice = 2 * Integer.numberOfTrailingZeros(part);
            lanes.choose(code, choices.get(choice), a, b);
            var lower = code.keep(lanes.type());
            lanes.choose(code, choices.get(choice + 1), a, b);
            var upper = code.keep(lanes.type());
            code.load(sum(lanes, lower, upper));
        }
        code.store(result);
        code.release(mark);
        return result;
    }

    /// One tree until what is left fits a vector.
    private Local halves(Lanes lanes, Whole from) {
        var vectors = new ArrayList<Local>();
        for (int i = 0; i < 32; i += lanes.lanes()) {
            lanes.load(code, array, from.plus(i));
            vectors.add(code.keep(lanes.type()));
        }
        for (int half = vectors.size() / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                vectors.set(i, sum(lanes, vectors.get(i), vectors.get(i + half)));
            }
        }
        return vectors.getFirst();
    }

    /// One tree in place, as many additions at once as there are, in the widest vectors that both halves fill.
    private void alone(Whole from) {
        for (int half = 16; half > 0; half /= 2) {
            var halves = wide.atMost(half).orElse(single);
            for (int i = 0; i < half; i += halves.lanes()) {
                int mark = code.mark();
                halves.load(code, array, from.plus(i));
                var a = code.keep(halves.type());
                halves.load(code, array, from.plus(i + half));
                var b = code.keep(halves.type());
                halves.store(code, array, from.plus(i), sum(halves, a, b));
                code.release(mark);
            }
        }
    }

    private Local sum(Form form, Local a, Local b) {
        return form.apply(code, op, List.of(a, b), new HashMap<>());
    }
}
