package dev.lanewise.compiler.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Prim.SumOfProducts;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SumsByUnitTest {
    private static final double[] X = {1, 2, 3, 5, 8, 13.5};
    private static final double[] W = {7, 9};

    /// What else is made of the deviation.
    private interface Use {
        void of(Value deviation, Arithmetic m);
    }

    /// A mean squared deviation of `x` from `w`, unit by unit and over the examples.
    private static Graph graph(Use use) {
        var builder = Graph.builder();
        var m = new Arithmetic(builder, Origin.UNKNOWN);
        var x = builder.leaf(new Prim.Input("x"), Type.example(Shape.of(2)), Origin.UNKNOWN);
        var w = builder.leaf(new Prim.Parameter("w"), Type.batch(Shape.of(2)), Origin.UNKNOWN);
        var deviation = m.sub(m.apply(Op.SIN, x), w);
        var loss = m.mean(m.mean(m.mul(deviation, deviation), List.of(0), false), List.of(), true);
        builder.result(Role.LOSS, "loss", loss);
        use.of(deviation, m);
        return builder.build();
    }

    private static double loss(Graph graph) {
        var bindings = Bindings.of(3, Map.of("x", X), Map.of("w", W), 1);
        return new Interpreter(graph, true).run(bindings).of(Role.LOSS, "loss").data()[0];
    }

    /// The sums, after a look that the loss is the same.
    private static List<Prim> sums(Use use) {
        var before = graph(use);
        var after = new Optimizer(true).optimize(before);
        assertEquals(loss(before), loss(after), 1e-12);
        return after.nodes().stream()
                .map(Node::prim)
                .filter(p -> p instanceof Sum || p instanceof SumOfProducts)
                .toList();
    }

    private static void gradient(Value deviation, Arithmetic m) {
        m.builder().result(Role.UPDATE, "w", m.sum(m.apply(Op.TANH, deviation), List.of(), true));
    }

    @Test
    void aLossIsAddedUpWhereTheGradientsAre() {
        assertEquals(
                List.of(new SumOfProducts(List.of()), new Sum(List.of(0), false), new Sum(List.of(), true)),
                sums(SumsByUnitTest::gradient));
    }

    @Test
    void aLossOfValuesThatGoElsewhereIsAddedUpExampleByExample() {
        var byExample = new Sum(List.of(0), false);
        assertEquals(byExample, sums((_, _) -> {}).getFirst(), "nothing else needs the deviations");
        assertEquals(
                byExample,
                sums((deviation, m) -> {
                            gradient(deviation, m);
                            m.builder().result(Role.METRIC_SUM, "most", m.max(deviation, List.of(0), true));
                        })
                        .getFirst(),
                "the deviations are needed for a maximum too");
    }
}
