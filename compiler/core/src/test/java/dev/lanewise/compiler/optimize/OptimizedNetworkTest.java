package dev.lanewise.compiler.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.GraphPrinter;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.TrainSettings;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Verifier;
import dev.lanewise.compiler.graph.Weight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is left of a small network: the text is the measure of the optimizer.
class OptimizedNetworkTest {

    /// A stack of tanh layers of `width` units over `input` numbers, then a softmax over 3 classes, trained by Adam
    /// or plain descent.
    private static Model network(int input, int width, int depth, boolean adam) {
        var builder = Graph.builder();
        var m = new Arithmetic(builder, Origin.UNKNOWN);
        var weights = new ArrayList<Weight>();
        var rules = new LinkedHashMap<String, Graph>();
        var x = builder.leaf(new Prim.Input("x"), Type.example(Shape.of(input)), Origin.UNKNOWN);
        var h = x;
        for (int i = 1; i <= depth + 1; i++) {
            int from = i == 1 ? input : width;
            int to = i > depth ? 3 : width;
            var w = parameter("dense_" + i + ".weight", Shape.of(to, from), builder, weights, rules, adam);
            var b = parameter("dense_" + i + ".bias", Shape.of(to), builder, weights, rules, adam);
            h = m.add(m.contract("un", w, "n", h, "u", false), b);
            h = i > depth ? h : m.apply(Op.TANH, h);
        }
        builder.result(Role.OUTPUT, "logits", h);
        var t = builder.leaf(new Prim.Input("t"), Type.example(Shape.SCALAR), Origin.UNKNOWN);
        var shifted = m.sub(h, m.reshape(m.stop(m.max(h, List.of(0), false)), Shape.of(1)));
        var logs = m.sub(shifted, m.apply(Op.LOG, m.sum(m.apply(Op.EXP, shifted), List.of(0), false)));
        var loss = m.neg(m.sum(m.mul(m.oneHot(t, 3), logs), List.of(0), false));
        builder.result(Role.LOSS, "loss", m.mean(loss, List.of(), true));
        var graph = builder.build();
        return new Model(
                "small",
                List.of(),
                List.of(),
                List.of(),
                weights,
                graph,
                graph,
                List.of(),
                rules,
                Graph.EMPTY,
                new TrainSettings("", "", 0, 0, "", "", 32, 1, 1, false, true, 0, "", TrainSettings.Bagging.NONE, ""),
                List.of());
    }

    private static Value parameter(
            String name,
            Shape shape,
            Graph.Builder builder,
            List<Weight> weights,
            Map<String, Graph> rules,
            boolean adam) {
        weights.add(new Weight(
                name,
                shape,
                Weight.Kind.PARAMETER,
                false,
                shape.rank() > 1,
                Graph.EMPTY,
                Graph.EMPTY,
                "",
                Origin.UNKNOWN));
        rules.put(name, adam ? adam(name, shape) : descent(name, shape));
        return builder.leaf(new Prim.Parameter(name), Type.batch(shape), Origin.UNKNOWN);
    }

    private static Graph descent(String name, Shape shape) {
        var builder = Graph.builder();
        var m = new Arithmetic(builder, Origin.UNKNOWN);
        var w = builder.leaf(new Prim.Parameter(name), Type.batch(shape), Origin.UNKNOWN);
        var g = builder.leaf(new Prim.Input("gradient"), Type.batch(shape), Origin.UNKNOWN);
        builder.result(Role.UPDATE, name, m.sub(w, m.mul(m.fill(0.5), g)));
        return builder.build();
    }

    /// As the prelude writes it.
    private static Graph adam(String name, Shape shape) {
        var builder = Graph.builder();
        var math = new Arithmetic(builder, Origin.UNKNOWN);
        var type = Type.batch(shape);
        var w = builder.leaf(new Prim.Parameter(name), type, Origin.UNKNOWN);
        var g = builder.leaf(new Prim.Input("gradient"), type, Origin.UNKNOWN);
        var m0 = builder.leaf(new Prim.State("optimizer.m." + name), type, Origin.UNKNOWN);
        var v0 = builder.leaf(new Prim.State("optimizer.v." + name), type, Origin.UNKNOWN);
        var step = math.run(RunScalar.STEP);
        var one = math.fill(1);
        var beta1 = math.fill(0.9);
        var beta2 = math.fill(0.999);
        var m = math.add(math.mul(beta1, m0), math.mul(math.sub(one, beta1), g));
        var v = math.add(math.mul(beta2, v0), math.mul(math.sub(one, beta2), math.apply(Op.POW, g, math.fill(2))));
        var unbiasedM = math.div(m, math.sub(one, math.apply(Op.POW, beta1, step)));
        var unbiasedV = math.div(v, math.sub(one, math.apply(Op.POW, beta2, step)));
        var under = math.add(math.apply(Op.SQRT, unbiasedV), math.fill(1e-8));
        builder.result(Role.UPDATE, "optimizer.m." + name, m);
        builder.result(Role.UPDATE, "optimizer.v." + name, v);
        builder.result(Role.UPDATE, name, math.sub(w, math.div(math.mul(math.fill(0.001), unbiasedM), under)));
        return builder.build();
    }

