package dev.lanewise.compiler.jar;

import static org.objectweb.asm.Opcodes.*;

import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.objectweb.asm.Type;

/// The typed classes of one network, for applications:
///
///     Digits net = Digits.load();
///     float[] probability = net.predict(image);
///     try (Digits.Trainer trainer = Digits.trainer().seed(7).threads(2).open()) {
///         double loss = trainer.step(images, digits);
///     }
///
/// A facade holds a `Network`, its trainer a `Trainer`, its options a `Trainer.Options`, and hands on. Arrays are
/// `int[]` for classes and indices, else `float[]` (`double[]` in double precision); where a network has several
/// inputs or targets, they follow each other in order.
public final class Facade {

    static final String RUNTIME = "dev/lanewise/runtime/";
    private static final String NETWORK = RUNTIME + "Network";
    private static final String PREDICTOR = RUNTIME + "Predictor";
    private static final String TRAINER = RUNTIME + "Trainer";
    private static final String OPTIONS = RUNTIME + "Trainer$Options";
    private static final String DATASET = RUNTIME + "Dataset";
    private static final String LISTENER = RUNTIME + "TrainListener";
    private static final String RESULT = RUNTIME + "TrainResult";
    private static final String METRICS = RUNTIME + "Metrics";
    private static final String WEIGHTS = RUNTIME + "Weights";
    private static final String BATCH = RUNTIME + "ArrayDataset";
    private static final String BUILDER = RUNTIME + "ArrayDataset$Builder";
    private static final String PORT = RUNTIME + "Port";
    private static final String PROGRAM = RUNTIME + "model/Program";
    private static final String MODEL = RUNTIME + "train/ModelNetwork";
    private static final String PATH = "java/nio/file/Path";

    private final FacadeNames names;
    private final String program;
    private final List<Port> inputs;
    private final List<Port> targets;
    private final List<Port> outputs;
    private final String numbers;

    private Facade(
            FacadeNames names,
            String program,
            List<Port> inputs,
            List<Port> targets,
            List<Port> outputs,
            boolean doublePrecision) {
        this.names = names;
        this.program = program;
        this.inputs = inputs;
        this.targets = targets;
        this.outputs = outputs;
        this.numbers = doublePrecision ? "[D" : "[F";
    }

    /// Class files by their paths. `program` is the generated program's class, with slashes; it has a constructor
    /// without parameters.
    public static Map<String, byte[]> write(
            FacadeNames names,
            String program,
            List<Port> inputs,
            List<Port> targets,
            List<Port> outputs,
            boolean doublePrecision) {
        var facade = new Facade(names, program, inputs, targets, outputs, doublePrecision);
        var classes = new LinkedHashMap<String, byte[]>();
        classes.put(facade.own() + ".class", facade.network());
        if (!targets.isEmpty()) {
            classes.put(facade.options() + ".class", facade.trainerOptions());
            classes.put(facade.trainer() + ".class", facade.trainer(facade.trainer()));
        }
        return classes;
    }

    private String own() {
        return names.facadeClass();
    }

    private String trainer() {
        return own() + "$Trainer";
    }

    private String options() {
        return own() + "$Options";
    }

    private FacadeClass open(String name, String held, String... interfaces) {
        var open = new FacadeClass(name, held, interfaces);
        if (!targets.isEmpty()) {
            open.nested(own(), "Trainer");
            open.nested(own(), "Options");
        }
        return open;
    }

