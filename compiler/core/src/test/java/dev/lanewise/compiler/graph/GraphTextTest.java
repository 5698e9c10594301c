package dev.lanewise.compiler.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.Prim.Input;
import dev.lanewise.compiler.graph.Prim.Parameter;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.dsl.source.Source;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphTextTest {

    private static Graph dense() {
        var source = new Source("a.net", "one\ntwo\n");
        var origin = new Origin("dense", "dense_1", source.span(4, 7));
        var builder = Graph.builder();
        var x = builder.leaf(new Input("x"), Type.example(Shape.of(3)), Origin.UNKNOWN);
        var w = builder.leaf(new Parameter("dense_1.weight"), Type.batch(Shape.of(2, 3)), origin);
        var b = builder.leaf(new Parameter("dense_1.bias"), Type.batch(Shape.of(2)), origin);
        var math = new Arithmetic(builder, origin);
        var y = math.add(math.contract("un", w, "n", x, "u", false), b);
        builder.result(Result.Role.OUTPUT, "y", y);
        builder.result(Result.Role.LOSS, "loss", math.mean(math.mul(y, y), List.of(0), true));
        return builder.build();
    }

    @Test
    void aNodeIsALineWithTypeAndPlace() {
        assertEquals("""
            %0 = input x : n x [3]
            %1 = parameter dense_1.weight : [2, 3]   // line 2 dense_1
            %2 = parameter dense_1.bias : [2]   // line 2 dense_1
            %3 = contract un,n->u %1 %0 : n x [2]   // line 2 dense_1
            %4 = broadcast [2] at [0] for examples %2 : n x [2]   // line 2 dense_1
            %5 = add %3 %4 : n x [2]   // line 2 dense_1
            %6 = mul %5 %5 : n x [2]   // line 2 dense_1
            %7 = sum [0] over examples %6 : []   // line 2 dense_1
            %8 = run examples : []   // line 2 dense_1
            %9 = fill 2 : []   // line 2 dense_1
            %10 = mul %8 %9 : []   // line 2 dense_1
            %11 = div %7 %10 : []   // line 2 dense_1
            output y = %5
            loss loss = %11
            """, GraphPrinter.print(Verifier.verify(dense())));
    }

    @Test
    void aDefectShowsTheNode() {
        var graph = dense();
        var nodes = new java.util.ArrayList<>(graph.nodes());
        nodes.set(
                7,
                new Node(new Sum(List.of(0), true), List.of(new Value(9)), Type.batch(Shape.SCALAR), Origin.UNKNOWN));
        var bug = assertThrows(CompilerBug.class, () -> Verifier.verify(new Graph(nodes, graph.results())));
        assertTrue(bug.getMessage().contains("%7: reads %9, which comes later"), bug.getMessage());
        assertTrue(bug.getMessage().contains("%9 : []\n^\n%8"), bug.getMessage());
    }

    @Test
    void shapesStretchFromTheRight() {
        var types = List.of(Type.batch(Shape.of(4, 1)), Type.example(Shape.of(5)));
        assertEquals(Type.example(Shape.of(4, 5)), Shapes.broadcast(types));
        var builder = Graph.builder();
        var a = builder.leaf(new Parameter("a"), types.get(0), Origin.UNKNOWN);
        var b = builder.leaf(new Input("b"), types.get(1), Origin.UNKNOWN);
        var sum = Arithmetic.apply(builder, Op.ADD, Origin.UNKNOWN, a, b);
        assertEquals(Type.example(Shape.of(4, 5)), builder.type(sum));
        assertTrue(!Shapes.broadcastable(List.of(Type.batch(Shape.of(4)), Type.batch(Shape.of(5)))));
    }

    @Test
    void uniformsAreScalarsOfTheRunAlone() {
        var uniform = Uniforms.of(dense());
        assertEquals("{8, 9, 10}", uniform.toString());
    }
}
