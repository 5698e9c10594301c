package dev.lanewise.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.optimize.Optimizer;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.runtime.model.Layout;
import java.util.HashMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Steps and predictions of random convolutional networks are those of the interpreter, to the bit.
class ConvolutionalTest {

    @ParameterizedTest
    @MethodSource("seeds")
    void networksTrainAndPredictAsInterpreted(int seed) {
        var random = new SplittableRandom(seed);
        var text = RandomConvolutions.network(random, 1 + seed / 60);
        var model = model(text);
        int examples = random.nextInt(4) == 0 ? random.nextInt(33, 70) : random.nextInt(1, 33);
        var data = new HashMap<String, double[]>();
        int size = model.inputs().getFirst().size();
        data.put("x", Networks.draw(size * examples, random, -2, 2));
        data.put("y", random.doubles(examples, 0, 3).map(Math::floor).toArray());
        var bindings = Bindings.of(examples, data, Networks.numbers(model, random), seed);
        boolean precise = seed % 10 == 4;
        var optimizer = new Optimizer(true);
        var prepared = optimizer.prepare(model);
        var step = optimizer.optimize(TrainingStep.of(prepared));
        var prediction = optimizer.optimize(prepared.prediction());
        try {
            var options = new Scheduler.Options(Set.of(), precise);
            var program = new Emitted(Scheduler.schedule(model, step, prediction, options));
            EmittedTest.compare(program, Layout.TRAIN, step, bindings, seed % 4 == 0 ? "" : "scalar", 1, precise);
            EmittedTest.compare(program, Layout.PREDICT, prediction, bindings, "scalar", 1, precise);
            if (seed % 20 == 5) {
                EmittedTest.compare(program, Layout.TRAIN, step, bindings, "512", 3, precise);
                EmittedTest.compare(program, Layout.TRAIN, step, bindings, "256", 2, precise);
                EmittedTest.compare(program, Layout.TRAIN, step, bindings, "128", 1, precise);
                EmittedTest.compare(program, Layout.TRAIN, step, bindings, "scalar", 3, precise);
            }
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ", " + examples + " examples\n" + text, e);
        }
    }

    @Test
    void someHaveFewerMultiplicationsForwardAndBackward() {
        int forward = 0;
        int both = 0;
        for (int seed = 0; seed < 300; seed++) {
            var optimizer = new Optimizer(false);
            var model = optimizer.prepare(model(RandomConvolutions.network(new SplittableRandom(seed), 1 + seed / 60)));
            int predicting = minimal(optimizer.optimize(model.prediction()));
            forward += predicting > 0 ? 1 : 0;
            both += minimal(optimizer.optimize(TrainingStep.of(model))) > predicting ? 1 : 0;
        }
        assertTrue(forward >= 20 && both >= 10, forward + " and " + both);
    }

    /// How many contractions take four sums from six products.
    private static int minimal(Graph graph) {
        return (int) graph.nodes().stream()
                .filter(node -> node.prim() instanceof Prim.Contract
                        && graph.nodes().get(node.inputs().getFirst().node()).prim() instanceof Prim.Literal
                        && graph.type(node.inputs().getFirst()).shape().equals(Shape.of(4, 6)))
                .count();
    }

    private static Model model(String text) {
        var diagnostics = new Diagnostics();
        return Compiler.model(
                        new Source("test.net", text), SourceFolder.empty(), CompileOptions.standard(), diagnostics)
                .orElseThrow(() -> new AssertionError(diagnostics.all() + "\n" + text));
    }

    static IntStream seeds() {
        return EmittedTest.seeds();
    }
}
