package dev.lanewise.compiler.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.autodiff.Autodiff;
import dev.lanewise.compiler.autodiff.Differences;
import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.GraphPrinter;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.RandomGraphs;
import dev.lanewise.compiler.graph.RandomGraphs.Features;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Verifier;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassTest {

    private static final Optimizer OPTIMIZER = new Optimizer(true);
    private static final int EXAMPLES = 35;

    private static Bindings bindings(Model model, long seed) {
        var random = new SplittableRandom(seed);
        return Bindings.of(
                EXAMPLES, RandomGraphs.batch(model, EXAMPLES, random), RandomGraphs.weights(model, random), seed);
    }

    private static Graph optimized(Model model) {
        return OPTIMIZER.optimize(TrainingStep.of(OPTIMIZER.prepare(model)));
    }

    @Test
    void passesKeepTheMeaningOfRandomNetworks() {
        for (long seed = 0; seed < 300; seed++) {
            var model = RandomGraphs.model(seed, 1 + (int) seed / 15, Features.ALL);
            var plain = Verifier.verify(TrainingStep.of(model));
            same(plain, optimized(model), bindings(model, seed), seed);
            same(model.prediction(), OPTIMIZER.optimize(model.prediction()), bindings(model, seed), seed);
        }
    }

    private static void same(Graph before, Graph after, Bindings bindings, long seed) {
        var expected = new Interpreter(before, true).run(bindings);
        var found = new Interpreter(after, true).run(bindings);
        assertEquals(expected.results().size(), found.results().size());
        for (int r = 0; r < expected.results().size(); r++) {
            double[] a = expected.tensors().get(r).data();
            double[] b = found.tensors().get(r).data();
            var result = expected.results().get(r);
            assertEquals(result.name(), found.results().get(r).name());
            double size = 1e-3;
            for (double number : a) {
                size = Math.max(size, Math.abs(number));
            }
            for (int i = 0; i < a.length; i++) {
                int at = i;
                boolean close = Math.abs(a[i] - b[i]) <= 1e-9 * size || Double.isNaN(a[i]);
                assertTrue(
                        close,
                        () -> "seed " + seed + ": " + result + "[" + at + "] was " + a[at] + ", is " + b[at] + "\n"
                                + GraphPrinter.print(before) + "\n" + GraphPrinter.print(after));
            }
        }
    }

    @Test
    void gradientsOfOptimizedRandomNetworksAgreeWithDifferences() {
        for (long seed = 0; seed < 100; seed++) {
            var model = RandomGraphs.model(seed, 1 + (int) seed / 6, Features.SMOOTH);
            var forward = OPTIMIZER.prepare(model.training());
            var graph = OPTIMIZER.optimize(Autodiff.gradients(forward, TrainingStep.trained(model)));
            try {
                Differences.check(graph, bindings(model, seed), new SplittableRandom(seed), 1e-6);
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 14, 15, 92})
    void optimizingTwiceChangesNothing(long seed) {
        var graph = optimized(RandomGraphs.model(seed, 12, Features.ALL));
        assertEquals(GraphPrinter.print(graph), GraphPrinter.print(OPTIMIZER.optimize(graph)));
    }

    /// The gradient of a pool whose windows do not overlap.
    @Test
    void patchesSideBySideAreJoinedAndOthersAreAdded() {
        assertEquals(List.of("input", "reshape", "pad"), stages(new Prim.Fold(1, 7, 2, 1)));
        assertEquals(List.of("input", "reshape"), stages(new Prim.Fold(1, 6, 2, 1)));
        assertEquals(List.of("input", "fold"), stages(new Prim.Fold(1, 4, 1, 1)));
        assertEquals(List.of("input", "fold"), stages(new Prim.Fold(1, 8, 2, 3)));
    }

    /// A pooled layer does its bias and its activation on what is left of it.
    @Test
    void whatNeverFallsFollowsTheMaximumOfWindows() {
        assertEquals(
                List.of("contract", "windows", "windows", "transpose", "max", "add", "max", "reshape"),
                pooled("conv(4, 3) |> relu"));
        assertEquals(
                List.of("contract", "windows", "windows", "transpose", "max", "add", "tanh", "reshape"),
                pooled("conv(4, 3) |> tanh"));
        assertEquals(
                List.of("contract", "add", "sub", "windows", "windows", "transpose", "max", "reshape"),
                pooled("conv(4, 3) |> neg"));
    }

    /// The gradient of what a convolution reads is one as well, of padded cotangents, and as large as what is read;
    /// where most of it would be padding, patches are added up.
    @Test
    void patchesOfProductsBecomeOneContraction() {
        assertEquals(
                List.of("windows [2, 8, 3, 8, 3]", "windows [4, 8, 3, 8, 3]", "windows [5, 8, 3, 8, 3]"),
                largest("conv(4, 3, pad: same) |> conv(5, 3, pad: same)"));
        assertEquals(
                List.of("windows [2, 6, 3, 6, 3]", "windows [4, 4, 3, 4, 3]", "fold [4, 6, 6]"),
                largest("conv(4, 3) |> conv(5, 3)"));
    }

    /// The patches that a step of training reads, and what is added up of patches.
    private static List<String> largest(String layers) {
        var text = """
            network Net {
              input x: float[2, 8, 8]
              target t: float[1]
              output y = x |> %s |> flatten |> dense(1)
              loss mse(y, t)
              train { optimizer: sgd(rate: 0.1) }
            }
            """.formatted(layers);
        var diagnostics = new Diagnostics();
        var model = Compiler.model(
                        new Source("test.net", text), SourceFolder.empty(), CompileOptions.standard(), diagnostics)
                .orElseThrow(() -> new AssertionError(diagnostics.all()));
        return optimized(model).nodes().stream()
                .filter(node -> node.prim() instanceof Prim.Windows
                                && node.type().shape().rank() == 5
                        || node.prim() instanceof Prim.Fold
                                && node.type().shape().rank() == 3)
                .map(node -> node.prim().getClass().getSimpleName().toLowerCase(Locale.ROOT) + " "
                        + node.type().shape().extents())
                .toList();
    }

    /// What is done between the convolution and the end.
    private static List<String> pooled(String layers) {
        var text = """
            fn neg(z) = 1 - z
            network Net {
              input x: float[2, 8, 8]
              output y = x |> %s |> max_pool(2) |> flatten
            }
            """.formatted(layers);
        var diagnostics = new Diagnostics();
        var model = Compiler.model(
                        new Source("test.net", text), SourceFolder.empty(), CompileOptions.standard(), diagnostics)
                .orElseThrow(() -> new AssertionError(diagnostics.all()));
        var stages = OPTIMIZER.optimize(model.prediction()).nodes().stream()
                .filter(node -> !node.inputs().isEmpty() && node.type().perExample())
                .map(Node::prim)
                .filter(prim -> !(prim instanceof Prim.Broadcast))
                .map(prim -> prim instanceof Prim.Elementwise(var op)
                        ? op.name().toLowerCase(Locale.ROOT)
                        : prim.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .toList();
        return stages.subList(stages.indexOf("contract"), stages.size());
    }

    private static List<String> stages(Prim.Fold fold) {
        var out = Graph.builder();
        var x = out.leaf(new Prim.Input("x"), Type.example(new Shape(List.of(2, 3, 2))), Origin.UNKNOWN);
        out.result(Result.Role.OUTPUT, "y", out.add(fold, Origin.UNKNOWN, x));
        return OPTIMIZER.optimize(out.build()).nodes().stream()
                .map(node -> node.prim().getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .toList();
    }
}
