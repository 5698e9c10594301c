package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Result.Role;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The results of a run, in the graph's order.
public record Outcome(List<Result> results, List<Tensor> tensors) {

    public Outcome {
        results = List.copyOf(results);
        tensors = List.copyOf(tensors);
    }

    public Tensor of(Role role, String name) {
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).role() == role && results.get(i).name().equals(name)) {
                return tensors.get(i);
            }
        }
        throw new CompilerBug("the graph has no result " + role + " " + name);
    }

    /// All results of one role, by name.
    public Map<String, Tensor> all(Role role) {
        var found = new LinkedHashMap<String, Tensor>();
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).role() == role) {
                found.put(results.get(i).name(), tensors.get(i));
            }
        }
        return found;
    }

    /// The mean loss of the batch.
    public double loss() {
        return all(Role.LOSS).values().iterator().next().number();
    }
}
