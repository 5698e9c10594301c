package dev.lanewise.benchmarks;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.compiler.graph.Operations;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.InterpretedTraining;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.train.ModelTrainer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Training steps, each with a batch copied into place, by three ways of computing that give the same bits. The
/// counter `flops` counts the contractions' multiply-adds twice.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 3, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
public class Steps {

    /// How a step is computed.
    public enum Way {
        /// As a jar does it.
        COMPILED,
        /// The same optimised graph, each node a vectorised kernel of its own whose result goes to memory: an
        /// interpreter that is as good as its kernels. What `COMPILED` gains over it is what compiling the
        /// graph gains.
        NODE_BY_NODE,
        /// The plain interpreter, on one thread: the definition of what is right.
        INTERPRETED
    }

    /// A network ready to be trained.
    @State(Scope.Benchmark)
    public static class Training {
        @Param
        public Networks network;

        @Param
        public Way way;

        @Param("1")
        public int threads;

        private AutoCloseable open;
        private Runnable step;
        private long flops;

        @Setup
        public void prepare() {
            var options = CompileOptions.standard();
            var compiled = Lanewise.compile(network.text(), way == Way.NODE_BY_NODE ? options.unfused() : options);
            var info = compiled.info();
            int examples = info.train().batch();
            flops = Operations.ofContractions(compiled.compilation().step(), examples);
            var batch = DataSource.open(
                    "normal:" + examples, Path.of(""), info.inputs(), info.targets(), DataOptions.DEFAULT);
            if (way == Way.INTERPRETED) {
                var training = interpreted(compiled, batch);
                step = () -> training.step(1, 1);
                open = () -> {};
            } else {
                var trainer = (ModelTrainer)
                        compiled.network().trainer().threads(threads).open();
                step = () -> {
                    trainer.feed(batch);
                    trainer.stepFed();
                };
                open = trainer;
            }
        }

        private static InterpretedTraining interpreted(CompiledNetwork compiled, Dataset batch) {
            var inputs = new HashMap<String, double[]>();
            for (int p = 0; p < batch.ports().size(); p++) {
                int size = batch.ports().get(p).size();
                var values = new double[size * batch.size()];
                for (int e = 0; e < batch.size(); e++) {
                    batch.read(p, e, values, e * size);
                }
                inputs.put(batch.ports().get(p).name(), values);
            }
            var store = compiled.network().weights();
            var weights = new HashMap<String, double[]>();
            store.list().forEach(weight -> weights.put(weight.name(), store.get(weight.name())));
            return new InterpretedTraining(
                    compiled.compilation().step(),
                    compiled.network().doublePrecision(),
                    weights,
                    Bindings.of(batch.size(), inputs, weights, 1));
        }

        @TearDown
        public void close() throws Exception {
            open.close();
        }
    }

    @Benchmark
    public void step(Training training, Work work) {
        training.step.run();
        work.flops += training.flops;
    }
}
