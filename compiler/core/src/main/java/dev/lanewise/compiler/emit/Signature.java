package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.loops.Kernel;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Type;

/// The parameters of a kernel's methods: for each operand its array and first element, the uniform numbers, the
/// groups and examples of the batch, seed and step where it draws, and whole numbers of its own (the worker's number
/// and how many there are, in the method that a program calls).
record Signature(boolean doubles, int operands, int scalars, boolean draws, int own) {

    static Signature of(Kernel kernel, boolean doubles, int own) {
        return new Signature(
                doubles,
                kernel.operands(),
                kernel.scalars(),
                !Uses.draws(Uses.statements(kernel)).isEmpty(),
                own);
    }

    Type number() {
        return doubles ? Type.DOUBLE_TYPE : Type.FLOAT_TYPE;
    }

    Type array() {
        return Type.getType("[" + number().getDescriptor());
    }

    List<Type> parameters() {
        var types = new ArrayList<Type>();
        for (int i = 0; i < operands; i++) {
            types.add(array());
            types.add(Type.INT_TYPE);
        }
        for (int i = 0; i < scalars; i++) {
            types.add(number());
        }
        types.add(Type.INT_TYPE);
        types.add(Type.INT_TYPE);
        if (draws) {
            types.add(Type.LONG_TYPE);
            types.add(Type.INT_TYPE);
        }
        for (int i = 0; i < own; i++) {
            types.add(Type.INT_TYPE);
        }
        return types;
    }

    String descriptor() {
        return Type.getMethodDescriptor(Type.VOID_TYPE, parameters().toArray(Type[]::new));
    }
}
