package dev.lanewise.compiler.scalar;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A function of one to three numbers as straight-line code over registers: the first hold the arguments, each step
/// adds one.
public record Recipe(int arguments, List<Step> steps, int result) {

    public Recipe {
        steps = List.copyOf(steps);
    }

    /// One operation on earlier registers; `bits` is the constant (for a number its bits) of the operations that
    /// have one.
    public record Step(Basic operation, int a, int b, int c, int bits) {}

    /// The bits of the constant in a register; empty where there is none.
    public Optional<Integer> constant(int register) {
        if (register < arguments || steps.get(register - arguments).operation() != Basic.CONSTANT) {
            return Optional.empty();
        }
        return Optional.of(steps.get(register - arguments).bits());
    }

    /// The bits of the constants that a step reads.
    public List<Integer> constants(Step step) {
        return IntStream.of(step.a(), step.b(), step.c())
                .limit(step.operation().arity())
                .boxed()
                .flatMap(register -> constant(register).stream())
                .toList();
    }

    /// The value for these arguments, in single precision.
    public float apply(float x, float y, float z) {
        int[] registers = new int[arguments + steps.size()];
        registers[0] = Float.floatToRawIntBits(x);
        if (arguments > 1) {
            registers[1] = Float.floatToRawIntBits(y);
        }
        if (arguments > 2) {
            registers[2] = Float.floatToRawIntBits(z);
        }
        for (int i = 0; i < steps.size(); i++) {
            registers[arguments + i] = value(steps.get(i), registers);
        }
        return Float.intBitsToFloat(registers[result]);
    }

    private static int value(Step step, int[] registers) {
        int a = registers[step.a()];
        int b = registers[step.b()];
        int c = registers[step.c()];
        return switch (step.operation()) {
            case CONSTANT -> step.bits();
            case ADD -> Float.floatToRawIntBits(number(a) + number(b));
            case SUB -> Float.floatToRawIntBits(number(a) - number(b));
            case MUL -> Float.floatToRawIntBits(number(a) * number(b));
            case DIV -> Float.floatToRawIntBits(number(a) / number(b));
            case FMA -> Float.floatToRawIntBits(Math.fma(number(a), number(b), number(c)));
            case MAX -> Float.floatToRawIntBits(Math.max(number(a), number(b)));
            case MIN -> Float.floatToRawIntBits(Math.min(number(a), number(b)));
            case NEG -> Float.floatToRawIntBits(-number(a));
            case ABS -> Float.floatToRawIntBits(Math.abs(number(a)));
            case SQRT -> Float.floatToRawIntBits((float) Math.sqrt(number(a)));
            case LESS -> number(a) < number(b) ? 1 : 0;
            case LESS_OR_EQUAL -> number(a) <= number(b) ? 1 : 0;
            case EQUAL -> number(a) == number(b) ? 1 : 0;
            case NOT_EQUAL -> number(a) != number(b) ? 1 : 0;
            case BOTH -> a & b;
            case EITHER -> a | b;
            case SELECT -> a != 0 ? b : c;
            case TO_BITS, FROM_BITS -> a;
            case ADD_BITS -> a + step.bits();
            case AND_BITS -> a & step.bits();
            case OR_BITS -> a | step.bits();
            case SHIFT_LEFT -> a << step.bits();
            case SHIFT_RIGHT -> a >> step.bits();
            case SUB_BITS -> a - b;
            case XOR_BITS -> a ^ b;
        };
    }

    private static float number(int bits) {
        return Float.intBitsToFloat(bits);
    }

    /// Writes a recipe step by step; every method gives the number of the new register.
    static final class Builder {
        private final int arguments;
        private final List<Step> steps = new ArrayList<>();

        Builder(int arguments) {
            this.arguments = arguments;
        }

        Recipe build(int result) {
            return new Recipe(arguments, steps, result);
        }

        private int add(Basic operation, int a, int b, int c, int bits) {
            var step = new Step(operation, a, b, c, bits);
            int known = steps.indexOf(step);
            if (known >= 0) {
                return arguments + known;
            }
            steps.add(step);
            return arguments + steps.size() - 1;
        }

        int constant(float value) {
            return add(Basic.CONSTANT, 0, 0, 0, Float.floatToRawIntBits(value));
        }

        int add(int a, int b) {
            return add(Basic.ADD, a, b, 0, 0);
        }

        int sub(int a, int b) {
            return add(Basic.SUB, a, b, 0, 0);
        }

        int mul(int a, int b) {
            return add(Basic.MUL, a, b, 0, 0);
        }

        int div(int a, int b) {
            return add(Basic.DIV, a, b, 0, 0);
        }

        int fma(int a, int b, int c) {
            return add(Basic.FMA, a, b, c, 0);
        }

        int unary(Basic operation, int a) {
            return add(operation, a, 0, 0, 0);
        }

        int binary(Basic operation, int a, int b) {
            return add(operation, a, b, 0, 0);
        }

        int neg(int a) {
            return unary(Basic.NEG, a);
        }

        int abs(int a) {
            return unary(Basic.ABS, a);
        }

        int less(int a, int b) {
            return binary(Basic.LESS, a, b);
        }

        int equal(int a, int b) {
            return binary(Basic.EQUAL, a, b);
        }

        int select(int truth, int a, int b) {
            return add(Basic.SELECT, truth, a, b, 0);
        }

        int toBits(int a) {
            return unary(Basic.TO_BITS, a);
        }

        int fromBits(int a) {
            return unary(Basic.FROM_BITS, a);
        }

        int bits(Basic operation, int a, int constant) {
            return add(operation, a, 0, 0, constant);
        }

        /// `c[0] + c[1] x + c[2] x^2 ...` by Horner's rule.
        int polynomial(int x, float... coefficients) {
            int sum = constant(coefficients[coefficients.length - 1]);
            for (int i = coefficients.length - 2; i >= 0; i--) {
                sum = fma(x, sum, constant(coefficients[i]));
            }
            return sum;
        }

        /// The smaller of `a` and a constant; NaN stays NaN.
        int atMost(int a, float limit) {
            int bound = constant(limit);
            return select(less(bound, a), bound, a);
        }

        int atLeast(int a, float limit) {
            int bound = constant(limit);
            return select(less(a, bound), bound, a);
        }

        /// Adds a result in {false, true} as 0 or 1.
        int number(int truth) {
            return select(truth, constant(1), constant(0));
        }
    }
}
