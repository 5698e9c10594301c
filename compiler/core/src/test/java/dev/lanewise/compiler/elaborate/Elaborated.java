package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Verifier;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.syntax.Parser;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Texts elaborated for tests, and their first weights.
final class Elaborated {

    private Elaborated() {}

    static Optional<Model> elaborate(String text, Map<String, String> files, Options options, Diagnostics diagnostics) {
        var file = Parser.parse(new Source("test.net", text), diagnostics);
        return Elaborator.elaborate(file, SourceFolder.of(files), options, diagnostics);
    }

    /// The model of a text without errors; its graphs hold what the verifier asks.
    static Model model(String text, Options options) {
        var diagnostics = new Diagnostics();
        var model = elaborate(text, Map.of(), options, diagnostics);
        assertTrue(model.isPresent(), () -> diagnostics.all() + "\n" + text);
        Verifier.verify(model.get().training());
        Verifier.verify(model.get().prediction());
        model.get().rules().values().forEach(Verifier::verify);
        return model.get();
    }

    static Model model(String text) {
        return model(text, Options.none());
    }

    /// What a text has to say, a line each.
    static String messages(String text) {
        var diagnostics = new Diagnostics();
        elaborate(text, Map.of(), Options.none(), diagnostics);
        return String.join(
                "\n", diagnostics.all().stream().map(Object::toString).toList());
    }

    /// The first values of all weights; fitted ones from `inputs`.
    static Map<String, double[]> weights(Model model, Bindings batch) {
        var weights = new LinkedHashMap<String, double[]>();
        for (var weight : model.weights()) {
            var alone = Bindings.of(1, Map.of(), Map.of(), batch.seed());
            weights.put(weight.name(), value(weight.initial(), weight.name(), alone));
            if (weight.isFitted()) {
                weights.put(weight.name(), value(weight.fit(), weight.name(), batch.withWeights(weights)));
            }
        }
        return weights;
    }

    static double[] value(Graph graph, String name, Bindings bindings) {
        return new Interpreter(graph, true).run(bindings).of(Role.VALUE, name).data();
    }

    static List<String> names(Model model) {
        return model.weights().stream()
                .filter(weight -> weight.kind() != Weight.Kind.OPTIMIZER)
                .map(Weight::name)
                .toList();
    }

    static Weight weight(Model model, String name) {
        return model.weights().stream()
                .filter(weight -> weight.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Map<String, double[]> run(Model model, double... x) {
        var inputs = new HashMap<String, double[]>();
        inputs.put("x", x);
        var examples = x.length / model.inputs().getFirst().size();
        for (var target : model.targets()) {
            inputs.put(target.name(), new double[examples * target.size()]);
        }
        var bindings = Bindings.of(examples, inputs, Map.of(), 1);
        bindings = bindings.withWeights(weights(model, bindings));
        var outcome = new Interpreter(model.prediction(), true).run(bindings);
        return outcome.all(Role.OUTPUT).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().data()));
    }
}
