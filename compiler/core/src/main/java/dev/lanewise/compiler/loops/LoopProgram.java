package dev.lanewise.compiler.loops;

import dev.lanewise.compiler.graph.Metric;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.runtime.model.Layout;
import java.util.List;

/// Everything that is emitted for one network: kernels, the calls of each entry in order, the uniform numbers, and
/// where everything lies.
public record LoopProgram(
        Layout layout, List<Kernel> kernels, List<Uniform> uniforms, List<Entry> entries, List<Metric> metrics) {
    public LoopProgram {
        kernels = List.copyOf(kernels);
        uniforms = List.copyOf(uniforms);
        entries = List.copyOf(entries);
        metrics = List.copyOf(metrics);
    }

    /// This program with more kernels behind its own, which other programs call.
    public LoopProgram sharing(List<Kernel> all) {
        return new LoopProgram(layout, all, uniforms, entries, metrics);
    }

    /// The calls of an entry (in the order of `Layout.entries`), of which some are done in turns.
    public record Entry(List<Call> calls, List<Turns> turns) {
        public Entry {
            calls = List.copyOf(calls);
            turns = List.copyOf(turns);
        }

        public Entry(List<Call> calls) {
            this(calls, List.of());
        }
    }

    /// The calls from number `first` to before `end` are done in turns: all of them on some groups of the batch,
    /// then on the next ones, `groups` at a time for each worker, as if these were the batch. In a turn, a buffer
    /// of the examples begins where these groups lie in it; those that `stay` always begin where they do, since
    /// what they hold is needed within a turn alone, and so is in the cache.
    public record Turns(int first, int end, int groups, List<Integer> stay) {
        public Turns {
            stay = List.copyOf(stay);
        }
    }

    /// One call of a kernel: the buffers of the entry for its operands, and the uniforms for its scalars. Operand
    /// number -1 is the worker's own scratch of `Kernel.SCRATCH` numbers. `barrier`: whether workers must meet
    /// before this call, because it reads or overwrites what another worker may have touched since the last
    /// meeting.
    public record Call(int kernel, List<Integer> buffers, List<Integer> uniforms, boolean barrier, Origin origin) {
        public Call {
            buffers = List.copyOf(buffers);
            uniforms = List.copyOf(uniforms);
        }
    }

    /// A number that depends on the run alone, computed once a run in double precision: a constant, a run scalar,
    /// or an operation on earlier uniforms.
    public sealed interface Uniform {
        record Number(double value) implements Uniform {}

        record Run(RunScalar scalar) implements Uniform {}

        record Apply(Op op, List<Integer> arguments) implements Uniform {
            public Apply {
                arguments = List.copyOf(arguments);
            }
        }
    }
}
