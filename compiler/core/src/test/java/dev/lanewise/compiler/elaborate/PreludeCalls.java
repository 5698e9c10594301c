package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.fail;

import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The declarations of the library, and calls of them for tests.
final class PreludeCalls {
    static final int EXAMPLES = 5;

    /// What a required parameter is given, by its name.
    private static final Map<String, String> ARGUMENTS = Map.ofEntries(
            Map.entry("units", "3"),
            Map.entry("pieces", "2"),
            Map.entry("filters", "4"),
            Map.entry("kernel", "2"),
            Map.entry("groups", "2"),
            Map.entry("vocabulary", "7"),
            Map.entry("width", "3"),
            Map.entry("rate", "0.05"),
            Map.entry("every", "2"),
            Map.entry("factor", "0.5"),
            Map.entry("value", "0.25"),
            Map.entry("c", "0.01"));

    static Stream<Declaration> declarations(Kind... kinds) {
        var wanted = Set.of(kinds);
        return Prelude.files().stream()
                .flatMap(file -> file.declarations().stream())
                .filter(declaration -> wanted.contains(declaration.kind()));
    }

    static String name(Declaration declaration) {
        return declaration.name().text();
    }

    static boolean isBuiltin(Declaration declaration) {
        return declaration.definition() instanceof Declaration.Builtin;
    }

    static String file(Declaration declaration) {
        return declaration.span().source().name();
    }

    /// The required parameters from `first` on, as arguments.
    static String arguments(Declaration declaration, int first) {
        var arguments = new ArrayList<String>();
        for (var parameter :
                declaration.parameters().subList(first, declaration.parameters().size())) {
            if (!parameter.hasDefault()) {
                var argument = ARGUMENTS.get(parameter.name().text());
                if (argument == null) {
                    fail("what is the parameter " + parameter.name() + " of " + declaration.name() + " given?");
                }
                arguments.add(parameter.name() + ": " + argument);
            }
        }
        return String.join(", ", arguments);
    }

    /// The only metric's figure.
    static double metric(Model model, Bindings bindings) {
        var metric = model.metrics().getFirst();
        var sums = new Interpreter(model.prediction(), true).run(bindings);
        var inputs = new HashMap<String, double[]>();
        metric.sums()
                .forEach(sum -> inputs.put(sum, sums.of(Role.METRIC_SUM, sum).data()));
        var run = new Bindings(bindings.examples(), inputs, Map.of(), bindings.run(), 0);
        return Elaborated.value(metric.formula(), metric.name(), run)[0];
    }

    static Bindings bindings(Model model) {
        var random = new SplittableRandom(3);
        var inputs = new HashMap<String, double[]>();
        for (var port :
                Stream.concat(model.inputs().stream(), model.targets().stream()).collect(Collectors.toList())) {
            var values = new double[EXAMPLES * port.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = port.kind() == Port.Kind.FLOAT ? random.nextGaussian() : random.nextInt(port.classes());
            }
            inputs.put(port.name(), values);
        }
        return Bindings.of(EXAMPLES, inputs, Map.of(), 11);
    }

    static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    private PreludeCalls() {}
}
