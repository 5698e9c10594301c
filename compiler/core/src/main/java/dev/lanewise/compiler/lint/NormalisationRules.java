package dev.lanewise.compiler.lint;

import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.diagnostic.Note;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Normalisation over the batch, found by its form (a value less its own mean over the examples), and losses that
/// normalise by themselves.
final class NormalisationRules {
    private static final Set<String> LOSSES = Set.of("log_softmax", "softmax", "cross_entropy", "binary_cross_entropy");

    private final Lint lint;
    private final Model model;
    private final Wiring wiring;

    NormalisationRules(Lint lint, Model model, Wiring wiring) {
        this.lint = lint;
        this.model = model;
        this.wiring = wiring;
    }

    void check() {
        var centred = new HashSet<Value>();
        for (var node : wiring.graph().nodes()) {
            centred(node).ifPresent(value -> {
                if (centred.add(value)) {
                    redundantBias(node, value);
                    oneExample(node, value);
                }
            });
        }
        for (var layer : model.layers()) {
            if (layer.kind().equals("softmax") || layer.kind().equals("sigmoid")) {
                twice(layer);
            }
        }
    }

    /// The value that a node subtracts the mean over the examples from.
    private Optional<Value> centred(Node node) {
        if (!(node.prim() instanceof Prim.Elementwise(var op))
                || op != Op.SUB
                || !node.type().perExample()) {
            return Optional.empty();
        }
        var value = node.inputs().get(0);
        return meanOf(node.inputs().get(1)).filter(value::equals);
    }

    /// What a value is the mean of over the examples.
    private Optional<Value> meanOf(Value value) {
        var now = value;
        while (true) {
            var node = wiring.node(now);
            switch (node.prim()) {
                case Prim.Sum(var _, boolean examples) -> {
                    if (examples) {
                        return Optional.of(node.inputs().getFirst());
                    }
                    now = node.inputs().getFirst();
                }
                case Prim.Broadcast _, Prim.Reshape _ -> now = node.inputs().getFirst();
                case Prim.Elementwise(var op)
                when op == Op.DIV || op == Op.MUL -> now = node.inputs().getFirst();
                default -> {
                    return Optional.empty();
                }
            }
        }
    }

    private void redundantBias(Node centring, Value value) {
        var node = wiring.node(value);
        if (!(node.prim() instanceof Prim.Elementwise(var op)) || op != Op.ADD) {
            return;
        }
        boolean readElsewhere = wiring.readers(value).stream()
                .map(wiring.graph().nodes()::get)
                .anyMatch(reader -> !reader.equals(centring) && !(reader.prim() instanceof Prim.Sum));
        for (var input : node.inputs()) {
            var name = wiring.parameter(input);
            if (name.isPresent() && !readElsewhere) {
                lint.warn(
                        LintCode.REDUNDANT_BIAS,
                        node.origin().span(),
                        "the bias `" + name.get() + "` has no effect: the mean over the batch is subtracted just behind"
                                + " it",
                        Note.at(centring.origin().span(), "here"),
                        Note.help("write bias: false"));
            }
        }
    }

    private void oneExample(Node centring, Value value) {
        boolean alone = model.train().batch() == 1
                && wiring.readers(value).stream()
                        .map(wiring.graph().nodes()::get)
                        .anyMatch(reader -> reader.prim() instanceof Prim.Sum(var axes, boolean examples)
                                && examples
                                && axes.isEmpty());
        if (alone) {
            lint.warn(
                    LintCode.BATCH_NORM_ONE,
                    centring.origin().span(),
                    "the batch has one example, so that its mean is the example itself and nothing is left",
                    Note.help("a larger `batch:`, or layer_norm"));
        }
    }

    private void twice(Model.Layer layer) {
        var now = layer.value();
        for (int reader : wiring.readers(now)) {
            var node = wiring.graph().nodes().get(reader);
            var by = node.origin().declaration();
            boolean own = node.origin().span().equals(layer.origin().span());
            if (LOSSES.contains(by) && !own && isFitting(layer.kind(), by)) {
                lint.warn(
                        LintCode.SOFTMAX_TWICE,
                        node.origin().span(),
                        "this takes logits and is given probabilities",
                        Note.at(layer.origin().span(), "`" + layer.kind() + "` made them"),
                        Note.help("give it what stands before `" + layer.kind() + "`"));
                return;
            }
        }
    }

    private static boolean isFitting(String kind, String by) {
        return kind.equals("softmax") ? !by.equals("binary_cross_entropy") : by.equals("binary_cross_entropy");
    }
}
