package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Constants;
import dev.lanewise.compiler.emit.code.DoubleNumber;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Lanes;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.SingleNumber;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The kernels for one vector width (0: number by number): of each kernel the methods that do the work, which is
/// `k7n` on a range of units and groups, or `k7t` and `k7r`, a register tile and that of the rows which fill no tile,
/// with `k7` that goes over this worker's tiles.
final class KernelClass {
    private static final int WARM_CASES = 250;
    /// Results of a tile of 12 rows and 32 columns.
    private static final int LARGEST_TILE = 384;
    /// The most scratch numbers for warming up; a kernel that needs more is not called.
    private static final long SCRATCH = 1 << 24;
    private static final String WARM = "([FII)V";

    private final ClassFile file;
    private final String base;
    private final int width;
    private final Tiling tiling;
    private final Form single;
    private final Constants constants;
    private final Trees trees;

    KernelClass(ClassFile file, String base, int width, boolean doubles, Tiling tiling) {
        this.file = file;
        this.base = base;
        this.width = width;
        this.tiling = tiling;
        this.single = doubles ? new DoubleNumber() : new SingleNumber();
        this.constants = new Constants(file.name());
        this.trees = new Trees(file, single, width == 0 ? single : Lanes.of(width, base));
    }

    String name() {
        return file.name();
    }

    int width() {
        return width;
    }

    Tiling tiling() {
        return tiling;
    }

    boolean doubles() {
        return single instanceof DoubleNumber;
    }

    /// The call of a method for warming up: the first tile, of so many results, at the depth that is asked for; or
    /// the first units (0).
    record Warm(String method, Signature signature, int tile, int units) {
        boolean isTile() {
            return tile > 0;
        }

        /// So many tiles are about the work that the largest is.
        int calls() {
            return isTile() ? Math.max(1, LARGEST_TILE / tile) : 1;
        }
    }

    /// The calls that warm up each kernel, by its number.
    private final Map<Integer, List<Warm>> warm = new TreeMap<>();

    private List<Warm> current = List.of();

    /// Notes that a method is to be warmed up.
    void warm(String method, Signature signature, int tile) {
        current.add(new Warm(method, signature, tile, 1));
    }

    /// The places of each step of a depth, in a static field each; the same steps have one.
    private final Map<List<Integer>, Table> tables = new LinkedHashMap<>();

    private record Table(String field, List<Kernel.Axis> depth, ToIntFunction<Kernel.Axis> stride) {}

    /// The field that holds the places of a depth's steps.
    String table(List<Kernel.Axis> depth, ToIntFunction<Kernel.Axis> stride) {
        var key = new ArrayList<Integer>();
        depth.forEach(axis -> {
            key.add(axis.extent());
            key.add(stride.applyAsInt(axis));
        });
        return tables.computeIfAbsent(key, _ -> new Table("STEPS" + tables.size(), depth, stride))
                .field();
    }

    /// The static fields that kernels read, and what fills them.
    void writeFields() {
        int access = Opcodes.ACC_STATIC | Opcodes.ACC_FINAL;
        var numbers = Type.getType("[I");
        for (var table : tables.values()) {
            file.field(access, table.field(), numbers);
            file.method(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC, "steps" + table.field(), "()[I", code -> {
                PatchTiles.table(code, table.depth(), table.stride());
                code.op(Opcodes.ARETURN);
            });
        }
        if (!constants.isEmpty()) {
            file.field(access, Constants.FIELD, Constants.ARRAY);
        }
        file.method(Opcodes.ACC_STATIC, "<clinit>", "()V", code -> {
            for (var table : tables.values()) {
                code.callStatic(file.name(), "steps" + table.field(), "()[I");
                code.field(Opcodes.PUTSTATIC, file.name(), table.field(), numbers);
            }
            if (!constants.isEmpty()) {
                constants.fill(code);
            }
        });
    }

    /// The methods that kernels share.
    void writeShared() {
        trees.write();
    }

