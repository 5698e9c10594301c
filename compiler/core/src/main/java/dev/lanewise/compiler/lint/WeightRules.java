package dev.lanewise.compiler.lint;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.diagnostic.Note;
import java.util.HashMap;

/// Weights that begin equal, and affine layers with nothing between.
final class WeightRules {
    private final Lint lint;
    private final Wiring wiring;
    private final FirstWeights weights;

    WeightRules(Lint lint, Wiring wiring, FirstWeights weights) {
        this.lint = lint;
        this.wiring = wiring;
        this.weights = weights;
    }

    void check() {
        for (var kernel : wiring.kernels()) {
            symmetric(kernel);
        }
        linearStacks();
    }

    private void symmetric(Wiring.Kernel kernel) {
        var weight = weights.weight(kernel.weight());
        boolean equal = kernel.units() > 1 && !weight.frozen() && weights.isEqual(kernel.weight());
        if (!equal) {
            return;
        }
        wiring.behind(new Value(kernel.node())).stream()
                .filter(next -> weights.isEqual(next.weight()))
                .findFirst()
                .ifPresent(next -> lint.warn(
                        LintCode.SYMMETRIC_INIT,
                        weight.origin().span(),
                        "all units of this layer begin with equal weights, in and out, and stay equal for ever",
                        Note.at(weights.weight(next.weight()).origin().span(), "`" + next.weight() + "` is equal, too"),
                        Note.help("draw the weights: leave out `init:`, or write init: glorot_normal")));
    }

    // Linear stacks

    /// No per-example value.
    private static final int NONE = -1;
    /// Not affine in one kernel alone.
    private static final int BENT = -2;

    private void linearStacks() {
        var kernels = new HashMap<Integer, Wiring.Kernel>();
        wiring.kernels().forEach(kernel -> kernels.put(kernel.node(), kernel));
        var nodes = wiring.graph().nodes();
        int[] affine = new int[nodes.size()];
        for (int i = 0; i < affine.length; i++) {
            affine[i] = kernels.containsKey(i) ? i : affine(nodes.get(i), affine);
        }
        for (var kernel : wiring.kernels()) {
            var before = kernels.get(affine[kernel.input().node()]);
            if (before != null && !before.grouped() && !kernel.grouped()) {
                stacked(before, kernel);
            }
        }
    }

    private void stacked(Wiring.Kernel first, Wiring.Kernel second) {
        lint.warn(
                LintCode.LINEAR_STACK,
                wiring.graph().nodes().get(second.node()).origin().span(),
                "two affine layers follow each other with nothing between that bends; together they are one",
                Note.at(wiring.graph().nodes().get(first.node()).origin().span(), "the first one"),
                Note.help("put an activation between them, such as |> relu, or leave one out"));
    }

    private int affine(Node node, int[] affine) {
        if (!node.type().perExample()) {
            return NONE;
        }
        var in = node.inputs().stream().mapToInt(input -> affine[input.node()]).toArray();
        return switch (node.prim()) {
            case Prim.Random _, Prim.Fill _ -> NONE;
            case Prim.Elementwise(var op) -> affine(op, in);
            case Prim.Sum _,
                    Prim.Broadcast _,
                    Prim.Reshape _,
                    Prim.Transpose _,
                    Prim.Slice _,
                    Prim.Pad _,
                    Prim.Windows _,
                    Prim.Fold _,
                    Prim.StopGradient _ -> in[0];
            case Prim.Concat _ -> {
                int all = in[0];
                for (int each : in) {
                    all = each == all ? all : BENT;
                }
                yield all;
            }
            default -> {
                for (int each : in) {
                    if (each != NONE) {
                        yield BENT;
                    }
                }
                yield in.length == 0 ? BENT : NONE;
            }
        };
    }

    private static int affine(Op op, int[] in) {
        return switch (op) {
            case NEG, FLUSH -> in[0];
            case ADD, SUB -> sum(in[0], in[1]);
            case MUL -> product(in[0], in[1]);
            case DIV -> in[1] == NONE ? in[0] : BENT;
            case FMA -> sum(product(in[0], in[1]), in[2]);
            case SELECT -> in[0] == NONE ? sum(in[1], in[2]) : BENT;
            default -> {
                for (int each : in) {
                    if (each != NONE) {
                        yield BENT;
                    }
                }
                yield NONE;
            }
        };
    }

    private static int sum(int a, int b) {
        return a == NONE || a == b ? b : b == NONE ? a : BENT;
    }

    private static int product(int a, int b) {
        return a == NONE ? b : b == NONE ? a : BENT;
    }
}
