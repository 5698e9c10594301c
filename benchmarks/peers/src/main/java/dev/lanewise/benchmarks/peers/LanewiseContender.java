package dev.lanewise.benchmarks.peers;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.Weights;
import java.nio.file.Path;

/// Loads the jar that [#compile] made beforehand, as an application does.
final class LanewiseContender {

    private static final String JAR = "lanewise.jar";

    private LanewiseContender() {}

    /// Writes the workload's jar, to be loaded from where the system property `lanewise.jar` says.
    static void compile(Workload workload, Path jar) {
        var network =
                Lanewise.compile(workload.source(), CompileOptions.standard()).network();
        var weights = network.weights();
        var values = workload.weights().iterator();
        float[][] pair = {};
        for (var weight : weights.list()) {
            if (weight.kind() == Weights.Kind.PARAMETER) {
                boolean first = weight.name().endsWith(".weight");
                pair = first ? values.next() : pair;
                weights.set(weight.name(), doubles(pair[first ? 0 : 1]));
            }
        }
        network.save(jar);
    }

    static String property(Path jar) {
        return "-D" + JAR + "=" + jar;
    }

    private static double[] doubles(float[] values) {
        var result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    static Contender open(Workload workload, int threads) {
        var network = Network.load(Path.of(System.getProperty(JAR)));
        var inputs = workload.inputs();
        if (!workload.trains()) {
            return answering(network, workload, inputs, threads);
        }
        var targets = workload.targets(inputs);
        var batches = new Dataset[inputs.length];
        for (int b = 0; b < batches.length; b++) {
            batches[b] = ArrayDataset.builder()
                    .add(network.inputs().getFirst(), inputs[b])
                    .add(network.targets().getFirst(), targets[b])
                    .build();
        }
        var trainer = network.trainer().threads(threads).open();
        return new Contender() {
            private double loss;

            @Override
            public void step(int batch) {
                loss = trainer.step(batches[batch % batches.length]);
            }

            @Override
            public double loss() {
                return loss;
            }
        };
    }

    private static Contender answering(Network network, Workload workload, float[][] inputs, int threads) {
        var predictor = network.predictor(threads);
        var answer = new float[workload.outputs()];
        return new Contender() {
            @Override
            public void step(int batch) {
                predictor.predict(inputs[batch % inputs.length], 1, answer);
            }

            @Override
            public double loss() {
                return Contender.check(answer);
            }
        };
    }
}
