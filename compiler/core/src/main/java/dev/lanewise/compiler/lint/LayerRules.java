package dev.lanewise.compiler.lint;

import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Model.Layer;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.lint.Wiring.Kernel;
import dev.lanewise.dsl.diagnostic.Note;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What is wrong with an activation where it stands: judged by the function itself, whoever wrote it, except for selu
/// and dropout, which are asked for by name.
final class LayerRules {
    private static final String SELU = "selu";
    /// A rate of this size moves a weight by its own size in a few steps, whatever the gradient is (Adam's kin).
    private static final double HIGH_NORMALISED_RATE = 0.02;

    private static final double HIGH_RATE = 0.5;
    private static final Set<String> LEAKY = Set.of("leaky_relu", "prelu", "rrelu");
    private static final Set<String> STANDARD = Set.of("standardize", "whiten", "normal");

    private final Lint lint;
    private final Model model;
    private final Wiring wiring;
    private final FirstWeights weights;
    private final Map<String, StepLength.Figures> steps = new HashMap<>();
    private final boolean normalised;

    LayerRules(Lint lint, Model model, Wiring wiring, FirstWeights weights) {
        this.lint = lint;
        this.model = model;
        this.wiring = wiring;
        this.weights = weights;
        this.normalised = model.layers().stream().anyMatch(layer -> layer.kind().endsWith("_norm"));
    }

    void check() {
        for (var layer : model.layers()) {
            if (layer.activation()) {
                ScalarFunction.of(
                                wiring.graph(),
                                layer.value(),
                                name -> weights.signal(name).mean())
                        .ifPresent(function -> function(layer, function));
            }
            if (layer.kind().equals(SELU)) {
                selu(layer);
            }
            if (layer.kind().equals("dropout") && isBehindSelu(layer)) {
                lint.warn(
                        LintCode.SELU_DROPOUT,
                        layer.origin().span(),
                        "dropout behind selu moves the mean and variance that selu keeps",
                        Note.help("write alpha_dropout(keep: ...) instead"));
            }
        }
    }

    private void function(Layer layer, ScalarFunction function) {
        boolean hidden = wiring.isHidden(layer.value());
        if (hidden && isUncentredAndFlat(function) && !isGate(layer.value())) {
            lint.warn(
                    LintCode.SATURATING_HIDDEN,
                    layer.origin().span(),
                    "`" + layer.kind()
                            + "` in a hidden layer is flat on both sides and never centred, so that gradients"
                            + " shrink from layer to layer",
                    Note.help("tanh is centred, relu is not flat on one side; a sigmoid belongs to the output"));
        }
        double below = function.slope(-2, -1);
        boolean bends = Math.abs(function.slope(1, 2) - below) > 1e-9 || LEAKY.contains(layer.kind());
        if (bends && below >= 1 && isStraight(function, below)) {
            lint.warn(
                    LintCode.LEAKY_SLOPE,
                    layer.origin().span(),
                    String.format(
                            Locale.ROOT,
                            "the slope of `%s` below 0 is %.4g; it should be below 1",
                            layer.kind(),
                            below),
                    Note.help("a slope between 0.01 and 0.3 is usual"));
        }
        boolean dies =
                hidden && function.slope(-2, -1) == 0 && function.slope(-200, -100) == 0 && function.slope(1, 2) > 0;
        if (dies) {
            deadRelu(layer);
        }
    }

    /// Of two straight lines that meet at 0.
    private static boolean isStraight(ScalarFunction function, double below) {
        double above = function.slope(1, 2);
        double tolerance = 1e-9 * (1 + Math.abs(below) + Math.abs(above));
        return Math.abs(function.slope(-20, -10) - below) < tolerance
                && Math.abs(function.slope(10, 20) - above) < tolerance
                && Math.abs(function.at(0)) < tolerance
                && Math.abs(function.slope(0, 1) - above) < tolerance
                && Math.abs(function.slope(-1, 0) - below) < tolerance;
    }

    private static boolean isUncentredAndFlat(ScalarFunction function) {
        double low = function.at(-60);
        double high = function.at(60);
        double range = high - low;
        return Double.isFinite(range)
                && range != 0
                && Math.abs(function.at(-30) - low) < 1e-3 * Math.abs(range)
                && Math.abs(function.at(30) - high) < 1e-3 * Math.abs(range)
                && Math.abs(function.at(0)) > 0.1 * Math.abs(range)
                && Math.abs(function.at(0) - (low + high) / 2) < 0.4 * Math.abs(range);
    }

    /// Whether a value is only multiplied with other values of the example.
    private boolean isGate(Value value) {
        var readers = wiring.readers(value);
        return !readers.isEmpty()
                && readers.stream()
                        .map(wiring.graph().nodes()::get)
                        .allMatch(node -> node.prim() instanceof Prim.Elementwise(var op)
                                && op == Op.MUL
                                && node.inputs().stream()
                                        .allMatch(input ->
                                                wiring.graph().type(input).perExample()));
    }

