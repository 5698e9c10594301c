package dev.lanewise.compiler;

import dev.lanewise.compiler.autodiff.Differences;
import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.optimize.Optimizer;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Gradients through layers of images agree with differences in double precision, for every way in which a window
/// moves, on images of odd sizes: before the optimizer and after it.
class ConvolutionGradientsTest {
    private static final int EXAMPLES = 3;

    static Stream<String> layers() {
        var layers = new ArrayList<String>();
        for (var pad : List.of("valid", "same", "1", "2")) {
            for (int stride = 1; stride <= 3; stride++) {
                for (int dilation = 1; dilation <= 2; dilation++) {
                    var moves = "stride: %d, pad: %s, dilation: %d".formatted(stride, pad, dilation);
                    for (var kernel : List.of("[2, 3]", "3")) {
                        layers.add("conv(4, %s, %s)".formatted(kernel, moves));
                        layers.add("conv(6, %s, %s, groups: 2)".formatted(kernel, moves));
                    }
                    for (var kernel : List.of("[3, 2]", "[2, 3]", "3")) {
                        layers.add("conv(18, 1) |> conv(24, %s, %s)".formatted(kernel, moves));
                    }
                    layers.add("depthwise_conv([3, 2], %s)".formatted(moves));
                    layers.add("depthwise_conv(3, %s, multiplier: 2, bias: false)".formatted(moves));
                }
            }
        }
        for (int stride = 1; stride <= 3; stride++) {
            for (int pad = 0; pad <= 1; pad++) {
                layers.add("conv_transpose(3, [2, 3], stride: %d, pad: %d)".formatted(stride, pad));
            }
            for (var kernel : List.of("2", "3", "[3, 2]")) {
                layers.add("max_pool(%s, stride: %d)".formatted(kernel, stride));
                layers.add("avg_pool(%s, stride: %d)".formatted(kernel, stride));
            }
        }
        layers.addAll(List.of(
                "global_avg_pool",
                "relu |> max_pool(2)",
                "conv(4, 3, pad: same) |> relu |> max_pool(3, stride: 2)",
                "batch_norm |> relu |> max_pool(2) |> conv(3, 2)"));
        return layers.stream();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void agreeWithDifferences(String layer) {
        var network = """
            network Net {
              input  x: float[2, 7, 9]
              target y: float[1]
              p = x |> conv(4, [1, 2]) |> tanh |> %s |> tanh |> flatten |> dense(1)
              output value = p
              loss   mse(p, y)
              train { optimizer: sgd(rate: 0.1) }
            }
            """.formatted(layer);
        var diagnostics = new Diagnostics();
        var model = Compiler.model(
                        new Source("test.net", network), SourceFolder.empty(), CompileOptions.standard(), diagnostics)
                .orElseThrow(() -> new AssertionError(diagnostics.all()));
        var optimizer = new Optimizer(true);
        var step = TrainingStep.of(model);
        var random = new SplittableRandom(layer.hashCode());
        var bindings = bindings(model, random);
        Differences.check(step, bindings, random, 1e-7);
        Differences.check(optimizer.optimize(TrainingStep.of(optimizer.prepare(model))), bindings, random, 1e-7);
    }

    private static Bindings bindings(Model model, SplittableRandom random) {
        var data = new HashMap<String, double[]>();
        data.put("x", random.doubles(EXAMPLES * 2 * 7 * 9L, -1, 1).toArray());
        data.put("y", random.doubles(EXAMPLES, -1, 1).toArray());
        var weights = new HashMap<String, double[]>();
        for (var weight : model.weights()) {
            weights.put(
                    weight.name(), random.doubles(weight.shape().size(), -1, 1).toArray());
        }
        return Bindings.of(EXAMPLES, data, weights, 1);
    }
}
