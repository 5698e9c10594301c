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
            %26 = mul %21 %25 : n x [3]
            %27 = sum [0] over examples %26 : []
            %28 = run examples : []
            %29 = fill 1 : []
            %30 = div %29 %28 : []
            %31 = neg %30 : []
            %32 = mul %27 %31 : []
            %33 = broadcast [3] at [] for examples %31 : n x [3]
            %34 = mul %25 %33 : n x [3]
            %35 = broadcast [] at [] for examples %30 : n x []
            %36 = div %35 %18 : n x []
            %37 = broadcast [3] at [] %36 : n x [3]
            %38 = fma %17 %37 %34 : n x [3]
            %39 = flush %38 : n x [3]
            %40 = sum [] over examples %39 : [3]
            %41 = contract u,n->un over examples %39 %6 : [3, 5]
            %42 = contract un,u->n %7 %39 : n x [5]
            %43 = mul %6 %6 : n x [5]
            %44 = broadcast [5] at [] for examples %29 : n x [5]
            %45 = sub %44 %43 : n x [5]
            %46 = mul %42 %45 : n x [5]
            %47 = flush %46 : n x [5]
            %48 = sum [] over examples %47 : [5]
            %49 = contract u,n->un over examples %47 %0 : [5, 4]
            %50 = fill -0.5 : []
            %51 = broadcast [5, 4] at [] %50 : [5, 4]
            %52 = fma %49 %51 %1 : [5, 4]
            %53 = broadcast [5] at [] %50 : [5]
            %54 = fma %48 %53 %2 : [5]
            %55 = broadcast [3, 5] at [] %50 : [3, 5]
            %56 = fma %41 %55 %7 : [3, 5]
            %57 = broadcast [3] at [] %50 : [3]
            %58 = fma %40 %57 %8 : [3]
            loss loss = %32
            update dense_1.weight = %52
            update dense_1.bias = %54
            update dense_2.weight = %56
            update dense_2.bias = %58
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
            %20 = mul %15 %19 : n x [3]
            %21 = sum [0] over examples %20 : []
            %22 = run examples : []
            %23 = fill 1 : []
            %24 = div %23 %22 : []
            %25 = neg %24 : []
            %26 = mul %21 %25 : []
            %27 = broadcast [3] at [] for examples %25 : n x [3]
            %28 = mul %19 %27 : n x [3]
            %29 = broadcast [] at [] for examples %24 : n x []
            %30 = div %29 %12 : n x []
            %31 = broadcast [3] at [] %30 : n x [3]
            %32 = fma %11 %31 %28 : n x [3]
            %33 = flush %32 : n x [3]
            %34 = sum [] over examples %33 : [3]
            %35 = contract u,n->un over examples %33 %0 : [3, 4]
            %36 = state optimizer.m.dense_1.weight : [3, 4]
            %37 = state optimizer.v.dense_1.weight : [3, 4]
            %38 = run step : []
            %39 = fill 0.9 : []
            %40 = fill 0.999 : []
            %41 = broadcast [3, 4] at [] %39 : [3, 4]
            %42 = mul %36 %41 : [3, 4]
            %43 = fill 0.09999999999999998 : []
            %44 = broadcast [3, 4] at [] %43 : [3, 4]
            %45 = fma %35 %44 %42 : [3, 4]
            %46 = broadcast [3, 4] at [] %40 : [3, 4]
            %47 = mul %37 %46 : [3, 4]
            %48 = fill 0.0010000000000000009 : []
            %49 = mul %35 %35 : [3, 4]
            %50 = broadcast [3, 4] at [] %48 : [3, 4]
            %51 = fma %49 %50 %47 : [3, 4]
            %52 = pow %39 %38 : []
            %53 = sub %23 %52 : []
            %54 = div %23 %53 : []
            %55 = pow %40 %38 : []
            %56 = sub %23 %55 : []
            %57 = div %23 %56 : []
            %58 = broadcast [3, 4] at [] %57 : [3, 4]
            %59 = mul %51 %58 : [3, 4]
            %60 = sqrt %59 : [3, 4]
            %61 = fill 1.0E-8 : []
            %62 = broadcast [3, 4] at [] %61 : [3, 4]
            %63 = add %60 %62 : [3, 4]
            %64 = fill 0.001 : []
            %65 = mul %54 %64 : []
            %66 = broadcast [3, 4] at [] %65 : [3, 4]
            %67 = mul %45 %66 : [3, 4]
            %68 = div %67 %63 : [3, 4]
            %69 = sub %1 %68 : [3, 4]
            %70 = flush %45 : [3, 4]
            %71 = flush %51 : [3, 4]
            %72 = state optimizer.m.dense_1.bias : [3]
            %73 = state optimizer.v.dense_1.bias : [3]
            %74 = broadcast [3] at [] %39 : [3]
            %75 = mul %72 %74 : [3]
            %76 = broadcast [3] at [] %43 : [3]
            %77 = fma %34 %76 %75 : [3]
            %78 = broadcast [3] at [] %40 : [3]
            %79 = mul %73 %78 : [3]
            %80 = mul %34 %34 : [3]
            %81 = broadcast [3] at [] %48 : [3]
            %82 = fma %80 %81 %79 : [3]
            %83 = broadcast [3] at [] %57 : [3]
            %84 = mul %82 %83 : [3]
            %85 = sqrt %84 : [3]
            %86 = broadcast [3] at [] %61 : [3]
            %87 = add %85 %86 : [3]
            %88 = broadcast [3] at [] %65 : [3]
            %89 = mul %77 %88 : [3]
            %90 = div %89 %87 : [3]
            %91 = sub %2 %90 : [3]
            %92 = flush %77 : [3]
            %93 = flush %82 : [3]
            loss loss = %26
            update optimizer.m.dense_1.weight = %70
            update optimizer.v.dense_1.weight = %71
            update dense_1.weight = %69
            update optimizer.m.dense_1.bias = %92
            update optimizer.v.dense_1.bias = %93
            update dense_1.bias = %91
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
