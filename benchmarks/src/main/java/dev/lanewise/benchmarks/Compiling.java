package dev.lanewise.benchmarks;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.Lanewise;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// From the text to a network that is ready to run: elaborated, differentiated, optimised, scheduled, emitted for all
/// widths, loaded, its weights drawn. `first` is the very first in a JVM, as the command line sees it.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
public class Compiling {

    @State(Scope.Benchmark)
    public static class Text {
        @Param
        public Networks network;
    }

    @Benchmark
    @Warmup(iterations = 3, time = 2)
    @Measurement(iterations = 5, time = 2)
    public CompiledNetwork warm(Text text) {
        return Lanewise.compile(text.network.text(), CompileOptions.standard());
    }

    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @Fork(value = 10, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
    public CompiledNetwork first(Text text) {
        return Lanewise.compile(text.network.text(), CompileOptions.standard());
    }
}