    /// The methods of kernel `number`; `line` is the line of the network file that it serves first.
    void write(int number, Kernel kernel, int line) {
        var name = "k" + number;
        current = new ArrayList<>();
        warm.put(number, current);
        switch (kernel.work()) {
            case Kernel.Nest nest -> units(name, kernel, line, body -> nest(body, kernel, nest));
            case Kernel.Rearrange move -> units(name, kernel, line, body -> Moves.rearrange(body, single, move));
            case Kernel.ToRuns move -> units(name, kernel, line, body -> Moves.toRuns(body, single, move));
            case Kernel.ClearPadding clear ->
                units(name, kernel, line, body -> Moves.clearPadding(body, single, clear));
            case Kernel.LaneTile tile -> new TileKernel(this, name, kernel, line).lanes(tile);
            case Kernel.PatchTile tile -> new TileKernel(this, name, kernel, line).patches(tile);
            case Kernel.ExampleTile tile -> new TileKernel(this, name, kernel, line).examples(tile);
            case Kernel.RunTile tile -> new RunTiles(this, name, kernel, line).write(tile);
            case Kernel.RowTile tile -> new TileKernel(this, name, kernel, line).rows(tile);
        }
    }

    Body body(Code code, Signature signature, int bits) {
        var arguments = Arguments.of(signature);
        if (width != 0) {
            idle(code, arguments.own().getLast());
        }
        return new Body(code, arguments, trees, constants, single, bits == 0 ? single : Lanes.of(bits, base));
    }

    /// Where the last parameter is not positive, the method only goes round an empty loop so many times: see
    /// `Warmup` of the runtime.
    static void idle(Code code, Local last) {
        var work = code.label();
        var next = code.label();
        var end = code.label();
        code.load(last);
        code.jump(Opcodes.IFGT, work);
        code.mark(next);
        code.load(last);
        code.jump(Opcodes.IFGE, end);
        code.load(last);
        code.push(1);
        code.op(Opcodes.IADD);
        code.store(last);
        code.jump(Opcodes.GOTO, next);
        code.mark(end);
        code.op(Opcodes.RETURN);
        code.mark(work);
    }

    void method(String name, Signature signature, int line, Consumer<Code> body) {
        file.method(Opcodes.ACC_FINAL, name, signature.descriptor(), code -> {
            code.line(line);
            body.accept(code);
        });
    }

    /// How many scratch numbers the kernels need at most.
    static int scratch(List<Kernel> kernels) {
        return (int) kernels.stream()
                .mapToLong(Scratch::size)
                .filter(size -> size <= SCRATCH)
                .max()
                .orElse(0);
    }

    /// `warm(kernel, scratch, depth, times)`, with a method for each kernel.
    void writeWarming(List<Kernel> kernels) {
        warm.keySet().removeIf(kernel -> doubles() || Scratch.size(kernels.get(kernel)) > SCRATCH);
        warm.forEach((kernel, calls) -> file.method(Opcodes.ACC_PRIVATE, "w" + kernel, WARM, code -> {
            var scratch = new Local(1, Type.getType("[F"));
            var depth = new Local(2, Type.INT_TYPE);
            var times = new Local(3, Type.INT_TYPE);
            int more = calls.getFirst().calls();
            if (more > 1) {
                var idle = code.label();
                code.load(depth);
                code.jump(Opcodes.IFLE, idle);
                code.push(Whole.of(times).times(more));
                code.store(times);
                code.mark(idle);
            }
            code.loop(Whole.of(times), time -> {
                calls.forEach(c -> call(code, c, scratch, depth));
                trees.warm(code, kernels.get(kernel), scratch, depth);
            });
        }));
        int count = kernels.size();
        file.method(Opcodes.ACC_PUBLIC, "warm", "(I[FII)V", code -> chooseWarm(code, 0, count));
        for (int first = WARM_CASES; first < count; first += WARM_CASES) {
            int from = first;
            file.method(Opcodes.ACC_PRIVATE, "warm" + first, "(I[FII)V", code -> chooseWarm(code, from, count));
        }
    }

