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

    /// The calls of an entry (in the order of `Layout.entries`), of which some are done in turns, others in strips.
    public record Entry(List<Call> calls, List<Turns> turns, List<Strips> strips) {
        public Entry {
            calls = List.copyOf(calls);
            turns = List.copyOf(turns);
            strips = List.copyOf(strips);
        }

        public Entry(List<Call> calls) {
            this(calls, List.of(), List.of());
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

    /// The calls from number `first` to before `end` are done strip by strip, each worker doing all of them alone
    /// on a strip of a group before it takes its next one; there are `count` strips in a group. For each call and
    /// buffer `distances` tells how far it is to the next strip. The buffers that `stay` hold a strip for each
    /// worker, that of worker w being strip w, with room for `room` workers in each group; there are no more at
    /// work.
    public record Strips(int first, int end, int count, List<List<Integer>> distances, List<Integer> stay, int room) {
        public Strips {
            distances = List.copyOf(distances);
            stay = List.copyOf(stay);
        }
    }

    /// One call of a kernel: the buffers of the entry for its operands, and the uniforms for its scalars. Operand
    /// number -1 is the worker's own scratch of `Kernel.SCRATCH` numbers. `barrier`: whether workers must meet
    /// before this call, because it reads or overwrites what another worker may have touched since the last
    /// meeting. It is made so many `times` for each group, 1 if not in strips.
    public record Call(
            int kernel, List<Integer> buffers, List<Integer> uniforms, boolean barrier, Origin origin, int times) {
        public Call(int kernel, List<Integer> buffers, List<Integer> uniforms, boolean barrier, Origin origin) {
            this(kernel, buffers, uniforms, barrier, origin, 1);
        }

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
