package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Lanes;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// A loop program as class files: `Program`, and its `Kernels` in a class for each vector width and one without
/// vectors, which alone is loaded where the vector module is missing. Programs in double precision have the one
/// without alone. What has no vectors at any width stands in `Kernels`, which the others extend.
public final class Emitter {
    static final String WARM_KERNELS = "dev/lanewise/runtime/simd/Warmup$Kernels";
    /// The class of a program that is alone in its package.
    public static final String PROGRAM = "Program";
    /// How the classes of kernels are called.
    public static final String KERNELS = "Kernels";

    private static final String OBJECT = "java/lang/Object";

    /// A program and how its class is called; `sourceFile` is the network file's name, for stack traces.
    public record Named(String className, LoopProgram program, String sourceFile, Fits fits) {
        public Named(String className, LoopProgram program, String sourceFile) {
            this(className, program, sourceFile, Fits.NONE);
        }
    }

    /// What computes weights from the training data: the class of its program, with slashes, and its plan.
    public record Fits(String program, String plan) {
        public static final Fits NONE = new Fits("", "");
    }

    private final List<Named> programs;
    /// The first one, whose kernels are everybody's.
    private final LoopProgram program;
    private final String sourceFile;
    private final String prefix;
    private final String base;
    private final Map<String, byte[]> classes = new LinkedHashMap<>();

    private final boolean timed;
    private final Tiling tiling;
    private final int[] lines;

    private Emitter(List<Named> programs, String packageName, String kernels, boolean timed, Tiling tiling) {
        this.timed = timed;
        this.tiling = tiling;
        this.programs = programs;
        this.program = programs.getFirst().program();
        this.sourceFile = programs.getFirst().sourceFile();
        this.prefix = packageName.isEmpty() ? "" : packageName.replace('.', '/') + "/";
        this.base = prefix + kernels;
        this.lines = lines();
    }

    /// The classes by internal name, `Program` first. `sourceFile` is the network file's name, for stack traces.
    public static Map<String, byte[]> emit(LoopProgram program, String packageName, String sourceFile) {
        return emit(List.of(new Named(PROGRAM, program, sourceFile)), packageName, KERNELS);
    }

    /// The classes of programs that share their kernels (and their precision), in the order given, and of these.
    /// `kernels` is how the names of the classes begin that hold them.
    public static Map<String, byte[]> emit(List<Named> programs, String packageName, String kernels) {
        return new Emitter(programs, packageName, kernels, false, Tiling.RULE).write();
    }

    /// As `emit`, but the program is [Timed]: for whoever asks where the time goes, and with which tiles.
    public static Map<String, byte[]> timed(LoopProgram program, String packageName, String sourceFile, Tiling tiling) {
        return new Emitter(List.of(new Named(PROGRAM, program, sourceFile)), packageName, KERNELS, true, tiling)
                .write();
    }

    static String kernels(String base, int width) {
        return base + (width == 0 ? "Scalar" : width);
    }

    private Map<String, byte[]> write() {
        var widths = program.layout().doublePrecision() ? List.of(0) : List.of(512, 256, 128, 0);
        int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL;
        for (var named : programs) {
            var name = prefix + named.className();
            var types = new ArrayList<>(List.of("dev/lanewise/runtime/model/Program"));
            if (timed) {
                types.add("dev/lanewise/compiler/emit/Timed");
            }
            var file = new ClassFile(name, OBJECT, access, named.sourceFile(), types.toArray(String[]::new));
            new ProgramClass(named, file, base, timed).write(widths, KernelClass.scratch(program.kernels()));
            classes.put(name, file.bytes());
        }
        classes.put(base, shared());
        for (int width : widths) {
            var name = kernels(base, width);
            classes.put(name, kernelsOf(name, width));
        }
        return classes;
    }

    /// What the kernels of all widths have in common: their methods' names, how work is shared that has no tiles,
    /// kernels without vectors, and fields of numbers that vectors are made of.
    private byte[] shared() {
        var file = new ClassFile(base, OBJECT, Opcodes.ACC_ABSTRACT, sourceFile, WARM_KERNELS);
        file.constructor(OBJECT, code -> {});
        var all = new KernelClass(file, base, 0, program.layout().doublePrecision(), tiling);
        for (int i = 0; i < program.kernels().size(); i++) {
            var kernel = program.kernels().get(i);
            shared(file, "k" + i, kernel);
            if (!Uses.vectors(kernel)) {
                all.write(i, kernel, lines[i]);
            }
        }
        if (!program.layout().doublePrecision()) {
            var floats = Type.getType("[F");
            var counting = IntStream.range(0, 32).boxed().toList();
            file.field(Opcodes.ACC_STATIC | Opcodes.ACC_FINAL, "LANES", floats);
            file.field(Opcodes.ACC_STATIC | Opcodes.ACC_FINAL, Lanes.CHOICES, floats);
            file.method(Opcodes.ACC_STATIC, "<clinit>", "()V", code -> {
                numbers(code, "LANES", counting);
                numbers(code, Lanes.CHOICES, Lanes.allChoices());
            });
        }
        return file.bytes();
    }

    /// Sets a field to small numbers, which stand in the characters of a text.
    private void numbers(Code code, String field, List<Integer> numbers) {
        var text = new StringBuilder();
        numbers.forEach(number -> text.append((char) number.intValue()));
        code.push(numbers.size());
        code.newArray(Type.FLOAT_TYPE);
        var array = code.keep(Type.getType("[F"));
        code.loop(Whole.of(numbers.size()), i -> {
            code.load(array);
            code.push(i);
            code.push(text.toString());
            code.push(i);
            code.callVirtual("java/lang/String", "charAt", "(I)C");
            code.op(Opcodes.I2F);
            code.op(Opcodes.FASTORE);
        });
        code.load(array);
        code.field(Opcodes.PUTSTATIC, base, field, Type.getType("[F"));
    }

    /// The method that is called, or, where that finds its share alike at every width, the one that it calls.
    private void shared(ClassFile file, String name, Kernel kernel) {
        boolean doubles = program.layout().doublePrecision();
        var descriptor = Signature.of(kernel, doubles, 2).descriptor();
        if (kernel.isByUnits()) {
            if (Uses.vectors(kernel)) {
                file.abstractMethod(
                        name + "n", Sharing.unitsSignature(kernel, doubles).descriptor());
            }
            file.method(Opcodes.ACC_FINAL, name, descriptor, code -> Sharing.units(code, base, name, kernel, doubles));
        } else {
            file.abstractMethod(name, descriptor);
        }
    }

    private byte[] kernelsOf(String name, int width) {
        var file = new ClassFile(name, base, Opcodes.ACC_FINAL, sourceFile);
        file.constructor(base, code -> {});
        var kernels = new KernelClass(file, base, width, program.layout().doublePrecision(), tiling);
        for (int i = 0; i < program.kernels().size(); i++) {
            var kernel = program.kernels().get(i);
            if (Uses.vectors(kernel)) {
                kernels.write(i, kernel, lines[i]);
            }
        }
        kernels.writeShared();
        kernels.writeFields();
        kernels.writeWarming(program.kernels());
        return file.bytes();
    }

    /// The line that each kernel serves first.
    private int[] lines() {
        int[] lines = new int[program.kernels().size()];
        for (var named : programs) {
            for (var entry : named.program().entries()) {
                for (var call : entry.calls()) {
                    if (lines[call.kernel()] == 0) {
                        lines[call.kernel()] = call.origin().span().line();
                    }
                }
            }
        }
        return lines;
    }
}
