package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The numbers that depend on the run alone: batch-wide scalars all of whose leaves are `Fill` and `Run`. Shared by
/// all entries.
final class Uniforms {
    private final Map<Uniform, Integer> known = new LinkedHashMap<>();

    /// The number of the uniform that `node` is, or -1; `numbers` holds those of the nodes before it.
    int number(Node node, int[] numbers) {
        if (node.type().perExample() || node.type().shape().rank() > 0) {
            return -1;
        }
        return switch (node.prim()) {
            case Prim.Fill(var value) -> add(new Uniform.Number(value));
            case Prim.Run(var scalar) -> add(new Uniform.Run(scalar));
            case Prim.Elementwise(var op) -> {
                var arguments = new ArrayList<Integer>();
                for (var input : node.inputs()) {
                    if (numbers[input.node()] < 0) {
                        yield -1;
                    }
                    arguments.add(numbers[input.node()]);
                }
                yield add(new Uniform.Apply(op, arguments));
            }
            default -> -1;
        };
    }

    private int add(Uniform uniform) {
        var before = known.putIfAbsent(uniform, known.size());
        return before != null ? before : known.size() - 1;
    }

    List<Uniform> all() {
        return List.copyOf(known.keySet());
    }
}
