package dev.lanewise.benchmarks;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.runtime.Predictor;
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

/// Answers: to one example at a time, which has kernels of its own, and to many at once, which go through those of
/// training. Each time is that of a call; JMH gives its distribution, from the median to the slowest.
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
public class Predicting {

    /// A predictor, and so many examples to ask about.
    @State(Scope.Benchmark)
    public static class Question {
        @Param
        public Networks network;

        @Param({"1", "32", "1024"})
        public int examples;

        @Param("1")
        public int threads;

        private Predictor predictor;
        private float[] inputs;
        private float[] outputs;

        @Setup
        public void open() {
            var compiled =
                    Lanewise.compile(network.text(), CompileOptions.standard()).network();
            predictor = compiled.predictor(threads);
            inputs = new float[examples * compiled.inputs().getFirst().size()];
            outputs = new float[examples * compiled.outputs().getFirst().size()];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = i % 17 / 17f;
            }
        }

        @TearDown
        public void close() {
            predictor.close();
        }
    }

    @Benchmark
    public float[] answer(Question question) {
        question.predictor.predict(question.inputs, question.examples, question.outputs);
        return question.outputs;
    }
}
