package dev.lanewise.compiler.fit;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.Decompose;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.runtime.model.FitPlan.Stage.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A graph that reduces over all examples of a data set, as stages that follow each other. What one hands to another
/// is a state, `WEIGHT#NODE`.
///
/// A stage of kind PART runs once for each part of the examples: to each state it adds what the part gives, as a
/// batch would (or takes the larger); the first part, step 1, sets it. Between, batch-wide nodes are computed once. A
/// matrix is taken apart by the runtime.
public final class Stages {

    /// `graph` has results UPDATE; a matrix is taken apart from the state `from` into the state `to`.
    public record Stage(Kind kind, Graph graph, String from, String to) {}

    private final String weight;
    private final Graph graph;
    /// For each node the number of stages before, of those that read examples or take a matrix apart.
    private final int[] levels;
    private final BitSet live = new BitSet();
    /// Nodes whose value one stage hands to another.
    private final BitSet kept = new BitSet();
    private final Map<String, Shape> states = new LinkedHashMap<>();
    private final List<Stage> stages = new ArrayList<>();

    /// `graph` has one result, the new value of the weight.
    public Stages(String weight, Graph graph) {
        this.weight = weight;
        this.graph = graph;
        this.levels = new int[graph.nodes().size()];
        find();
        int last = levels[result()];
        for (int level = 0; level <= last; level++) {
            parts(level);
            decompositions(level);
            whole(level, level == last);
        }
    }

    /// The stages in their order.
    public List<Stage> stages() {
        return List.copyOf(stages);
    }

    /// The states between them.
    public Map<String, Shape> states() {
        return new LinkedHashMap<>(states);
    }

    private int result() {
        return graph.results().getFirst().value().node();
    }

    private Node node(int n) {
        return graph.nodes().get(n);
    }

    private boolean reduces(int n) {
        return !node(n).type().perExample()
                && node(n).inputs().stream().anyMatch(v -> graph.type(v).perExample());
    }

    private boolean decomposes(int n) {
        return node(n).prim() instanceof Decompose;
    }

    /// Whether a stage has the node for itself.
    private static boolean isLeaf(Prim prim) {
        return switch (prim) {
            case Prim.Parameter _, Prim.State _, Prim.Fill _, Prim.Literal _, Prim.Positions _ -> true;
            default -> false;
        };
    }

    private void find() {
        for (int n = 0; n < levels.length; n++) {
            for (var input : node(n).inputs()) {
                levels[n] = Math.max(levels[n], levels[input.node()]);
            }
            levels[n] += reduces(n) || decomposes(n) ? 1 : 0;
        }
        live.set(result());
        for (int n = result(); n >= 0; n--) {
            if (live.get(n)) {
                node(n).inputs().forEach(input -> live.set(input.node()));
            }
        }
        for (int n = live.nextSetBit(0); n >= 0; n = live.nextSetBit(n + 1)) {
            for (var input : node(n).inputs()) {
                int i = input.node();
                boolean own = !node(i).type().perExample() && !isLeaf(node(i).prim());
                boolean together = isWhole(n) && isWhole(i) && levels[n] == levels[i];
                kept.set(i, kept.get(i) || own && !together || decomposes(n));
            }
        }
        for (int n = live.nextSetBit(0); n >= 0; n = live.nextSetBit(n + 1)) {
            kept.set(n, kept.get(n) || reduces(n) || decomposes(n));
            if (kept.get(n)) {
                states.put(state(n), node(n).type().shape());
            }
        }
    }

    /// Whether a node is computed once, between the examples.
    private boolean isWhole(int n) {
        return !node(n).type().perExample() && !reduces(n) && !decomposes(n);
    }

    private String state(int n) {
        return weight + "#" + n;
    }

    // The stages

    private void parts(int level) {
        var copy = new Copy(level, false);
        for (int n = live.nextSetBit(0); n >= 0; n = live.nextSetBit(n + 1)) {
            if (reduces(n) && levels[n] == level) {
                copy.grow(n);
            }
        }
        add(Kind.PART, copy.builder);
    }

    private void decompositions(int level) {
        for (int n = live.nextSetBit(0); n >= 0; n = live.nextSetBit(n + 1)) {
            if (node(n).prim() instanceof Decompose(var to) && levels[n] == level) {
                var kind = switch (to) {
                    case ORTHONORMAL -> Kind.ORTHONORMAL;
                    case EIGENVECTORS -> Kind.EIGENVECTORS;
                };
                var from = state(node(n).inputs().getFirst().node());
                stages.add(new Stage(kind, Graph.EMPTY, from, state(n)));
            }
        }
    }

    private void whole(int level, boolean isLast) {
        var copy = new Copy(level, true);
        for (int n = kept.nextSetBit(0); n >= 0; n = kept.nextSetBit(n + 1)) {
            if (isWhole(n) && levels[n] == level) {
                copy.builder.result(Result.Role.UPDATE, state(n), copy.of(n));
            }
        }
        if (isLast) {
            copy.builder.result(Result.Role.UPDATE, weight, copy.of(result()));
        }
        add(Kind.WHOLE, copy.builder);
    }

    private void add(Kind kind, Graph.Builder builder) {
        var made = builder.build();
        if (!made.results().isEmpty()) {
            stages.add(new Stage(kind, made, "", ""));
        }
    }

    /// The nodes of one stage.
    private final class Copy {
        final Graph.Builder builder = Graph.builder();
        private final int level;
        private final boolean whole;
        private final Map<Integer, Value> copies = new LinkedHashMap<>();

        Copy(int level, boolean whole) {
            this.level = level;
            this.whole = whole;
        }

        /// The node here: computed, or the state that a stage before left.
        Value of(int last) {
            var needed = new BitSet();
            needed.set(last);
            for (int n = last; n >= 0; n--) {
                if (needed.get(n) && isHere(n)) {
                    node(n).inputs().forEach(input -> needed.set(input.node()));
                }
            }
            for (int n = needed.nextSetBit(0); n >= 0; n = needed.nextSetBit(n + 1)) {
                if (!copies.containsKey(n)) {
                    copies.put(n, isHere(n) ? copied(n) : before(n));
                }
            }
            return CompilerBug.expect(copies, last);
        }

        private boolean isHere(int n) {
            return isLeaf(node(n).prim())
                    || (whole
                            ? isWhole(n) && levels[n] == level
                            : node(n).type().perExample());
        }

        private Value copied(int n) {
            var node = node(n);
            var inputs = node.inputs().stream()
                    .map(input -> CompilerBug.expect(copies, input.node()))
                    .toList();
            return builder.add(new Node(node.prim(), inputs, node.type(), node.origin()));
        }

        private Value before(int n) {
            return builder.leaf(
                    new Prim.State(state(n)), Type.batch(node(n).type().shape()), node(n).origin());
        }

        /// Adds to what the parts before gave what this one does.
        void grow(int n) {
            node(n).inputs().forEach(input -> of(input.node()));
            var part = copied(n);
            var before = before(n);
            var arithmetic = new Arithmetic(builder, node(n).origin());
            var op = node(n).prim() instanceof Prim.Max ? Op.MAX : Op.ADD;
            var isFirst = arithmetic.apply(Op.EQ, arithmetic.run(RunScalar.STEP), arithmetic.fill(1));
            var sum = arithmetic.apply(op, before, part);
            builder.result(Result.Role.UPDATE, state(n), arithmetic.select(isFirst, part, sum));
        }
    }
}
