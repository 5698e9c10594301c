package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import dev.lanewise.runtime.model.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Writes small loop programs.
final class Programs {
    private final List<Layout.Buffer> buffers = new ArrayList<>();
    private final List<Kernel> kernels = new ArrayList<>();
    private final List<LoopProgram.Call> calls = new ArrayList<>();
    private final List<Uniform> uniforms = new ArrayList<>();

    int perExample(int size) {
        buffers.add(new Layout.Buffer(true, 0, size));
        return buffers.size() - 1;
    }

    int batch(int size) {
        buffers.add(new Layout.Buffer(false, 0, size));
        return buffers.size() - 1;
    }

    int uniform(Uniform uniform) {
        uniforms.add(uniform);
        return uniforms.size() - 1;
    }

    Programs call(Kernel kernel, List<Integer> buffers, Integer... uniforms) {
        int known = kernels.indexOf(kernel);
        if (known < 0) {
            known = kernels.size();
            kernels.add(kernel);
        }
        calls.add(new LoopProgram.Call(known, buffers, List.of(uniforms), true, Origin.UNKNOWN));
        return this;
    }

    LoopProgram build(boolean doubles) {
        var entry = new Layout.Entry("train", 0, buffers, List.of(), List.of());
        var layout = new Layout(doubles, 0, 0, uniforms.size(), List.of(), List.of(entry), List.of());
        return new LoopProgram(layout, kernels, uniforms, List.of(new LoopProgram.Entry(calls)), List.of());
    }

    static List<Integer> operands(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    /// `index(c, v1, s1, v2, s2, ...)`
    static Index index(int constant, int... terms) {
        var list = new ArrayList<Index.Term>();
        for (int i = 0; i < terms.length; i += 2) {
            list.add(new Index.Term(terms[i], terms[i + 1]));
        }
        return new Index(constant, list);
    }

    static Expression apply(Op op, Expression... arguments) {
        return new Expression.Apply(op, Arrays.asList(arguments));
    }

    static Expression number(double value) {
        return new Expression.Constant(value);
    }

    static Expression temporary(int number) {
        return new Expression.Temporary(number);
    }
}
