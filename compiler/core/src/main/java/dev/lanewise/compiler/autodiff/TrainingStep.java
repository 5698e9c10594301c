package dev.lanewise.compiler.autodiff;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Input;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Weight;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// One step of training as a graph: the loss, its gradients, and what the optimizer makes of them.
public final class TrainingStep {

    private TrainingStep() {}

    /// The training graph with the results GRADIENT for all parameters that are not frozen, and UPDATE for those
    /// with a rule. In a rule `Input("gradient")` is the parameter's gradient after the model's `clip`; the results
    /// are the gradients as they are.
    public static Graph of(Model model) {
        var differentiated = Autodiff.gradients(model.training(), trained(model));
        var out = Graph.builder();
        var copies = out.copyAll(differentiated, (node, builder) -> builder.add(node));
        var gradients = new HashMap<String, Value>();
        for (var result : differentiated.results()) {
            var value = copies.get(result.value().node());
            out.result(result.role(), result.name(), value);
            if (result.role() == Role.GRADIENT) {
                gradients.put(result.name(), value);
            }
        }
        gradients.putAll(clipped(model.clip(), gradients, out));
        model.rules().forEach((parameter, rule) -> inline(parameter, rule, gradient(parameter, gradients), out));
        return out.build();
    }

    /// The parameters that training changes, with their shapes.
    public static Map<String, Shape> trained(Model model) {
        var parameters = new LinkedHashMap<String, Shape>();
        for (var weight : model.weights()) {
            if (weight.kind() == Weight.Kind.PARAMETER && !weight.frozen()) {
                parameters.put(weight.name(), weight.shape());
            }
        }
        return parameters;
    }

    /// The gradients that the model's `clip` bounds, by parameter.
    private static Map<String, Value> clipped(Graph clip, Map<String, Value> gradients, Graph.Builder out) {
        var copies = out.copyAll(
                clip,
                (node, builder) -> node.prim() instanceof Input(var parameter)
                        ? gradient(parameter, gradients)
                        : builder.add(node));
        var bounded = new HashMap<String, Value>();
        clip.results().forEach(r -> bounded.put(r.name(), copies.get(r.value().node())));
        return bounded;
    }

    private static void inline(String parameter, Graph rule, Value gradient, Graph.Builder out) {
        var copies = out.copyAll(rule, (node, builder) -> node.prim() instanceof Input ? gradient : builder.add(node));
        for (var result : rule.results()) {
            var value = copies.get(result.value().node());
            boolean average = !result.name().equals(parameter);
            out.result(result.role(), result.name(), average ? flushed(value, out) : value);
        }
    }

    /// The moments of a unit that no longer learns would sink into the subnormal numbers and stay there.
    private static Value flushed(Value value, Graph.Builder out) {
        return Arithmetic.apply(out, Op.FLUSH, out.node(value).origin(), value);
    }

    private static Value gradient(String parameter, Map<String, Value> gradients) {
        var value = gradients.get(parameter);
        if (value == null) {
            throw new CompilerBug("there is no gradient of " + parameter);
        }
        return value;
    }
}
