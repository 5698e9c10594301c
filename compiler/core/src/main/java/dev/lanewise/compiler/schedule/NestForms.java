package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The loops that plain nests are made of.
record NestForms(Facts facts, Fusion fusion, List<Uniform> uniforms) {

    /// What a kernel of `cluster` knows of the values it reads: other clusters' results come from memory.
    Values values(Cluster cluster) {
        return new Values(facts, uniforms, n -> fusion.stored[n] && fusion.home[n] != cluster);
    }

    /// Loops over `extents`, the first being the unit when `unit`, around what `body` writes for their indices.
    static void loops(Values values, List<Integer> extents, boolean unit, Consumer<List<Index>> body) {
        var at = new ArrayList<Index>();
        var variables = new ArrayList<Integer>();
        for (int i = 0; i < extents.size(); i++) {
            if (i == 0 && unit) {
                at.add(Affine.variable(Kernel.UNIT));
            } else {
                int variable = values.variable();
                variables.add(variable);
                at.add(Affine.variable(variable));
                values.open(variable, false);
            }
        }
        body.accept(at);
        for (int i = variables.size() - 1; i >= 0; i--) {
            values.closeFor(variables.get(i), extents.get(extents.size() - variables.size() + i));
        }
    }

    /// A nest whose units are the first axis of `extents`; per-example values have the examples in the lanes.
    Step nest(
            Cluster cluster, Values values, List<Integer> extents, double costPerElement, Consumer<List<Index>> body) {
        boolean perExample = cluster.perExample;
        if (perExample) {
            values.lane = values.variable();
            values.open(values.lane, true);
        }
        loops(values, extents, true, body);
        if (perExample) {
            values.closeVector(values.lane, 32);
        }
        long size = 1;
        for (int extent : extents) {
            size *= extent;
        }
        int units = extents.isEmpty() ? 1 : extents.getFirst();
        double cost = costPerElement * size / Math.max(1, units) * (perExample ? 4 : 1);
        return finish(cluster, values, units, cost);
    }

    /// A nest of one unit, in the order of `body`; per-example values have the examples in the lanes.
    Step whole(Cluster cluster, Values values, double cost, Runnable body) {
        boolean perExample = cluster.perExample;
        if (perExample) {
            values.lane = values.variable();
            values.open(values.lane, true);
        }
        body.run();
        if (perExample) {
            values.closeVector(values.lane, 32);
        }
        return finish(cluster, values, 1, cost);
    }

    Step finish(Cluster cluster, Values values, int units, double cost) {
        if (values.failed) {
            throw new CompilerBug("cannot be lowered: " + facts.node(cluster.root));
        }
        return Lowering.finish(facts, cluster, values, cluster.perExample, units, cost, Lowering.nest(values));
    }
}
