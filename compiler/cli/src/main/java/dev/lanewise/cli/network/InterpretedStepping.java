package dev.lanewise.cli.network;

import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim.Input;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.InterpretedTraining;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.interpret.Outcome;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Steps of the interpreter, on the graph that the kernels were made from.
public final class InterpretedStepping implements Stepping {
    private final InterpretedTraining training;
    private List<Seen> last = List.of();

    public InterpretedStepping(CompiledNetwork compiled, Dataset batch, int steps) {
        var compilation = compiled.compilation();
        training = new InterpretedTraining(
                compilation.step(),
                compilation.model().train().doublePrecision(),
                weights(compiled),
                bindings(compiled, batch).with(RunScalar.STEPS, steps));
    }

    @Override
    public void step(long step) {
        last = seen(training.step(step, step));
    }

    @Override
    public List<Seen> results() {
        return last;
    }

    @Override
    public double[] weight(String name) {
        return training.weights().getOrDefault(name, new double[0]);
    }

    @Override
    public void close() {}

    /// The results in prediction mode. Without targets among the data there is no loss.
    public static List<Seen> predict(CompiledNetwork compiled, Dataset batch) {
        var compilation = compiled.compilation();
        boolean precise = compilation.model().train().doublePrecision();
        var bindings = bindings(compiled, batch).withWeights(weights(compiled));
        var prediction = readable(compilation.prediction(), bindings.inputs().keySet());
        return seen(new Interpreter(prediction, precise).run(bindings));
    }

    public static Map<String, double[]> weights(CompiledNetwork compiled) {
        var store = compiled.network().weights();
        var weights = new LinkedHashMap<String, double[]>();
        for (Weights.Weight weight : store.list()) {
            weights.put(weight.name(), store.get(weight.name()));
        }
        return weights;
    }

    /// The whole data set as one batch.
    public static Bindings bindings(CompiledNetwork compiled, Dataset batch) {
        var inputs = new LinkedHashMap<String, double[]>();
        for (int p = 0; p < batch.ports().size(); p++) {
            int size = batch.ports().get(p).size();
            var values = new double[Math.multiplyExact(size, batch.size())];
            for (int e = 0; e < batch.size(); e++) {
                batch.read(p, e, values, e * size);
            }
            inputs.put(batch.ports().get(p).name(), values);
        }
        return Bindings.of(
                batch.size(), inputs, Map.of(), compiled.info().train().seed());
    }

    /// The part of a graph that reads none but these inputs, with the results that can be had.
    private static Graph readable(Graph graph, Set<String> inputs) {
        int size = graph.nodes().size();
        var known = new boolean[size];
        var renumbered = new ArrayList<Value>();
        var out = Graph.builder();
        for (int n = 0; n < size; n++) {
            var node = graph.nodes().get(n);
            known[n] = !(node.prim() instanceof Input(var name) && !inputs.contains(name))
                    && node.inputs().stream().allMatch(i -> known[i.node()]);
            renumbered.add(
                    known[n]
                            ? out.add(new Node(
                                    node.prim(),
                                    node.inputs().stream()
                                            .map(i -> renumbered.get(i.node()))
                                            .toList(),
                                    node.type(),
                                    node.origin()))
                            : new Value(-1));
        }
        for (Result result : graph.results()) {
            if (known[result.value().node()]) {
                out.result(
                        result.role(),
                        result.name(),
                        renumbered.get(result.value().node()));
            }
        }
        return out.build();
    }

    private static List<Seen> seen(Outcome outcome) {
        var seen = new ArrayList<Seen>();
        for (int i = 0; i < outcome.results().size(); i++) {
            var result = outcome.results().get(i);
            var tensor = outcome.tensors().get(i);
            if (result.role() == Role.UPDATE) {
                continue;
            }
            var shape = new ArrayList<Integer>();
            if (tensor.type().perExample()) {
                shape.add(tensor.examples());
            }
            shape.addAll(tensor.type().shape().extents());
            seen.add(new Seen(result.role(), result.name(), shape, tensor.data()));
        }
        return seen;
    }
}
