package dev.lanewise.compiler.emit.code;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.scalar.Recipe.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// A vector of 512, 256 or 128 bits of single precision numbers. `counting` is the class whose field `LANES` holds 0,
/// 1, ..., 31, `constants` push those that stand in every lane and are not made anew for each use, by their bits.
public record Lanes(int width, String counting, Map<Integer, Consumer<Code>> constants)
        implements Form, RecipeCode.Steps {
    private static final Type NUMBERS = VectorApi.typeOf(VectorApi.FLOATS);
    private static final Type ARRAY = Type.getType("[F");

    private static final int NARROWEST = 128;
    private static final int WIDEST = 512;
    /// So many constants leave room for values, of 32 and of 16 vectors.
    private static final int WIDEST_REGISTERS = 16;

    private static final int REGISTERS = 8;
    /// The bits of 2^23, from which on floats are whole numbers one after the other.
    private static final int MANTISSA = 0x4b000000;
    /// The field beside `LANES` with [#allChoices].
    public static final String CHOICES = "CHOICES";

    /// `bits` of a vector.
    public static Lanes of(int bits, String counting) {
        return new Lanes(bits, counting, new LinkedHashMap<>());
    }

    /// Puts constants into locals, once for the whole method. Where they are more than registers, `operands` that
    /// operations take from memory stay there.
    public void hoist(Code code, Constants from, Collection<Integer> bits, Collection<Integer> operands) {
        boolean many = bits.size() > (width == WIDEST ? WIDEST_REGISTERS : REGISTERS);
        for (int constant : bits) {
            var place = many && operands.contains(constant) ? from.place(constant, lanes()) : Optional.<Integer>empty();
            constants.put(constant, place.isPresent() ? inMemory(from, place.get()) : inLocal(code, from, constant));
        }
    }

    private Consumer<Code> inMemory(Constants from, int place) {
        return code -> {
            species(code);
            from.push(code, place);
            code.call(VectorApi.LOAD);
        };
    }

    private Consumer<Code> inLocal(Code code, Constants from, int constant) {
        from.place(constant, 1)
                .ifPresentOrElse(
                        place -> {
                            species(code);
                            from.push(code, place);
                            code.op(Opcodes.FALOAD);
                            code.call(VectorApi.BROADCAST);
                        },
                        () -> broadcast(code, constant));
        var local = code.keep(type());
        return user -> user.load(local);
    }

    @Override
    public int lanes() {
        return width / 32;
    }

    @Override
    public Optional<Form> atMost(int numbers) {
        int bits = Math.min(width, 32 * Integer.highestOneBit(numbers));
        return bits < NARROWEST ? Optional.empty() : Optional.of(Lanes.of(bits, counting));
    }

    @Override
    public Type type() {
        return NUMBERS;
    }

    @Override
    public Type truth() {
        return VectorApi.typeOf(VectorApi.MASK);
    }

    @Override
    public Type bits() {
        return VectorApi.typeOf(VectorApi.BITS);
    }

    private void species(Code code) {
        code.constant(VectorConstant.species(width));
    }

    @Override
    public void load(Code code, Local array, Whole index) {
        species(code);
        code.load(array);
        code.push(index);
        code.call(VectorApi.LOAD);
    }

    @Override
    public void splat(Code code, Local array, Whole index) {
        species(code);
        code.load(array);
        code.push(index);
        code.op(Opcodes.FALOAD);
        code.call(VectorApi.BROADCAST);
    }

    @Override
    public void store(Code code, Local array, Whole index, Local value) {
        code.load(value);
        code.load(array);
        code.push(index);
        code.call(VectorApi.STORE);
    }

    @Override
    public void constant(Code code, double value) {
        constantBits(code, Float.floatToRawIntBits((float) value));
    }

    @Override
    public void constantBits(Code code, int bits) {
        var known = constants.get(bits);
        if (known != null) {
            known.accept(code);
        } else {
            broadcast(code, bits);
        }
    }

    private void broadcast(Code code, int bits) {
        species(code);
        code.push(Float.intBitsToFloat(bits));
        code.call(VectorApi.BROADCAST);
    }

    @Override
    public void widen(Code code, Local number) {
        species(code);
        code.load(number);
        code.call(VectorApi.BROADCAST);
    }

    @Override
    public void positions(Code code, Whole first, int stride) {
        if (stride != 0) {
            counting(code, Whole.ZERO);
            code.constant(VectorConstant.FMA);
            constant(code, stride);
        }
        species(code);
        code.push(first);
        code.op(Opcodes.I2F);
        code.call(VectorApi.BROADCAST);
        if (stride != 0) {
            code.call(VectorApi.WITH_TWO);
        }
    }

    private void counting(Code code, Whole from) {
        species(code);
        code.field(Opcodes.GETSTATIC, counting, "LANES", ARRAY);
        code.push(from);
        code.call(VectorApi.LOAD);
    }

    /// The choices by which [#turn] exchanges parts of vectors, two for each step.
    public List<Local> choices(Code code) {
        var choices = new ArrayList<Local>();
        int count = 2 * Integer.numberOfTrailingZeros(lanes());
        for (int i = 0; i < count; i++) {
            species(code);
            code.field(Opcodes.GETSTATIC, counting, CHOICES, ARRAY);
            code.push(firstChoice(lanes()) + i * lanes());
            code.call(VectorApi.LOAD);
            choices.add(code.keep(type()));
        }
        return choices;
    }

    /// Where the choices of vectors of so many lanes begin in the field [#CHOICES].
    private static int firstChoice(int lanes) {
        int first = 0;
        for (int fewer = 4; fewer < lanes; fewer *= 2) {
            first += 2 * Integer.numberOfTrailingZeros(fewer) * fewer;
        }
        return first;
    }

    /// What the field [#CHOICES] holds, for vectors of 4, 8 and 16 lanes. Of the pair of vectors a and b that are
    /// `part` apart, a gets its lanes without this bit and in place of the others those of b, b the reverse.
    public static List<Integer> allChoices() {
        var all = new ArrayList<Integer>();
        for (int lanes = 4; lanes <= 16; lanes *= 2) {
            for (int part = 1; part < lanes; part *= 2) {
                for (int lane = 0; lane < lanes; lane++) {
                    all.add((lane & part) == 0 ? lane : lanes + lane - part);
                }
                for (int lane = 0; lane < lanes; lane++) {
                    all.add((lane & part) == 0 ? lane + part : lanes + lane);
                }
            }
        }
        return all;
    }

    /// Turns as many vectors as each has lanes: lane i of vector k and lane k of vector i change places.
    public void turn(Code code, List<Local> vectors, List<Local> choices) {
        int step = 0;
        for (int part = 1; part < lanes(); part *= 2) {
            for (int i = 0; i < lanes(); i++) {
                if ((i & part) == 0) {
                    var a = vectors.get(i);
                    var b = vectors.get(i + part);
                    choose(code, choices.get(step), a, b);
                    choose(code, choices.get(step + 1), a, b);
                    code.store(b);
                    code.store(a);
                }
            }
            step += 2;
        }
    }

    /// What a choice takes of two vectors.
    public void choose(Code code, Local choice, Local a, Local b) {
        code.load(choice);
        code.load(a);
        code.load(b);
        code.call(VectorApi.CHOOSE);
    }

    @Override
    public void below(Code code, Whole lane, Whole count) {
        counting(code, lane);
        code.constant(VectorConstant.LT);
        positions(code, count, 0);
        code.call(VectorApi.COMPARE);
    }

    @Override
    public void select(Code code, Local truth, Local a, Local b) {
        code.load(b);
        code.load(a);
        code.load(truth);
        code.call(VectorApi.BLEND);
    }

    @Override
    public void fma(Code code, Local a, Local b, Local c) {
        code.load(a);
        code.constant(VectorConstant.FMA);
        code.load(b);
        code.load(c);
        code.call(VectorApi.WITH_TWO);
    }

    @Override
    public Local apply(Code code, Op op, List<Local> arguments, Map<Local, Local> truths) {
        return RecipeCode.apply(code, this, op, arguments, truths);
    }

    @Override
    public void step(Code code, Step step, Runnable a, Runnable b, Runnable c) {
        switch (step.operation()) {
            case CONSTANT -> constantBits(code, step.bits());
            case ADD -> withOne(code, VectorConstant.ADD, a, b);
            case SUB -> withOne(code, VectorConstant.SUB, a, b);
            case MUL -> withOne(code, VectorConstant.MUL, a, b);
            case DIV -> withOne(code, VectorConstant.DIV, a, b);
            case MAX -> withOne(code, VectorConstant.MAX, a, b);
            case MIN -> withOne(code, VectorConstant.MIN, a, b);
            case BOTH -> call(code, VectorApi.BOTH, a, b);
            case EITHER -> call(code, VectorApi.EITHER, a, b);
            case FMA -> {
                a.run();
                code.constant(VectorConstant.FMA);
                b.run();
                c.run();
                code.call(VectorApi.WITH_TWO);
            }
            case SELECT -> call(code, VectorApi.BLEND, c, b, a);
            case NEG -> alone(code, VectorConstant.NEG, a);
            case ABS -> alone(code, VectorConstant.ABS, a);
            case SQRT -> alone(code, VectorConstant.SQRT, a);
            case TO_BITS -> call(code, VectorApi.TO_BITS, a);
            case FROM_BITS -> call(code, VectorApi.FROM_BITS, a);
            case LESS -> compare(code, VectorConstant.LT, a, b);
            case LESS_OR_EQUAL -> compare(code, VectorConstant.LE, a, b);
            case EQUAL -> compare(code, VectorConstant.EQ, a, b);
            case NOT_EQUAL -> compare(code, VectorConstant.NE, a, b);
            case ADD_BITS -> withNumber(code, VectorConstant.ADD, step, a);
            case AND_BITS -> withNumber(code, VectorConstant.AND, step, a);
            case OR_BITS -> withNumber(code, VectorConstant.OR, step, a);
            case SHIFT_LEFT -> withNumber(code, VectorConstant.LSHL, step, a);
            case SHIFT_RIGHT -> withNumber(code, VectorConstant.ASHR, step, a);
            case SUB_BITS -> withBits(code, VectorConstant.SUB, a, b);
            case XOR_BITS -> withBits(code, VectorConstant.XOR, a, b);
        }
    }

    /// A number in (0, 1) of each lane: those of [dev.lanewise.runtime.random.CounterRandom], bit by bit. `counter`
    /// is that of the first lane before it is mixed, `step` from one lane to the next.
    public void uniform(Code code, Local counter, Local step) {
        // Whole numbers below 2^23 and floats from 2^23 on have the same last bits.
        counting(code, Whole.ZERO);
        code.constant(VectorConstant.ADD);
        broadcast(code, MANTISSA);
        code.call(VectorApi.WITH_ONE);
        code.call(VectorApi.TO_BITS);
        number(code, VectorConstant.SUB, () -> code.push(MANTISSA));
        number(code, VectorConstant.MUL, () -> code.load(step));
        number(code, VectorConstant.ADD, () -> code.load(counter));
        mixed(code, 16);
        number(code, VectorConstant.MUL, () -> code.push(0x7feb352d));
        mixed(code, 15);
        number(code, VectorConstant.MUL, () -> code.push(0x846ca68b));
        mixed(code, 16);
        number(code, VectorConstant.LSHR, () -> code.push(9));
        number(code, VectorConstant.OR, () -> code.push(MANTISSA));
        code.call(VectorApi.FROM_BITS);
        for (float term : new float[] {-0x1p23f, 0.5f}) {
            code.constant(VectorConstant.ADD);
            broadcast(code, Float.floatToRawIntBits(term));
            code.call(VectorApi.WITH_ONE);
        }
        code.constant(VectorConstant.MUL);
        broadcast(code, Float.floatToRawIntBits(0x1p-23f));
        code.call(VectorApi.WITH_ONE);
    }

    /// `x ^ x >>> by` of the bits on the stack.
    private void mixed(Code code, int by) {
        int mark = code.mark();
        var x = code.keep(bits());
        code.load(x);
        code.constant(VectorConstant.XOR);
        code.load(x);
        number(code, VectorConstant.LSHR, () -> code.push(by));
        code.call(VectorApi.BITS_WITH_BITS);
        code.release(mark);
    }

    private static void number(Code code, VectorConstant operation, Runnable number) {
        code.constant(operation);
        number.run();
        code.call(VectorApi.BITS_WITH_NUMBER);
    }

    private static void call(Code code, VectorApi method, Runnable... operands) {
        for (var operand : operands) {
            operand.run();
        }
        code.call(method);
    }

    private static void alone(Code code, VectorConstant operation, Runnable a) {
        a.run();
        code.constant(operation);
        code.call(VectorApi.WITH_NONE);
    }

    private static void withOne(Code code, VectorConstant operation, Runnable a, Runnable b) {
        a.run();
        code.constant(operation);
        b.run();
        code.call(VectorApi.WITH_ONE);
    }

    private static void compare(Code code, VectorConstant comparison, Runnable a, Runnable b) {
        a.run();
        code.constant(comparison);
        b.run();
        code.call(VectorApi.COMPARE);
    }

    private static void withNumber(Code code, VectorConstant operation, Step step, Runnable a) {
        a.run();
        code.constant(operation);
        code.push(step.bits());
        code.call(VectorApi.BITS_WITH_NUMBER);
    }

    private static void withBits(Code code, VectorConstant operation, Runnable a, Runnable b) {
        a.run();
        code.constant(operation);
        b.run();
        code.call(VectorApi.BITS_WITH_BITS);
    }
}
