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
    /// with a rule. In a rule `Input("gradient")` is the parameter's own gradient, `Input("gradient.NAME")` that of
    /// another.
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
        model.rules().forEach((parameter, rule) -> inline(parameter, rule, gradients, out));
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

    private static void inline(String parameter, Graph rule, Map<String, Value> gradients, Graph.Builder out) {
        var copies = out.copyAll(
                rule,
                (node, builder) -> node.prim() instanceof Input(var name)
                        ? gradient(parameter, name, gradients)
                        : builder.add(node));
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

    private static Value gradient(String parameter, String input, Map<String, Value> gradients) {
        var owner = input.equals("gradient") ? parameter : input.replaceFirst("^gradient\\.", "");
        var value = gradients.get(owner);
        if (value == null) {
            throw new CompilerBug("the rule of " + parameter + " reads " + input + ", which does not exist");
        }
        return value;
    }
}
