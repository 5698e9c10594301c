package dev.lanewise.cli;

import dev.lanewise.cli.network.Stepping;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.runtime.Weights;
import dev.lanewise.runtime.model.ModelFile;
import dev.lanewise.runtime.model.SafetensorsWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// Collects what a trace records, in the run's precision: `0.loss`, `0.output.NAME`, `0.gradient.PARAMETER`,
/// `0.weights.PARAMETER`, `0.value.NAME`.
final class TraceFile {

    /// What can be recorded.
    enum Kind {
        LOSS(Role.LOSS, "loss"),
        OUTPUTS(Role.OUTPUT, "output"),
        GRADIENTS(Role.GRADIENT, "gradient"),
        /// After the step.
        WEIGHTS(Role.UPDATE, "weights"),
        VALUES(Role.VALUE, "value");

        private final Role role;
        private final String word;

        Kind(Role role, String word) {
            this.role = role;
            this.word = word;
        }

        Role role() {
            return role;
        }
    }

    private final Set<Kind> kinds;
    private final boolean doublePrecision;
    private final SafetensorsWriter writer = new SafetensorsWriter();
    private int tensors;

    TraceFile(Set<Kind> kinds, boolean doublePrecision) {
        this.kinds = Set.copyOf(kinds);
        this.doublePrecision = doublePrecision;
    }

    /// Records the results of step number `step`, from 0.
    void add(int step, List<Stepping.Seen> results) {
        for (var kind : List.of(Kind.LOSS, Kind.OUTPUTS, Kind.GRADIENTS, Kind.VALUES)) {
            for (var result : results) {
                if (kinds.contains(kind) && result.role() == kind.role()) {
                    var name = kind == Kind.LOSS ? "" : "." + result.name();
                    put(step + "." + kind.word + name, result.shape(), result.values());
                }
            }
        }
    }

    /// Records the weights after step number `step`; the optimizer's states are not among them.
    void add(int step, List<Weights.Weight> weights, Stepping stepping) {
        if (!kinds.contains(Kind.WEIGHTS)) {
            return;
        }
        for (var weight : weights) {
            if (weight.kind() != Weights.Kind.OPTIMIZER) {
                put(step + ".weights." + weight.name(), weight.shape(), stepping.weight(weight.name()));
            }
        }
    }

    private void put(String name, List<Integer> shape, double[] values) {
        tensors++;
        if (doublePrecision) {
            writer.add(name, shape, values.clone());
            return;
        }
        var rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        writer.add(name, shape, rounded);
    }

    int tensors() {
        return tensors;
    }

    void write(Path file) {
        ModelFile.writeWhole(file, writer::write);
    }
}