    /// Kernels from `first` on in a `switch`, so many in one method.
    private void chooseWarm(Code code, int first, int end) {
        int here = Math.min(end - first, WARM_CASES);
        var kernel = Whole.of(new Local(1, Type.INT_TYPE)).plus(-first);
        code.push(kernel);
        code.choose(here, i -> {
            if (warm.containsKey(first + i)) {
                callWarm(code, "w" + (first + i), WARM);
            }
            code.op(Opcodes.RETURN);
        });
        if (first + here < end) {
            var next = "warm" + (first + here);
            code.load(ClassFile.self());
            code.load(new Local(1, Type.INT_TYPE));
            code.load(new Local(2, Type.getType("[F")));
            code.load(new Local(3, Type.INT_TYPE));
            code.load(new Local(4, Type.INT_TYPE));
            code.callVirtual(file.name(), next, "(I[FII)V");
        }
    }

    private void callWarm(Code code, String method, String descriptor) {
        code.load(ClassFile.self());
        code.load(new Local(2, Type.getType("[F")));
        code.load(new Local(3, Type.INT_TYPE));
        code.load(new Local(4, Type.INT_TYPE));
        code.callVirtual(file.name(), method, descriptor);
    }

    private void call(Code code, Warm warm, Local scratch, Local depth) {
        code.load(ClassFile.self());
        var types = warm.signature().parameters();
        int shared = types.size() - warm.signature().own();
        int operands = 2 * warm.signature().operands();
        for (int i = 0; i < shared; i++) {
            if (types.get(i).getSort() == Type.ARRAY) {
                code.load(scratch);
            } else if (types.get(i).equals(Type.LONG_TYPE)) {
                code.push(0);
                code.op(Opcodes.I2L);
            } else if (types.get(i).equals(Type.FLOAT_TYPE)) {
                code.push(0.5f);
            } else {
                // Offsets are 0; then come the groups and the examples of a full group, and the step.
                int behind = i - operands - warm.signature().scalars();
                code.push(behind < 0 ? 0 : behind == 1 ? 32 : 1);
            }
        }
        for (int i = 1; i < warm.signature().own(); i++) {
            code.push(warm.isTile() ? 0 : (i + 1) % 2 * warm.units());
        }
        code.load(depth);
        if (!warm.isTile()) {
            code.push(1);
            code.callStatic("java/lang/Math", "min", "(II)I");
        }
        code.callVirtual(file.name(), warm.method(), warm.signature().descriptor());
    }

    // Units

    private void units(String name, Kernel kernel, int line, Consumer<Body> work) {
        var signature = Sharing.unitsSignature(kernel, doubles());
        current.add(new Warm(name + "n", signature, 0, Scratch.units(kernel)));
        method(name + "n", signature, line, code -> work.accept(body(code, signature, width)));
    }

    private static void nest(Body body, Kernel kernel, Kernel.Nest nest) {
        body.prepare(nest.body());
        eachUnit(body, kernel, () -> body.all(nest.body()));
    }

    /// The units from own parameter 0 to 1, of the groups from own parameter 2 to 3; both are bound as variables.
    private static void eachUnit(Body body, Kernel kernel, Runnable work) {
        body.variable(Kernel.GROUP, Whole.ZERO);
        body.variable(Kernel.UNIT, Whole.ZERO);
        Runnable units =
                kernel.perGroup() && kernel.unitsPerGroup() == 1 ? work : () -> each(body, Kernel.UNIT, 0, work);
        if (kernel.perGroup()) {
            each(body, Kernel.GROUP, 2, units);
        } else {
            units.run();
        }
    }

    private static void each(Body body, int variable, int own, Runnable work) {
        var arguments = body.arguments().own();
        body.code().loop(Whole.of(arguments.get(own)), Whole.of(arguments.get(own + 1)), 1, n -> {
            body.variable(variable, n);
            work.run();
        });
    }
}
