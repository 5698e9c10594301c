package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel.Axis;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the axes of a contraction run through the memory of its operands, which are looked at through views.
final class Strides {
    private final Facts facts;
    private final Fusion fusion;
    private final int node;
    final Contraction spec;
    private final Map<Character, Integer> extents;
    private final Map<Character, Integer> variables = new HashMap<>();

    Strides(Facts facts, Fusion fusion, int node, Contraction spec) {
        this.facts = facts;
        this.fusion = fusion;
        this.node = node;
        this.spec = spec;
        this.extents = Tiles.extents(facts, node, spec);
        for (char c : (spec.result() + spec.summed()).toCharArray()) {
            variables.put(c, variables.size());
        }
    }

    /// Where an operand lies, and how its axes run through memory.
    record Strided(int storage, Index index) {
        int stride(int variable) {
            return Affine.stride(index, variable);
        }
    }

    int extent(char axis) {
        return CompilerBug.expect(extents, axis);
    }

    int variable(char axis) {
        return CompilerBug.expect(variables, axis);
    }

    /// One of the two operands; null where it is not in memory.
    @Nullable
    Strided operand(int input) {
        var axes = input == 0 ? spec.left() : spec.right();
        var at = axes.chars().mapToObj(c -> Affine.variable(variable((char) c))).toList();
        return place(facts.input(node, input), at);
    }

    /// The element `at` of a value; null where it is not in memory.
    private @Nullable Strided place(int n, List<Index> at) {
        int storage = facts.storage(n);
        if (facts.isUniform(storage)) {
            return null;
        }
        var shape = facts.shape(n);
        if (fusion.stored[storage]) {
            return new Strided(storage, Affine.linear(at, shape.extents()));
        }
        var prim = facts.node(n).prim();
        return switch (prim) {
            case Prim.StopGradient _, Prim.Broadcast _, Prim.Transpose _, Prim.Slice _, Prim.Windows _ -> {
                var from = facts.shape(facts.input(n, 0));
                yield place(facts.input(n, 0), Views.input(prim, from, at));
            }
            case Prim.Reshape _ -> {
                var from = facts.shape(facts.input(n, 0));
                yield Views.squeezes(from, shape) ? place(facts.input(n, 0), Views.squeeze(at, from, shape)) : null;
            }
            default -> null;
        };
    }

    Axis axis(char letter, Strided a, Strided b, int c) {
        int variable = variable(letter);
        return new Axis(extent(letter), a.stride(variable), b.stride(variable), c);
    }

    /// The summed axes; neighbours that run through both operands as one are one.
    List<Axis> depth(Strided a, Strided b) {
        var depth = new ArrayList<Axis>();
        for (char letter : spec.summed().toCharArray()) {
            var axis = axis(letter, a, b, 0);
            if (axis.extent() == 1) {
                continue;
            }
            var before = depth.isEmpty() ? axis : depth.getLast();
            boolean joins = before.a() == axis.a() * axis.extent() && before.b() == axis.b() * axis.extent();
            if (!depth.isEmpty() && joins) {
                depth.removeLast();
                axis = new Axis(before.extent() * axis.extent(), axis.a(), axis.b(), 0);
            }
            depth.add(axis);
        }
        return depth.isEmpty() ? List.of(new Axis(1, 0, 0, 0)) : depth;
    }
}
