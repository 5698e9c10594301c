package dev.lanewise.benchmarks;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.train.ModelTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What an application waits for that loads a jar, each in a new JVM: the first answer, the first step and the first
/// thousand. The jar is compiled in the same JVM before the clock starts, so that the JVM and the runtime's own
/// classes are warm, the network's are not; `lanewise bench --starts` counts from the start of the JVM.
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 10, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
public class Starting {

    /// A jar that was never loaded.
    @State(Scope.Benchmark)
    public static class Jar {
        @Param
        public Networks network;

        @Param("1")
        public int threads;

        private Path jar = Path.of("");
        private int batch;

        @Setup
        public void write() throws IOException {
            jar = Files.createTempFile("starting", ".jar");
            Lanewise.compile(network.text(), CompileOptions.standard())
                    .network()
                    .save(jar);
        }

        @TearDown
        public void delete() throws IOException {
            Files.delete(jar);
        }

        private double train(int steps) {
            var loaded = Network.load(jar);
            try (var trainer = (ModelTrainer) loaded.trainer().threads(threads).open()) {
                trainer.feed(DataSource.open(
                        "normal:" + batch, Path.of(""), loaded.inputs(), loaded.targets(), DataOptions.DEFAULT));
                double loss = 0;
                for (int i = 0; i < steps; i++) {
                    loss = trainer.stepFed();
                }
                return loss;
            }
        }
    }

    @Benchmark
    public float[] firstAnswer(Jar jar) {
        var loaded = Network.load(jar.jar);
        try (var predictor = loaded.predictor(jar.threads)) {
            return predictor.predict(new float[loaded.inputs().getFirst().size()]);
        }
    }

    @Benchmark
    public double firstStep(Jar jar) {
        return jar.train(1);
    }

    @Benchmark
    public double thousandSteps(Jar jar) {
        return jar.train(1000);
    }
}