    private static Graph optimized(Model model, boolean verify) {
        var optimizer = new Optimizer(verify);
        var all = optimizer.optimize(TrainingStep.of(optimizer.prepare(model)));
        return DropDead.keeping(all, r -> r.role() == Role.LOSS || r.role() == Role.UPDATE);
    }

    @Test
    void descentWithSoftmax() {
        assertEquals("""
            %0 = input x : n x [4]
            %1 = parameter dense_1.weight : [5, 4]
            %2 = parameter dense_1.bias : [5]
            %3 = contract un,n->u %1 %0 : n x [5]
            %4 = broadcast [5] at [0] for examples %2 : n x [5]
            %5 = add %3 %4 : n x [5]
            %6 = tanh %5 : n x [5]
            %7 = parameter dense_2.weight : [3, 5]
            %8 = parameter dense_2.bias : [3]
            %9 = contract un,n->u %7 %6 : n x [3]
            %10 = broadcast [3] at [0] for examples %8 : n x [3]
            %11 = add %9 %10 : n x [3]
            %12 = input t : n x []
            %13 = max_over [0] %11 : n x []
            %14 = broadcast [3] at [] %13 : n x [3]
            %15 = sub %11 %14 : n x [3]
            %16 = sub %14 %11 : n x [3]
            %17 = decay %16 : n x [3]
            %18 = sum [0] %17 : n x []
            %19 = log %18 : n x []
            %20 = broadcast [3] at [] %19 : n x [3]
            %21 = sub %15 %20 : n x [3]
            %22 = positions 0 : [3]
            %23 = broadcast [3] at [] %12 : n x [3]
            %24 = broadcast [3] at [0] for examples %22 : n x [3]
            %25 = eq %23 %24 : n x [3]
            %26 = sum_of_products [0] over examples %21 %25 : []
            %27 = run examples : []
            %28 = fill 1 : []
            %29 = div %28 %27 : []
            %30 = neg %29 : []
            %31 = mul %26 %30 : []
            %32 = broadcast [3] at [] for examples %30 : n x [3]
            %33 = mul %25 %32 : n x [3]
            %34 = broadcast [] at [] for examples %29 : n x []
            %35 = div %34 %18 : n x []
            %36 = broadcast [3] at [] %35 : n x [3]
            %37 = fma %17 %36 %33 : n x [3]
            %38 = flush %37 : n x [3]
            %39 = sum [] over examples %38 : [3]
            %40 = contract u,n->un over examples %38 %6 : [3, 5]
            %41 = contract un,u->n %7 %38 : n x [5]
            %42 = mul %6 %6 : n x [5]
            %43 = broadcast [5] at [] for examples %28 : n x [5]
            %44 = sub %43 %42 : n x [5]
            %45 = mul %41 %44 : n x [5]
            %46 = flush %45 : n x [5]
            %47 = sum [] over examples %46 : [5]
            %48 = contract u,n->un over examples %46 %0 : [5, 4]
            %49 = fill -0.5 : []
            %50 = broadcast [5, 4] at [] %49 : [5, 4]
            %51 = fma %48 %50 %1 : [5, 4]
            %52 = broadcast [5] at [] %49 : [5]
            %53 = fma %47 %52 %2 : [5]
            %54 = broadcast [3, 5] at [] %49 : [3, 5]
            %55 = fma %40 %54 %7 : [3, 5]
            %56 = broadcast [3] at [] %49 : [3]
            %57 = fma %39 %56 %8 : [3]
            loss loss = %31
            update dense_1.weight = %51
            update dense_1.bias = %53
            update dense_2.weight = %55
            update dense_2.bias = %57
            """, GraphPrinter.print(optimized(network(4, 5, 1, false), true)));
    }