    private byte[] network() {
        var out = open(own(), NETWORK);
        out.field("predictor", PREDICTOR);
        out.constructor(m -> {
            m.visitVarInsn(ALOAD, 0);
            m.visitVarInsn(ALOAD, 1);
            out.hand(m, NETWORK, "predictor", "()L" + PREDICTOR + ";");
            m.visitFieldInsn(PUTFIELD, own(), "predictor", "L" + PREDICTOR + ";");
        });
        // static Facade load() and load(Path)
        out.method(ACC_PUBLIC | ACC_STATIC, "load", "()L" + own() + ";", List.of(), m -> {
            m.visitTypeInsn(NEW, own());
            m.visitInsn(DUP);
            m.visitLdcInsn(Type.getObjectType(own()));
            newProgram(m);
            m.visitMethodInsn(INVOKESTATIC, MODEL, "of", "(Ljava/lang/Class;L" + PROGRAM + ";)L" + MODEL + ";", false);
            construct(m, own(), NETWORK);
            m.visitInsn(ARETURN);
        });
        out.method(ACC_PUBLIC | ACC_STATIC, "load", "(L" + PATH + ";)L" + own() + ";", List.of("jar"), m -> {
            m.visitTypeInsn(NEW, own());
            m.visitInsn(DUP);
            m.visitVarInsn(ALOAD, 0);
            newProgram(m);
            m.visitMethodInsn(INVOKESTATIC, MODEL, "of", "(L" + PATH + ";L" + PROGRAM + ";)L" + MODEL + ";", false);
            construct(m, own(), NETWORK);
            m.visitInsn(ARETURN);
        });
        // Network network()
        out.method(ACC_PUBLIC, "network", "()L" + NETWORK + ";", List.of(), m -> {
            out.held(m);
            m.visitInsn(ARETURN);
        });
        predict(out);
        out.forward("evaluate", "(L" + DATASET + ";)L" + METRICS + ";", "data");
        out.forward("weights", "()L" + WEIGHTS + ";");
        out.forward("loadWeights", "(L" + PATH + ";)V", "safetensors");
        out.forward("save", "(L" + PATH + ";)V", "jar");
        if (!targets.isEmpty()) {
            // static Options trainer(): options of a trainer that begins with the weights of the own jar
            out.method(ACC_PUBLIC | ACC_STATIC, "trainer", "()L" + options() + ";", List.of(), m -> {
                m.visitMethodInsn(INVOKESTATIC, own(), "load", "()L" + own() + ";", false);
                m.visitMethodInsn(INVOKEVIRTUAL, own(), "training", "()L" + options() + ";", false);
                m.visitInsn(ARETURN);
            });
            // Options training(): options of a trainer that begins with these weights
            wrapping(out, "training", options(), NETWORK, "trainer", OPTIONS);
        }
        return out.toBytes();
    }

    private void predict(FacadeClass out) {
        if (inputs.size() == 1 && outputs.size() == 1) {
            var name = inputs.getFirst().name();
            out.method(ACC_PUBLIC, "predict", "(" + numbers + ")" + numbers, List.of(name), m -> {
                predictor(m);
                m.visitVarInsn(ALOAD, 1);
                out.hand(m, PREDICTOR, "predict", "(" + numbers + ")" + numbers);
                m.visitInsn(ARETURN);
            });
            var many = "(" + numbers + "I" + numbers + ")V";
            var output = outputs.getFirst().name();
            out.method(ACC_PUBLIC, "predict", many, List.of(name, "count", output), m -> {
                predictor(m);
                m.visitVarInsn(ALOAD, 1);
                m.visitVarInsn(ILOAD, 2);
                m.visitVarInsn(ALOAD, 3);
                out.hand(m, PREDICTOR, "predict", many);
                m.visitInsn(RETURN);
            });
            return;
        }
        // List<float[]> predict(float[]...): one example, the inputs and the outputs in their order
        var list = "Ljava/util/List;";
        out.method(
                ACC_PUBLIC,
                "predict",
                "(" + "[F".repeat(inputs.size()) + ")" + list,
                "(" + "[F".repeat(inputs.size()) + ")Ljava/util/List<[F>;",
                inputs.stream().map(Port::name).toList(),
                m -> {
                    predictor(m);
                    m.visitIntInsn(SIPUSH, inputs.size());
                    m.visitTypeInsn(ANEWARRAY, "[F");
                    for (int i = 0; i < inputs.size(); i++) {
                        m.visitInsn(DUP);
                        m.visitIntInsn(SIPUSH, i);
                        m.visitVarInsn(ALOAD, i + 1);
                        m.visitInsn(AASTORE);
                    }
                    m.visitMethodInsn(INVOKESTATIC, "java/util/List", "of", "([Ljava/lang/Object;)" + list, true);
                    out.hand(m, PREDICTOR, "predict", "(" + list + ")" + list);
                    m.visitInsn(ARETURN);
                });
    }

    /// `Wrapper name()`: what `call` of the held object gives, in a wrapper of its own.
    private static void wrapping(FacadeClass out, String name, String wrapper, String held, String call, String given) {
        out.method(ACC_PUBLIC, name, "()L" + wrapper + ";", List.of(), m -> {
            m.visitTypeInsn(NEW, wrapper);
            m.visitInsn(DUP);
            out.held(m);
            out.hand(m, held, call, "()L" + given + ";");
            construct(m, wrapper, given);
            m.visitInsn(ARETURN);
        });
    }

