package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Type;

/// The parameters of a kernel's method as locals.
record Arguments(
        List<Local> all,
        List<Local> arrays,
        List<Local> offsets,
        List<Local> scalars,
        Local groups,
        Local examples,
        List<Local> draws,
        List<Local> own) {

    static Arguments of(Signature signature) {
        var all = new ArrayList<Local>();
        int number = 1;
        for (var type : signature.parameters()) {
            all.add(new Local(number, type));
            number += type.getSize();
        }
        var arrays = new ArrayList<Local>();
        var offsets = new ArrayList<Local>();
        for (int i = 0; i < signature.operands(); i++) {
            arrays.add(all.get(2 * i));
            offsets.add(all.get(2 * i + 1));
        }
        int next = 2 * signature.operands();
        var scalars = all.subList(next, next + signature.scalars());
        next += signature.scalars();
        int draws = signature.draws() ? 2 : 0;
        return new Arguments(
                all,
                arrays,
                offsets,
                scalars,
                all.get(next),
                all.get(next + 1),
                all.subList(next + 2, next + 2 + draws),
                all.subList(next + 2 + draws, all.size()));
    }

    /// The number of the first local behind the parameters.
    int end() {
        var last = all.getLast();
        return last.number() + last.type().getSize();
    }

    /// Pushes what methods of the same kernel share, then numbers of their own.
    void push(Code code, Whole... own) {
        code.load(new Local(0, Type.getObjectType("java/lang/Object")));
        all.subList(0, all.size() - this.own.size()).forEach(code::load);
        for (var number : own) {
            code.push(number);
        }
    }
}