    @Test
    void adamIsOnePassOverTheWeights() {
        var model = network(4, 5, 0, true);
        assertEquals("""
            %0 = input x : n x [4]
            %1 = parameter dense_1.weight : [3, 4]
            %2 = parameter dense_1.bias : [3]
            %3 = contract un,n->u %1 %0 : n x [3]
            %4 = broadcast [3] at [0] for examples %2 : n x [3]
            %5 = add %3 %4 : n x [3]
            %6 = input t : n x []
            %7 = max_over [0] %5 : n x []
            %8 = broadcast [3] at [] %7 : n x [3]
            %9 = sub %5 %8 : n x [3]
            %10 = sub %8 %5 : n x [3]
            %11 = decay %10 : n x [3]
            %12 = sum [0] %11 : n x []
            %13 = log %12 : n x []
            %14 = broadcast [3] at [] %13 : n x [3]
            %15 = sub %9 %14 : n x [3]
            %16 = positions 0 : [3]
            %17 = broadcast [3] at [] %6 : n x [3]
            %18 = broadcast [3] at [0] for examples %16 : n x [3]
            %19 = eq %17 %18 : n x [3]
            %20 = sum_of_products [0] over examples %15 %19 : []
            %21 = run examples : []
            %22 = fill 1 : []
            %23 = div %22 %21 : []
            %24 = neg %23 : []
            %25 = mul %20 %24 : []
            %26 = broadcast [3] at [] for examples %24 : n x [3]
            %27 = mul %19 %26 : n x [3]
            %28 = broadcast [] at [] for examples %23 : n x []
            %29 = div %28 %12 : n x []
            %30 = broadcast [3] at [] %29 : n x [3]
            %31 = fma %11 %30 %27 : n x [3]
            %32 = flush %31 : n x [3]
            %33 = sum [] over examples %32 : [3]
            %34 = contract u,n->un over examples %32 %0 : [3, 4]
            %35 = state optimizer.m.dense_1.weight : [3, 4]
            %36 = state optimizer.v.dense_1.weight : [3, 4]
            %37 = run step : []
            %38 = fill 0.9 : []
            %39 = fill 0.999 : []
            %40 = broadcast [3, 4] at [] %38 : [3, 4]
            %41 = mul %35 %40 : [3, 4]
            %42 = fill 0.09999999999999998 : []
            %43 = broadcast [3, 4] at [] %42 : [3, 4]
            %44 = fma %34 %43 %41 : [3, 4]
            %45 = broadcast [3, 4] at [] %39 : [3, 4]
            %46 = mul %36 %45 : [3, 4]
            %47 = fill 0.0010000000000000009 : []
            %48 = mul %34 %34 : [3, 4]
            %49 = broadcast [3, 4] at [] %47 : [3, 4]
            %50 = fma %48 %49 %46 : [3, 4]
            %51 = pow %38 %37 : []
            %52 = sub %22 %51 : []
            %53 = div %22 %52 : []
            %54 = pow %39 %37 : []
            %55 = sub %22 %54 : []
            %56 = div %22 %55 : []
            %57 = broadcast [3, 4] at [] %56 : [3, 4]
            %58 = mul %50 %57 : [3, 4]
            %59 = sqrt %58 : [3, 4]
            %60 = fill 1.0E-8 : []
            %61 = broadcast [3, 4] at [] %60 : [3, 4]
            %62 = add %59 %61 : [3, 4]
            %63 = fill 0.001 : []
            %64 = mul %53 %63 : []
            %65 = broadcast [3, 4] at [] %64 : [3, 4]
            %66 = mul %44 %65 : [3, 4]
            %67 = div %66 %62 : [3, 4]
            %68 = sub %1 %67 : [3, 4]
            %69 = flush %44 : [3, 4]
            %70 = flush %50 : [3, 4]
            %71 = state optimizer.m.dense_1.bias : [3]
            %72 = state optimizer.v.dense_1.bias : [3]
            %73 = broadcast [3] at [] %38 : [3]
            %74 = mul %71 %73 : [3]
            %75 = broadcast [3] at [] %42 : [3]
            %76 = fma %33 %75 %74 : [3]
            %77 = broadcast [3] at [] %39 : [3]
            %78 = mul %72 %77 : [3]
            %79 = mul %33 %33 : [3]
            %80 = broadcast [3] at [] %47 : [3]
            %81 = fma %79 %80 %78 : [3]
            %82 = broadcast [3] at [] %56 : [3]
            %83 = mul %81 %82 : [3]
            %84 = sqrt %83 : [3]
            %85 = broadcast [3] at [] %60 : [3]
            %86 = add %84 %85 : [3]
            %87 = broadcast [3] at [] %64 : [3]
            %88 = mul %76 %87 : [3]
            %89 = div %88 %86 : [3]
            %90 = sub %2 %89 : [3]
            %91 = flush %76 : [3]
            %92 = flush %81 : [3]
            loss loss = %25
            update optimizer.m.dense_1.weight = %69
            update optimizer.v.dense_1.weight = %70
            update dense_1.weight = %68
            update optimizer.m.dense_1.bias = %91
            update optimizer.v.dense_1.bias = %92
            update dense_1.bias = %90
            """, GraphPrinter.print(optimized(model, true)));
    }

    @Test
    void aThousandLayersTakeAThousandTimesALayer() {
        var small = optimized(network(4, 5, 100, true), false);
        var graph = Verifier.verify(optimized(network(4, 5, 2000, true), false));
        assertTrue(graph.nodes().size() > 60_000, () -> graph.nodes().size() + " nodes");
        double ratio = (double) graph.nodes().size() / small.nodes().size();
        assertEquals(20, ratio, 1, "nodes grow with the depth");
    }
}
