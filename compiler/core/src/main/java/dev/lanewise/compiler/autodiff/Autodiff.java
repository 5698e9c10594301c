package dev.lanewise.compiler.autodiff;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim.Gradient;
import dev.lanewise.compiler.graph.Prim.Parameter;
import dev.lanewise.compiler.graph.Prim.StopGradient;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Reverse mode on graphs: derivatives are nodes like all others, so they can be optimised and differentiated again.
public final class Autodiff {

    private Autodiff() {}

    /// The graph with a result GRADIENT of its loss for each of these parameters (in the map's order), a COTANGENT
    /// for each of its results LAYER, and without [Gradient] nodes. A parameter that the loss does not depend on
    /// has gradient 0.
    public static Graph gradients(Graph forward, Map<String, Shape> parameters) {
        var out = Graph.builder();
        var copies = out.copyAll(forward, Autodiff::expand);
        for (var result : forward.results()) {
            out.result(result.role(), result.name(), copies.get(result.value().node()));
        }
        var leaves = new HashMap<String, Value>();
        for (var copy : copies) {
            if (out.node(copy).prim() instanceof Parameter(var name)) {
                leaves.put(name, copy);
            }
        }
        var reached = parameters.keySet().stream().filter(leaves::containsKey).toList();
        var watched =
                forward.results().stream().filter(r -> r.role() == Role.LAYER).toList();
        var by = new ArrayList<>(reached.stream().map(leaves::get).toList());
        watched.forEach(layer -> by.add(copies.get(layer.value().node())));
        var loss = copies.get(loss(forward).value().node());
        var found = cotangents(out, loss, by, Origin.UNKNOWN);
        var math = new Arithmetic(out, Origin.UNKNOWN);
        var gradients = new HashMap<String, Value>();
        for (int i = 0; i < reached.size(); i++) {
            gradients.put(reached.get(i), found.get(i));
        }
        parameters.forEach((name, shape) -> {
            var gradient = gradients.get(name);
            out.result(Role.GRADIENT, name, gradient == null ? math.fill(0, Type.batch(shape)) : gradient);
        });
        for (int i = 0; i < watched.size(); i++) {
            out.result(Role.COTANGENT, watched.get(i).name(), found.get(reached.size() + i));
        }
        return out.build();
    }

    private static Result loss(Graph forward) {
        return forward.results().stream()
                .filter(r -> r.role() == Role.LOSS)
                .findFirst()
                .orElseThrow(() -> new CompilerBug("a graph without a loss has no gradients"));
    }

    /// The graph with every [Gradient] node computed.
    public static Graph expand(Graph graph) {
        boolean any = graph.nodes().stream().anyMatch(node -> node.prim() instanceof Gradient);
        return any ? graph.rebuild(Autodiff::expand) : graph;
    }

    /// The model with every [Gradient] node computed, in training, pretraining and prediction.
    public static Model expand(Model model) {
        var pretraining = model.pretraining()
                .map(stage -> new Model.Stage(stage.layer(), expand(stage.training()), stage.rules()));
        return expandNetwork(model).with(pretraining);
    }

    private static Model expandNetwork(Model model) {
        var prediction = model.prediction();
        if (Stream.of(model.training(), prediction)
                .flatMap(graph -> graph.nodes().stream())
                .noneMatch(node -> node.prim() instanceof Gradient)) {
            return model;
        }
        var out = Graph.builder();
        var copies = out.copyAll(model.training(), Autodiff::expand);
        for (var result : model.training().results()) {
            out.result(result.role(), result.name(), copies.get(result.value().node()));
        }
        var layers = model.layers().stream()
                .map(layer -> layer.at(copies.get(layer.value().node())))
                .toList();
        return model.with(out.build(), expand(prediction), layers);
    }

    private static Value expand(Node node, Graph.Builder out) {
        if (!(node.prim() instanceof Gradient)) {
            return out.add(node);
        }
        var of = node.inputs().get(0);
        var by = node.inputs().get(1);
        return cotangents(out, of, List.of(by), node.origin()).getFirst();
    }

    /// The derivatives of `of` (summed over the examples when it is per example) by each of `by`.
    private static List<Value> cotangents(Graph.Builder out, Value of, List<Value> by, Origin origin) {
        var math = new Arithmetic(out, origin);
        var depends = dependents(out, of, by);
        var cotangents = new HashMap<Integer, Value>();
        cotangents.put(of.node(), math.fill(1, out.type(of)));
        for (int i = of.node(); i >= 0; i--) {
            var ct = cotangents.get(i);
            if (ct == null || !depends.get(i)) {
                continue;
            }
            var node = out.node(new Value(i));
            for (int k = 0; k < node.inputs().size(); k++) {
                var input = node.inputs().get(k);
                if (depends.get(input.node())) {
                    Pullback.of(out, node, k, new Value(i), ct)
                            .ifPresent(flow -> add(cotangents, input, flow, out, node.origin()));
                }
            }
        }
        var found = new ArrayList<Value>();
        for (var value : by) {
            var ct = cotangents.get(value.node());
            found.add(ct == null ? math.fill(0, out.type(value)) : ct);
        }
        return found;
    }

    private static void add(Map<Integer, Value> cotangents, Value input, Value flow, Graph.Builder out, Origin origin) {
        cotangents.merge(input.node(), flow, (before, more) -> new Arithmetic(out, origin).add(before, more));
    }

    /// The nodes up to `of` that depend on one of `by`.
    private static BitSet dependents(Graph.Builder out, Value of, List<Value> by) {
        var depends = new BitSet();
        by.forEach(value -> depends.set(value.node()));
        for (int i = 0; i <= of.node(); i++) {
            var node = out.node(new Value(i));
            boolean flows = !(node.prim() instanceof StopGradient);
            if (flows && node.inputs().stream().anyMatch(v -> depends.get(v.node()))) {
                depends.set(i);
            }
        }
        return depends;
    }
}
