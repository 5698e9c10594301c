package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Lanes;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The fixed tree that adds up 32 numbers: halves of what is left are added until one is left. In vectors as many
/// trees as there are lanes are gone through at once: two vectors of halves become one that holds the sums of both,
/// so that every addition fills its vector, and in the end lane i holds sum i.
///
/// Each kind of tree is a method that all kernels of a class call; two of them in one method are more than HotSpot
/// compiles well.
final class Trees {
    private final ClassFile file;
    private final Form single;
    private final Form wide;
    private final Set<Kind> called = new LinkedHashSet<>();

    Trees(ClassFile file, Form single, Form wide) {
        this.file = file;
        this.single = single;
        this.wide = wide;
    }

    private record Kind(Form form, boolean maximum) {
        String method() {
            return (maximum ? "maxima" : "sums") + form.lanes();
        }

        Op op() {
            return maximum ? Op.MAX : Op.ADD;
        }
    }

    private String descriptor() {
        var array = "[" + single.type().getDescriptor();
        return "(" + array + "I" + array + "II)V";
    }

    private Kind kind(Statement.Tree tree) {
        return new Kind(wide.atMost(tree.count()).orElse(single), tree.maximum());
    }

    /// Calls the trees of the numbers of an array at `from`, whose results go to `target` from `to` on.
    void call(Code code, Statement.Tree tree, Local array, Whole from, Local target, Whole to) {
        called.add(kind(tree));
        call(code, kind(tree), array, from, target, to, Whole.of(tree.count()));
    }

    private void call(Code code, Kind kind, Local array, Whole from, Local target, Whole to, Whole count) {
        code.load(array);
        code.push(from);
        code.load(target);
        code.push(to);
        code.push(count);
        code.callStatic(file.name(), kind.method(), descriptor());
    }

    /// Calls the methods that a kernel calls, on scratch data: `count` trees, or an empty loop.
    void warm(Code code, Kernel kernel, Local scratch, Local count) {
        var kinds = new LinkedHashSet<Kind>();
        Uses.each(Uses.statements(kernel), statement -> {
            if (statement instanceof Statement.Tree tree) {
                kinds.add(kind(tree));
            }
        });
        kinds.forEach(kind -> call(code, kind, scratch, Whole.ZERO, scratch, Whole.ZERO, Whole.of(count)));
    }

    /// Writes the methods that were called.
    void write() {
        for (var kind : called) {
            file.method(Opcodes.ACC_STATIC, kind.method(), descriptor(), code -> {
                var type = Type.getArgumentTypes(descriptor())[0];
                var array = new Local(0, type);
                var from = Whole.of(new Local(1, Type.INT_TYPE));
                var target = new Local(2, type);
                var to = Whole.of(new Local(3, Type.INT_TYPE));
                var last = new Local(4, Type.INT_TYPE);
                var count = Whole.of(last);
                if (wide.lanes() > 1) {
                    KernelClass.idle(code, last);
                }
                if (kind.form() instanceof Lanes lanes) {
                    var side = new Side(code, lanes, kind.op(), array, lanes.choices(code));
                    code.loop(Whole.ZERO, count, lanes.lanes(), i -> {
                        int mark = code.mark();
                        var first = code.smaller(i, count.plus(-lanes.lanes()));
                        var start = Whole.of(code.keep(from.plus(first.times(32))));
                        lanes.store(code, target, to.plus(first), side.sums(start, 0, 1));
                        code.release(mark);
                    });
                } else {
                    code.loop(count, i -> {
                        int mark = code.mark();
                        var start = Whole.of(code.keep(from.plus(i.times(32))));
                        alone(code, kind.op(), array, start);
                        single.load(code, array, start);
                        single.store(code, target, to.plus(i), code.keep(single.type()));
                        code.release(mark);
                    });
                }
            });
        }
    }

    /// One tree in place, as many additions at once as there are, in the widest vectors that both halves fill.
    private void alone(Code code, Op op, Local array, Whole from) {
        for (int half = 16; half > 0; half /= 2) {
            var halves = wide.atMost(half).orElse(single);
            for (int i = 0; i < half; i += halves.lanes()) {
                int mark = code.mark();
                halves.load(code, array, from.plus(i));
                var a = code.keep(halves.type());
                halves.load(code, array, from.plus(i + half));
                var b = code.keep(halves.type());
                halves.store(code, array, from.plus(i), halves.apply(code, op, List.of(a, b), new HashMap<>()));
                code.release(mark);
            }
        }
    }

    /// Trees side by side.
    private record Side(Code code, Lanes lanes, Op op, Local array, List<Local> choices) {

        /// What is left of trees `first`, `first + part`, `first + 2 part`, ... where each has `part` numbers
        /// left.
        Local sums(Whole from, int first, int part) {
            var result = code.local(lanes.type());
            int mark = code.mark();
            if (part == lanes.lanes()) {
                code.load(halves(from.plus(32 * first)));
            } else {
                var a = sums(from, first, 2 * part);
                var b = sums(from, first + part, 2 * part);
                int choice = 2 * Integer.numberOfTrailingZeros(part);
                lanes.choose(code, choices.get(choice), a, b);
                var lower = code.keep(lanes.type());
                lanes.choose(code, choices.get(choice + 1), a, b);
                var upper = code.keep(lanes.type());
                code.load(sum(lower, upper));
            }
            code.store(result);
            code.release(mark);
            return result;
        }

        /// One tree until what is left fits a vector.
        private Local halves(Whole from) {
            var vectors = new ArrayList<Local>();
            for (int i = 0; i < 32; i += lanes.lanes()) {
                lanes.load(code, array, from.plus(i));
                vectors.add(code.keep(lanes.type()));
            }
            for (int half = vectors.size() / 2; half > 0; half /= 2) {
                for (int i = 0; i < half; i++) {
                    vectors.set(i, sum(vectors.get(i), vectors.get(i + half)));
                }
            }
            return vectors.getFirst();
        }

        private Local sum(Local a, Local b) {
            return lanes.apply(code, op, List.of(a, b), new HashMap<>());
        }
    }
}
