package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim.Input;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.List;

/// A metric under construction: what it takes over the examples, and the formula on that.
final class Measure {
    private final String name;
    private final Graph.Builder formula = Graph.builder();
    private final List<Result> parts = new ArrayList<>();

    Measure(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Graph.Builder formula() {
        return formula;
    }

    /// The network's results that the metric is made of.
    List<Result> parts() {
        return parts;
    }

    /// The names of what the formula takes.
    List<String> sums() {
        return parts.stream().map(Result::name).toList();
    }

    /// What is taken over the examples of `value` in the network's graph, as a leaf of the formula.
    Value leaf(Role role, Value value, Origin origin) {
        var part = parts.stream()
                .filter(known -> known.role() == role && known.value().equals(value))
                .findFirst()
                .orElseGet(() -> {
                    var added = new Result(role, name + "." + (parts.size() + 1), value);
                    parts.add(added);
                    return added;
                });
        return formula.leaf(new Input(part.name()), Type.batch(Shape.SCALAR), origin);
    }

    /// Notes that the metric is a table, made of `scores`.
    void table(Value scores) {
        parts.add(new Result(Role.CONFUSION, name, scores));
    }
}
