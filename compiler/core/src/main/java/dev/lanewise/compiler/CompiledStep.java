package dev.lanewise.compiler;

import dev.lanewise.compiler.check.StepCompiler;
import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Outcome;
import dev.lanewise.compiler.interpret.Tensor;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.train.ModelTrainer;
import dev.lanewise.runtime.train.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One training step of a compiled network on whatever weights and examples it is given, in the terms of the graph
/// that it was made from: so that compiled code and the interpreter can be asked the same.
///
/// The network must keep its gradients (`CompileOptions.keeping`) where they are to be seen.
public final class CompiledStep implements StepCompiler.Step {

    private final Graph step;
    private final CompiledNetwork compiled;
    private final List<Port> ports;
    /// Opened for the first step, and again for one of more examples.
    private @Nullable ModelTrainer trainer;

    private int most;

    public CompiledStep(CompiledNetwork compiled) {
        this.compiled = compiled;
        this.step = compiled.compilation().step();
        this.ports = new ArrayList<>(compiled.info().inputs());
        this.ports.addAll(compiled.info().targets());
    }

    /// The step of a variant of a compiled network, with what the network gives.
    public static CompiledStep of(CompiledNetwork compiled, Model variant) {
        var options = CompileOptions.standard().keeping(Set.of(Role.OUTPUT));
        var compilation = Compiler.variant(compiled.compilation(), variant, options);
        return new CompiledStep(CompiledNetwork.of(compilation, options));
    }

    /// The results LOSS, UPDATE and those that were kept.
    @Override
    public Outcome apply(Bindings at) {
        var open = trainer;
        if (open == null || at.examples() > most) {
            close();
            most = at.examples();
            open = (ModelTrainer)
                    compiled.network().trainer().threads(1).batch(at.examples()).open();
            trainer = open;
        }
        at.weights().forEach(open.weights()::set);
        open.feed(new Examples(ports, at));
        var session = open.session();
        session.frame().seed = at.seed();
        for (var scalar : RunScalar.values()) {
            session.frame().run[scalar.ordinal()] = at.run(scalar);
        }
        session.run();
        return outcome(session, open.weights(), at.examples());
    }

    @Override
    public void close() {
        if (trainer != null) {
            trainer.close();
        }
    }

    private Outcome outcome(Session session, WeightStore weights, int examples) {
        var fetched = new HashMap<String, Layout.Fetch>();
        session.fetches().forEach(fetch -> fetched.put(fetch.role() + " " + fetch.name(), fetch));
        var results = step.results().stream()
                .filter(r -> r.role() == Role.UPDATE || fetched.containsKey(r.role() + " " + r.name()))
                .toList();
        var tensors = results.stream()
                .map(r -> {
                    var type = step.type(r.value());
                    double[] values = r.role() == Role.UPDATE
                            ? weights.get(r.name())
                            : session.values(CompilerBug.expect(fetched, r.role() + " " + r.name()));
                    return new Tensor(type, type.perExample() ? examples : 1, values);
                })
                .toList();
        return new Outcome(results, tensors);
    }

    /// The examples that bindings hold.
    private record Examples(List<Port> ports, Bindings at) implements Dataset {
        @Override
        public int size() {
            return at.examples();
        }

        @Override
        public void read(int port, int example, double[] target, int offset) {
            int size = ports.get(port).size();
            System.arraycopy(values(port), example * size, target, offset, size);
        }

        @Override
        public void read(int port, int example, float[] target, int offset) {
            int size = ports.get(port).size();
            for (int i = 0; i < size; i++) {
                target[offset + i] = (float) values(port)[example * size + i];
            }
        }

        private double[] values(int port) {
            return CompilerBug.expect(at.inputs(), ports.get(port).name());
        }
    }
}
