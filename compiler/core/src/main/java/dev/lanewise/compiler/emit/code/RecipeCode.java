package dev.lanewise.compiler.emit.code;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.scalar.Basic;
import dev.lanewise.compiler.scalar.Recipe;
import dev.lanewise.compiler.scalar.Recipe.Step;
import dev.lanewise.compiler.scalar.Recipes;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Type;

/// A recipe as straight-line code, a local for each register. Constants stay constants, and the truth behind a number
/// 0 or 1 is taken instead of comparing that number with 0 again.
final class RecipeCode {
    private static final int ZERO = 0;
    private static final int ONE = Float.floatToRawIntBits(1);

    private final Code code;
    private final Steps steps;
    private final Recipe recipe;
    private final Map<Local, Local> truths;
    private final @Nullable Local[] registers;

    private RecipeCode(Code code, Steps steps, Recipe recipe, List<Local> arguments, Map<Local, Local> truths) {
        this.code = code;
        this.steps = steps;
        this.recipe = recipe;
        this.truths = truths;
        this.registers = new Local[recipe.arguments() + recipe.steps().size()];
        for (int i = 0; i < arguments.size(); i++) {
            registers[i] = arguments.get(i);
        }
    }

    /// How a form does the single steps; operands are pushed by running them.
    sealed interface Steps permits SingleNumber, Lanes {
        Type type();

        Type truth();

        Type bits();

        void constantBits(Code code, int bits);

        void step(Code code, Step step, Runnable a, Runnable b, Runnable c);
    }

    static Local apply(Code code, Steps steps, Op op, List<Local> arguments, Map<Local, Local> truths) {
        var recipe = Recipes.of(op);
        return new RecipeCode(code, steps, recipe, arguments, truths).write();
    }

    private Local write() {
        for (int i = 0; i < recipe.steps().size(); i++) {
            var step = recipe.steps().get(i);
            if (step.operation() != Basic.CONSTANT) {
                registers[recipe.arguments() + i] = register(step);
            }
        }
        return register(recipe.result());
    }

    private Local register(int number) {
        var local = registers[number];
        if (local == null) {
            push(number);
            local = code.keep(steps.type());
        }
        return local;
    }

    private Local register(Step step) {
        if (step.operation() == Basic.NOT_EQUAL && isConstant(step.b(), ZERO)) {
            var truth = truths.get(register(step.a()));
            if (truth != null) {
                return truth;
            }
        }
        steps.step(code, step, () -> push(step.a()), () -> push(step.b()), () -> push(step.c()));
        var result = code.keep(
                switch (step.operation().result()) {
                    case NUMBER -> steps.type();
                    case BITS -> steps.bits();
                    case TRUTH -> steps.truth();
                });
        if (step.operation() == Basic.SELECT && isConstant(step.b(), ONE) && isConstant(step.c(), ZERO)) {
            truths.put(result, register(step.a()));
        }
        return result;
    }

    private boolean isConstant(int register, int bits) {
        int step = register - recipe.arguments();
        return step >= 0
                && recipe.steps().get(step).operation() == Basic.CONSTANT
                && recipe.steps().get(step).bits() == bits;
    }

    private void push(int register) {
        var local = registers[register];
        if (local == null) {
            steps.constantBits(
                    code, recipe.steps().get(register - recipe.arguments()).bits());
        } else {
            code.load(local);
        }
    }
}
