package dev.lanewise.cli.network;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Which output tells the class of which target: the first output with a number for each class, of which the largest
/// decides.
public record Decisions(List<Decision> list) {

    /// The places of a target and of its output in the network.
    public record Decision(Port target, int output) {
        public int of(double[] outputs, int at) {
            int best = 0;
            for (int c = 1; c < target.classes(); c++) {
                if (outputs[at + c] > outputs[at + best]) {
                    best = c;
                }
            }
            return best;
        }

        /// The name of a class, or its number where the data had none.
        public Object name(int number) {
            return target.labels().isEmpty() ? (Object) number : target.labels().get(number);
        }
    }

    public Decisions {
        list = List.copyOf(list);
    }

    public static Decisions of(Network network) {
        var list = new ArrayList<Decision>();
        for (var target : network.targets()) {
            for (int o = 0; o < network.outputs().size() && target.kind() == Port.Kind.CLASS; o++) {
                if (network.outputs().get(o).shape().equals(List.of(target.classes()))) {
                    list.add(new Decision(target, o));
                    break;
                }
            }
        }
        return new Decisions(list);
    }

    /// How often each class (a row) was taken for each (a column), for the first decision; empty without one.
    public List<List<Long>> confusion(Network network, Dataset data) {
        if (list.isEmpty()) {
            return List.of();
        }
        var decision = list.getFirst();
        int classes = decision.target().classes();
        var confusion = new long[classes][classes];
        int place = data.ports().stream()
                .map(Port::name)
                .toList()
                .indexOf(decision.target().name());
        var actual = new double[1];
        Outputs.forEach(network, data, (first, count, outputs) -> {
            for (int e = 0; e < count; e++) {
                data.read(place, first + e, actual, 0);
                confusion[(int) actual[0]][decision.of(outputs.get(decision.output()), e * classes)]++;
            }
        });
        return Arrays.stream(confusion)
                .map(row -> Arrays.stream(row).boxed().toList())
                .toList();
    }
}
