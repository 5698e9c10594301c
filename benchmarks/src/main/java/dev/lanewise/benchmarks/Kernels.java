package dev.lanewise.benchmarks;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.compiler.graph.Operations;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.train.ModelTrainer;
import java.nio.file.Path;
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

/// The kernels of one kind of layer: a step of it and nothing else, forward, backward and with its update, on a batch
/// that is in place. The layer's input depends on a weight, so that a gradient for the input is needed too. The
/// counter `flops` counts the contractions' multiply-adds twice.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
public class Kernels {

    /// A layer, on 256 examples.
    public enum Layer {
        /// A product of 512 by 512: three contractions in register tiles.
        DENSE("x: float[512]", "dense(512)"),
        /// Three by three, 32 to 32 channels of 16 by 16: contractions over windows.
        CONVOLUTION("x: float[32, 16, 16]", "conv(32, kernel: 3, pad: same)"),
        MAX_POOL("x: float[32, 16, 16]", "max_pool(2)"),
        SOFTMAX("x: float[512]", "softmax"),
        BATCH_NORM("x: float[512]", "batch_norm"),
        LAYER_NORM("x: float[512]", "layer_norm"),
        TANH("x: float[512]", "tanh"),
        GELU("x: float[512]", "gelu"),
        DROPOUT("x: float[512]", "dropout(0.5)");

        private final String input;
        private final String layer;

        Layer(String input, String layer) {
            this.input = input;
            this.layer = layer;
        }

        String text() {
            var shape = input.substring(input.indexOf('['));
            return """
                network Layer {
                  input %s
                  param w: float%s = constant(0)
                  output y = x + w |> %s
                  loss mean(y ^ 2)
                  train { optimizer: sgd(rate: 1e-6); batch: 256 }
                }
                """.formatted(input, shape, layer);
        }
    }

    /// A layer with its batch.
    @State(Scope.Benchmark)
    public static class Training {
        @Param
        public Layer layer;

        @Param("1")
        public int threads;

        private ModelTrainer trainer;
        private long flops;

        @Setup
        public void open() {
            var compiled = Lanewise.compile(layer.text(), CompileOptions.standard());
            var info = compiled.info();
            int examples = info.train().batch();
            flops = Operations.ofContractions(compiled.compilation().step(), examples);
            trainer =
                    (ModelTrainer) compiled.network().trainer().threads(threads).open();
            trainer.feed(DataSource.open(
                    "normal:" + examples, Path.of(""), info.inputs(), info.targets(), DataOptions.DEFAULT));
        }

        @TearDown
        public void close() {
            trainer.close();
        }
    }

    @Benchmark
    public double step(Training training, Work work) {
        work.flops += training.flops;
        return training.trainer.stepFed();
    }
}
