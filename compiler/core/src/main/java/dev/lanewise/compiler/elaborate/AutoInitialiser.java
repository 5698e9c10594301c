package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Identifier;
import dev.lanewise.dsl.syntax.Parser;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `init: auto`: what suits the activation that follows the weight.
final class AutoInitialiser {
    /// What half of the input is lost in, more or less: He's variance suits them.
    private static final Set<String> RECTIFIERS = Set.of(
            "relu",
            "relu6",
            "leaky_relu",
            "prelu",
            "rrelu",
            "elu",
            "gelu",
            "silu",
            "swish",
            "mish",
            "softplus",
            "hard_swish",
            "maxout");

    private final Elaboration elaboration;
    private final Graph training;
    private final Map<Value, Drawing.Application> activations = new HashMap<>();

    /// An initialiser, and what `explain` says of it.
    record Choice(Expression initialiser, String text) {}

    AutoInitialiser(Elaboration elaboration, Graph training, List<Drawing.Application> applications) {
        this.elaboration = elaboration;
        this.training = training;
        for (var application : applications) {
            if (isActivation(application.name())) {
                activations.putIfAbsent(application.input(), application);
            }
        }
    }

    private boolean isActivation(String name) {
        return elaboration
                .library
                .find(Calls.VALUES, name, false)
                .map(entry -> elaboration.library.isActivation(entry.declaration()))
                .orElse(false);
    }

    /// He for what rectifies, LeCun for selu; before a function of the user's own, what keeps the variance at 1;
    /// Glorot otherwise.
    Choice choose(Fans fan, Span span) {
        var following = following(fan);
        var name = following == null ? "no activation" : following.name();
        var gain = following == null ? "" : gain(following);
        if (!gain.isEmpty()) {
            var text = "normal(std: " + gain + " / sqrt(fan_in))";
            return new Choice(
                    Parser.parseExpression(new Source("auto", text), new Diagnostics()),
                    text + " (auto: " + name + " follows, which then keeps the variance at 1)");
        }
        var suitable = suitable(name);
        var path = new Expression.Path(List.of(new Identifier(suitable, span)), span);
        return new Choice(path, suitable + " (auto: " + name + " follows)");
    }

    private static String suitable(String activation) {
        return activation.equals("selu")
                ? "lecun_normal"
                : RECTIFIERS.contains(activation) ? "he_normal" : "glorot_normal";
    }

    /// The gain of a function that is not the library's, to four digits; empty where there is none.
    private String gain(Drawing.Application application) {
        boolean isOwn = elaboration
                .library
                .find(Calls.VALUES, application.name(), false)
                .map(entry -> !entry.fromLibrary())
                .orElse(false);
        if (!isOwn) {
            return "";
        }
        var learned = new HashMap<String, Double>();
        for (var entry : elaboration.weights.all()) {
            learned.put(entry.name(), Formula.number(entry.initial()));
        }
        return Gain.of(training, application.input(), application.output(), learned)
                .map(gain -> String.format(Locale.ROOT, "%.4g", gain))
                .orElse("");
    }

    /// The first activation behind the contraction, before another weight; null when there is none.
    private Drawing.@Nullable Application following(Fans fan) {
        if (fan.use() < 0) {
            return null;
        }
        var reached = new HashSet<Value>();
        reached.add(new Value(fan.use()));
        for (int i = fan.use(); i < training.nodes().size(); i++) {
            var value = new Value(i);
            var node = training.nodes().get(i);
            boolean follows = i == fan.use() || node.inputs().stream().anyMatch(reached::contains);
            if (!follows) {
                continue;
            }
            if (i != fan.use() && node.prim() instanceof Prim.Contract) {
                break;
            }
            reached.add(value);
            var activation = activations.get(value);
            if (activation != null) {
                return activation;
            }
        }
        return null;
    }
}