    private byte[] trainerOptions() {
        var out = open(options(), OPTIONS);
        out.constructor(_ -> {});
        for (var option : List.of(
                "seed J", "threads I", "batch I", "epochs I", "validate D", "patience I", "shuffle Z", "steps J")) {
            int space = option.indexOf(' ');
            var type = option.substring(space + 1);
            var name = option.substring(0, space);
            out.method(ACC_PUBLIC, name, "(" + type + ")L" + options() + ";", List.of(name), m -> {
                out.held(m);
                m.visitVarInsn(Type.getType(type).getOpcode(ILOAD), 1);
                out.hand(m, OPTIONS, name, "(" + type + ")L" + OPTIONS + ";");
                m.visitInsn(POP);
                m.visitVarInsn(ALOAD, 0);
                m.visitInsn(ARETURN);
            });
        }
        wrapping(out, "open", trainer(), OPTIONS, "open", TRAINER);
        return out.toBytes();
    }

    private byte[] trainer(String name) {
        var out = open(name, TRAINER, "java/lang/AutoCloseable");
        out.field("network", NETWORK);
        out.constructor(m -> {
            m.visitVarInsn(ALOAD, 0);
            m.visitVarInsn(ALOAD, 1);
            out.hand(m, TRAINER, "network", "()L" + NETWORK + ";");
            m.visitFieldInsn(PUTFIELD, name, "network", "L" + NETWORK + ";");
        });
        step(out, name);
        out.forward("prepare", "(L" + DATASET + ";)V", "training");
        out.forward("fit", "(L" + DATASET + ";L" + LISTENER + ";)L" + RESULT + ";", "training", "listener");
        out.forward(
                "fit",
                "(L" + DATASET + ";L" + DATASET + ";L" + LISTENER + ";)L" + RESULT + ";",
                "training",
                "validation",
                "listener");
        out.forward("evaluate", "(L" + DATASET + ";)L" + METRICS + ";", "data");
        out.forward("weights", "()L" + WEIGHTS + ";");
        out.forward("steps", "()J");
        out.forward("save", "(L" + PATH + ";)V", "jar");
        out.forward("close", "()V");
        // Facade network(): a copy of the present weights
        wrapping(out, "network", own(), TRAINER, "network", NETWORK);
        return out.toBytes();
    }

    /// `double step(float[] images, int[] digits)`: the examples of one batch.
    private void step(FacadeClass out, String name) {
        var ports = new ArrayList<String>();
        var types = new StringBuilder("(");
        Stream.concat(inputs.stream(), targets.stream()).forEach(port -> {
            types.append(array(port));
            ports.add(port.name());
        });
        out.method(ACC_PUBLIC, "step", types.append(")D").toString(), distinct(ports), m -> {
            out.held(m);
            m.visitMethodInsn(INVOKESTATIC, BATCH, "builder", "()L" + BUILDER + ";", false);
            int parameter = 1;
            for (var kind : List.of("inputs", "targets")) {
                var list = kind.equals("inputs") ? inputs : targets;
                for (int i = 0; i < list.size(); i++) {
                    m.visitVarInsn(ALOAD, 0);
                    m.visitFieldInsn(GETFIELD, name, "network", "L" + NETWORK + ";");
                    out.hand(m, NETWORK, kind, "()Ljava/util/List;");
                    m.visitIntInsn(SIPUSH, i);
                    m.visitMethodInsn(INVOKEINTERFACE, "java/util/List", "get", "(I)Ljava/lang/Object;", true);
                    m.visitTypeInsn(CHECKCAST, PORT);
                    m.visitVarInsn(ALOAD, parameter++);
                    m.visitMethodInsn(
                            INVOKEVIRTUAL,
                            BUILDER,
                            "add",
                            "(L" + PORT + ";" + array(list.get(i)) + ")L" + BUILDER + ";",
                            false);
                }
            }
            m.visitMethodInsn(INVOKEVIRTUAL, BUILDER, "build", "()L" + DATASET + ";", false);
            out.hand(m, TRAINER, "step", "(L" + DATASET + ";)D");
            m.visitInsn(DRETURN);
        });
    }

    private static List<String> distinct(List<String> names) {
        return names.stream().distinct().count() == names.size() ? names : List.of();
    }

    private String array(Port port) {
        return port.kind() == Port.Kind.FLOAT ? numbers : "[I";
    }

    private void newProgram(org.objectweb.asm.MethodVisitor m) {
        m.visitTypeInsn(NEW, program);
        m.visitInsn(DUP);
        m.visitMethodInsn(INVOKESPECIAL, program, "<init>", "()V", false);
    }

    private void predictor(org.objectweb.asm.MethodVisitor m) {
        m.visitVarInsn(ALOAD, 0);
        m.visitFieldInsn(GETFIELD, own(), "predictor", "L" + PREDICTOR + ";");
    }

    private static void construct(org.objectweb.asm.MethodVisitor m, String type, String argument) {
        m.visitMethodInsn(INVOKESPECIAL, type, "<init>", "(L" + argument + ";)V", false);
    }
}