    private void deadRelu(Layer layer) {
        if (normalised || model.rules().isEmpty()) {
            return;
        }
        for (var kernel : wiring.before(layer.value()).kernels()) {
            var rule = model.rules().get(kernel.weight());
            if (rule == null) {
                continue;
            }
            var step = steps.computeIfAbsent(kernel.weight(), name -> StepLength.of(rule, name));
            double length = step.perGradient();
            if (length >= (step.normalised() ? HIGH_NORMALISED_RATE : HIGH_RATE)) {
                lint.warn(
                        LintCode.DEAD_RELU_RISK,
                        layer.origin().span(),
                        String.format(
                                Locale.ROOT,
                                "a rate of %.2g is high for `%s`, which never recovers where all its inputs are"
                                        + " negative",
                                length,
                                layer.kind()),
                        Note.help(
                                "a lower rate, leaky_relu or prelu, with small first weights bias_init: constant(0.01),"
                                        + " or batch_norm between the layers"));
                return;
            }
        }
    }

    // selu

    private boolean isBehindSelu(Layer dropout) {
        var reached = new BitSet();
        reached.set(dropout.value().node());
        var selus = new BitSet();
        model.layers().stream()
                .filter(layer -> layer.kind().equals(SELU))
                .forEach(layer -> selus.set(layer.value().node()));
        for (int i = dropout.value().node(); i > 0; i = reached.previousSetBit(i - 1)) {
            var node = wiring.graph().nodes().get(i);
            if (selus.get(i)) {
                return true;
            }
            boolean passes = node.prim() instanceof Prim.Elementwise || Wiring.isView(node);
            if (passes) {
                node.inputs().forEach(input -> reached.set(input.node()));
            }
        }
        return false;
    }

    private void selu(Layer layer) {
        var before = wiring.before(layer.value());
        for (var kernel : before.kernels()) {
            double variance = kernel.terms() * weights.signal(kernel.weight()).square();
            if (!(Math.abs(variance - 1) < 0.1)) {
                lint.warn(
                        LintCode.SELU_INIT,
                        layer.origin().span(),
                        String.format(
                                Locale.ROOT,
                                "selu needs first weights of variance 1 / fan_in; `%s` has %.3g times that",
                                kernel.weight(),
                                variance),
                        Note.at(weights.weight(kernel.weight()).origin().span(), "the weights"),
                        Note.help("leave out `init:`, or write init: lecun_normal"));
                return;
            }
            if (isRawInput(kernel)) {
                lint.warn(
                        LintCode.SELU_INIT,
                        layer.origin().span(),
                        "selu needs inputs of mean 0 and variance 1, and nothing brings them there",
                        Note.help("put |> standardize behind the input"));
                return;
            }
        }
        if (isBridged(layer.value())) {
            lint.warn(
                    LintCode.SELU_INIT,
                    layer.origin().span(),
                    "a connection around selu adds to its variance, which selu is to keep at 1",
                    Note.help("use relu or gelu with a normalisation in residual networks"));
        }
    }

    /// Whether a kernel reads numbers of an input as the data have them.
    private boolean isRawInput(Kernel kernel) {
        var sources = wiring.before(kernel.input());
        boolean isInput = sources.leaves().stream().anyMatch(node -> node.prim() instanceof Prim.Input);
        boolean isPrepared = sources.leaves().stream()
                .anyMatch(node -> node.prim() instanceof Prim.State(var name)
                        && (weights.weight(name).kind() == Weight.Kind.FITTED
                                || weights.weight(name).kind() == Weight.Kind.STATE));
        boolean isStandard =
                STANDARD.stream().anyMatch(word -> model.train().data().startsWith(word));
        return sources.kernels().isEmpty() && isInput && !isPrepared && !isStandard && !normalised;
    }

    /// Whether the value is added to another one that other layers made, before a later kernel.
    private boolean isBridged(Value value) {
        var reached = new BitSet();
        reached.set(value.node());
        for (int i = reached.nextSetBit(0); i >= 0; i = reached.nextSetBit(i + 1)) {
            for (int reader : wiring.readers(new Value(i))) {
                var node = wiring.graph().nodes().get(reader);
                boolean adds = node.prim() instanceof Prim.Elementwise(var op)
                        && op == Op.ADD
                        && node.inputs().stream()
                                .allMatch(input -> wiring.graph().type(input).perExample())
                        && node.inputs().stream().anyMatch(input -> !reached.get(input.node()));
                if (adds && wiring.isHidden(new Value(reader))) {
                    return true;
                }
                if (node.prim() instanceof Prim.Elementwise || Wiring.isView(node)) {
                    reached.set(reader);
                }
            }
        }
        return false;
    }
}
