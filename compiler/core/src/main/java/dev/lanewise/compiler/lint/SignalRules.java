package dev.lanewise.compiler.lint;

import dev.lanewise.compiler.lint.PredictedSignals.Layer;
import dev.lanewise.dsl.diagnostic.Note;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// Signals that die out or grow from layer to layer, forwards and backwards.
final class SignalRules {
    /// How much of the first layer's deviation must be left in every other one.
    private static final double LEAST = 0.02;

    private static final double MOST = 50;

    private final Lint lint;
    private final Wiring wiring;

    SignalRules(Lint lint, Wiring wiring) {
        this.lint = lint;
        this.wiring = wiring;
    }

    void check(PredictedSignals signals) {
        var hidden = signals.layers().stream()
                .filter(layer -> layer.layer().activation()
                        && wiring.isHidden(layer.layer().value()))
                .toList();
        if (hidden.size() < 2) {
            return;
        }
        if (!check(hidden, Layer::std, "the activations", "standard deviation")) {
            check(hidden.reversed(), Layer::gradientNorm, "the gradients, on their way back,", "length");
        }
    }

    /// Warns of the first layer whose figure is far from that of the first in the list.
    private boolean check(List<Layer> layers, ToDoubleFunction<Layer> figure, String what, String unit) {
        var first = layers.getFirst();
        double start = figure.applyAsDouble(first);
        if (!(start > 0)) {
            return false; // nothing flows yet, as with a last layer of zeros
        }
        for (var layer : layers) {
            double now = figure.applyAsDouble(layer);
            if (now == 0) {
                continue; // this branch ends in zeros, and learns from the second step on
            }
            boolean vanishing = now < LEAST * start;
            boolean exploding = !(now <= MOST * start);
            if (vanishing || exploding) {
                lint.warn(
                        vanishing ? LintCode.VANISHING_SIGNAL : LintCode.EXPLODING_SIGNAL,
                        layer.layer().origin().span(),
                        what + (vanishing ? " all but vanish here" : " explode here") + ": " + unit + " " + number(now)
                                + ", and " + number(start) + " in "
                                + first.layer().name(),
                        Note.at(
                                first.layer().origin().span(),
                                "`" + first.layer().name() + "`"),
                        Note.help("leave out `init:` so that the compiler chooses, or put batch_norm or layer_norm"
                                + " between the layers"));
                return true;
            }
        }
        return false;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2g", value);
    }
}
