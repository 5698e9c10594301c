package dev.lanewise.compiler.lint;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.lint.Propagation.Moments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is to be expected of every watched layer with first weights: computed at compile time, compared by nobody
/// with data (`stats` measures the same).
public record PredictedSignals(List<Layer> layers) {

    public PredictedSignals {
        layers = List.copyOf(layers);
    }

    /// `size` counts the layer's values for one example; `gradientStd` is the deviation of the loss's derivatives
    /// by them, NaN without a loss.
    public record Layer(Model.Layer layer, long size, double mean, double std, double gradientStd) {
        /// The length of the gradient of one example. First weights that keep the variance of the activations
        /// keep it from layer to layer, whatever the layers' sizes (He et al. 2015, section 2.2), and not that
        /// of each number.
        double gradientNorm() {
            return gradientStd * Math.sqrt(size);
        }
    }

    /// Mean and mean square of the numbers of one input.
    public record InputFigures(double mean, double square) {}

    /// `watched` is the training graph of `model` with results LAYER and, where there is a loss, COTANGENT; batches
    /// have `examples` examples, and inputs that `figures` does not hold are standard normal.
    public static PredictedSignals of(Model model, Graph watched, Map<String, InputFigures> figures, int examples) {
        var moments = new HashMap<String, Moments>();
        figures.forEach((name, each) -> moments.put(name, new Moments(each.mean(), each.square())));
        var signals = Propagation.of(
                model, watched, watched.results().stream().map(Result::value).toList(), moments, examples);
        var found = new HashMap<String, Signal>();
        var sizes = new HashMap<String, Long>();
        for (var result : watched.results()) {
            if (result.role() == Role.LAYER) {
                sizes.put(result.name(), watched.type(result.value()).shape().size());
            }
            found.put(result.role() + " " + result.name(), Objects.requireNonNull(signals.get(result.value())));
        }
        var layers = new ArrayList<Layer>();
        for (var layer : model.layers()) {
            var values = found.get(Role.LAYER + " " + layer.name());
            if (values != null) {
                layers.add(new Layer(
                        layer,
                        CompilerBug.expect(sizes, layer.name()),
                        values.mean(),
                        values.deviation(),
                        deviation(found.get(Role.COTANGENT + " " + layer.name()))));
            }
        }
        return new PredictedSignals(layers);
    }

    private static double deviation(@Nullable Signal signal) {
        return signal == null ? Double.NaN : signal.deviation();
    }
}
