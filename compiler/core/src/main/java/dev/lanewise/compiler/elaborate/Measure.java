package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim.Input;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.List;

/// A metric under construction: its sums over examples, and the formula on them.
final class Measure {
    private final String name;
    private final Graph.Builder formula = Graph.builder();
    private final List<String> sums = new ArrayList<>();
    private final List<Value> values = new ArrayList<>();

    Measure(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    Graph.Builder formula() {
        return formula;
    }

    /// The sums' names and their values in the network's graph.
    List<String> sums() {
        return sums;
    }

    List<Value> values() {
        return values;
    }

    /// A sum over examples, `value` in the network's graph, as a leaf of the formula.
    Value leaf(Value value, Origin origin) {
        int known = values.indexOf(value);
        if (known < 0) {
            known = values.size();
            values.add(value);
            sums.add(name + "." + (known + 1));
        }
        return formula.leaf(new Input(sums.get(known)), Type.batch(Shape.SCALAR), origin);
    }
}
