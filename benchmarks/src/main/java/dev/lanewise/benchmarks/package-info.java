/// What is fast, and by how much: benchmarks in JMH.
///
///     mvn -q -DskipTests package
///     java -jar benchmarks/target/benchmarks.jar Steps                       # steps/s and flops, three ways
///     java -jar benchmarks/target/benchmarks.jar Steps -p network=MLP_TANH -p way=COMPILED -p threads=1,2
///     java -jar benchmarks/target/benchmarks.jar Kernels                     # those of one kind of layer, steps/s and
/// flops
///     java -jar benchmarks/target/benchmarks.jar Predicting                  # one example, many at once: us a call
///     java -jar benchmarks/target/benchmarks.jar Starting                    # a jar loaded: first answer, step,
/// thousand steps
///     java -jar benchmarks/target/benchmarks.jar MachinePeak                 # the machine's peak, to compare with
///     java -jar benchmarks/target/benchmarks.jar Compiling                   # from text to a network that runs
///     java --add-modules=jdk.incubator.vector -cp benchmarks/target/benchmarks.jar dev.lanewise.benchmarks.Fused
///                                                                            # formulas beside loops fused by hand
///
/// JMH starts JVMs of its own with the vector module. Figures of one JVM differ by up to a fifth from those of the
/// next: compare several forks, on a machine that does nothing else. For a single file, `lanewise bench MODEL.net`
/// measures the same in half a minute. Start reading at `Steps`.
@NullMarked
package dev.lanewise.benchmarks;

import org.jspecify.annotations.NullMarked;
