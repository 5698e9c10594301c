package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The prediction of one example: the graph of the outputs with the example's values in the place of those of a
/// batch, and the same bits. What depends on weights alone is a graph of its own, made again only when they change;
/// weights of contractions are laid out there such that neighbours of the result read neighbours in memory.
///
/// `prepare` gives `prepared` (results UPDATE by these names), `graph` reads them as states. Both are empty when an
/// output depends on the other examples of its batch, or draws random numbers.
record OneExample(Graph prepare, Graph graph, Map<String, Shape> prepared) {
    private static final OneExample NONE = new OneExample(Graph.EMPTY, Graph.EMPTY, Map.of());

    /// A panel of weights: so many neighbours of the result, side by side for each step of the depth.
    private static final int PANEL = 64;
    /// Panels are whole vectors of 512 bits.
    private static final int VECTOR = 16;

    static OneExample of(Graph prediction) {
        var outputs = prediction.results().stream()
                .filter(r -> r.role() == Role.OUTPUT)
                .toList();
        var making = new Making(prediction, outputs);
        return making.isPossible() ? making.make() : NONE;
    }

    private static final class Making {
        private final Graph from;
        private final List<Result> outputs;
        private final boolean[] live;
        /// Whether a value depends on weights alone.
        private final boolean[] fixed;
        private final Graph.Builder prepare = Graph.builder();
        private final Graph.Builder one = Graph.builder();
        private final Map<Integer, Value> early = new HashMap<>();
        private final Map<Integer, Value> late = new HashMap<>();
        private final Map<Value, Value> handed = new HashMap<>();
        private final Map<String, Shape> prepared = new LinkedHashMap<>();

        Making(Graph from, List<Result> outputs) {
            this.from = from;
            this.outputs = outputs;
            int size = from.nodes().size();
            live = new boolean[size];
            fixed = new boolean[size];
            outputs.forEach(r -> live[r.value().node()] = true);
            for (int n = size - 1; n >= 0; n--) {
                if (live[n]) {
                    node(n).inputs().forEach(i -> live[i.node()] = true);
                }
            }
            for (int n = 0; n < size; n++) {
                fixed[n] = !node(n).type().perExample()
                        && !(node(n).prim() instanceof Prim.Random)
                        && !(node(n).prim() instanceof Prim.Run)
                        && node(n).inputs().stream().allMatch(i -> fixed[i.node()]);
            }
        }

        private Node node(int n) {
            return from.nodes().get(n);
        }

        boolean isPossible() {
            return !outputs.isEmpty()
                    && IntStream.range(0, live.length)
                            .filter(n -> live[n])
                            .mapToObj(this::node)
                            .noneMatch(Making::dependsOnBatch);
        }

        private static boolean dependsOnBatch(Node node) {
            return switch (node.prim()) {
                case Prim.Random _ -> true;
                case Prim.Run(var scalar) -> scalar == Prim.RunScalar.EXAMPLES;
                case Prim.Sum(var _, boolean examples) -> examples;
                case Prim.Max(var _, boolean examples) -> examples;
                case Prim.Contract(var spec) -> spec.examples();
                case Prim.ScatterAdd(int _, boolean examples) -> examples;
                default -> false;
            };
        }

        OneExample make() {
            for (int n = 0; n < live.length; n++) {
                if (live[n]) {
                    if (fixed[n]) {
                        var node = node(n);
                        early.put(
                                n, prepare.add(new Node(node.prim(), inputs(node, early), node.type(), node.origin())));
                    } else {
                        late.put(n, work(n));
                    }
                }
            }
            outputs.forEach(r -> one.result(r.role(), r.name(), late(r.value().node())));
            return new OneExample(prepare.build(), one.build(), prepared);
        }

        private static List<Value> inputs(Node node, Map<Integer, Value> values) {
            return node.inputs().stream()
                    .map(v -> CompilerBug.expect(values, v.node()))
                    .toList();
        }

        /// The value in the example's graph.
        private Value late(int n) {
            var known = late.get(n);
            if (known == null) {
                known = fixed(n);
                late.put(n, known);
            }
            return known;
        }

        /// What depends on weights alone: views and what takes no memory stay, the rest is handed over.
        private Value fixed(int n) {
            var node = node(n);
            boolean stays = switch (node.prim()) {
                case Prim.Parameter _, Prim.State _, Prim.Fill _, Prim.Positions _, Prim.Broadcast _, Prim.Reshape _ ->
                    true;
                case Prim.Elementwise _ -> node.type().shape().rank() == 0;
                default -> false;
            };
            if (!stays) {
                return handOver(CompilerBug.expect(early, n));
            }
            var values = node.inputs().stream().map(v -> late(v.node())).toList();
            return one.add(new Node(node.prim(), values, node.type(), node.origin()));
        }

        /// A value of the first graph as one of the second.
        private Value handOver(Value value) {
            return handed.computeIfAbsent(value, v -> {
                var name = "prepared." + prepared.size();
                var node = prepare.node(v);
                prepared.put(name, node.type().shape());
                prepare.result(Role.UPDATE, name, v);
                return one.leaf(new Prim.State(name), node.type(), node.origin());
            });
        }

        private Value work(int n) {
            var node = node(n);
            return switch (node.prim()) {
                case Prim.Broadcast(var shape, var axes, boolean _) -> {
                    var input = late(node.inputs().getFirst().node());
                    yield one.type(input).shape().equals(shape)
                            ? input
                            : add(node, new Prim.Broadcast(shape, axes, false), List.of(input));
                }
                case Prim.Sum(var axes, boolean _) when perExample(node) -> sum(node, axes);
                case Prim.Contract(var spec) -> contract(node, spec);
                default ->
                    add(
                            node,
                            node.prim(),
                            node.inputs().stream().map(v -> late(v.node())).toList());
            };
        }

        private boolean perExample(Node node) {
            return from.type(node.inputs().getFirst()).perExample();
        }

        private Value add(Node node, Prim prim, List<Value> inputs) {
            return one.add(new Node(prim, inputs, Type.batch(node.type().shape()), node.origin()));
        }

        /// Element after element, as for an example of a batch: products with 1, added up in order. (A sum of a
        /// batch-wide value has 32 partial sums.)
        private Value sum(Node node, List<Integer> axes) {
            var input = late(node.inputs().getFirst().node());
            var shape = one.type(input).shape();
            var all = letters(shape.rank());
            var summed = pick(all, Cluster.sorted(axes));
            var kept = pick(all, Cluster.kept(axes, shape.rank()));
            var ones = one.add(
                    new Prim.Broadcast(
                            new Shape(Cluster.sorted(axes).stream()
                                    .map(shape::extent)
                                    .toList()),
                            List.of(),
                            false),
                    node.origin(),
                    one.leaf(new Prim.Fill(1), Type.batch(new Shape(List.of())), node.origin()));
            return add(
                    node, new Prim.Contract(new Contraction(all, summed, kept, summed, false)), List.of(input, ones));
        }

        private static String letters(int rank) {
            var text = new StringBuilder();
            for (int i = 0; i < rank; i++) {
                text.append((char) ('a' + i));
            }
            return text.toString();
        }

        private static String pick(String letters, List<Integer> axes) {
            var text = new StringBuilder();
            axes.forEach(a -> text.append(letters.charAt(a)));
            return text.toString();
        }

        private Value contract(Node node, Contraction spec) {
            var left = node.inputs().get(0);
            var right = node.inputs().get(1);
            if (!spec.result().isEmpty() && fixed[left.node()] != fixed[right.node()]) {
                boolean leftFixed = fixed[left.node()];
                var weights = leftFixed ? spec.left() : spec.right();
                var other = leftFixed ? spec.right() : spec.left();
                char last = spec.result().charAt(spec.result().length() - 1);
                var value = CompilerBug.expect(early, (leftFixed ? left : right).node());
                if (weights.indexOf(last) >= 0
                        && other.indexOf(last) < 0
                        && prepare.type(value).shape().size() > 1) {
                    return panels(node, spec, weights, other, value, late((leftFixed ? right : left).node()));
                }
            }
            return add(node, node.prim(), List.of(late(left.node()), late(right.node())));
        }

        /// Lanes along the last axis of the result, the weights in panels `[kept axes..., panel, summed
        /// axes..., place in the panel]`: read from one end to the other.
        private Value panels(Node node, Contraction spec, String weights, String other, Value value, Value example) {
            int axis = weights.indexOf(spec.result().charAt(spec.result().length() - 1));
            var origin = node.origin();
            int units = prepare.type(value).shape().extent(axis);
            int count = Math.ceilDiv(units, PANEL);
            int width = Math.ceilDiv(Math.ceilDiv(units, count), VECTOR) * VECTOR;
            var padded = value;
            if (count * width != units) {
                padded = prepare.add(new Prim.Pad(axis, 0, count * width - units, 0), origin, value);
            }
            var split = prepare.add(new Prim.Windows(axis, width, width, 1), origin, padded);
            // The panel's number takes the axis's letter, the place in it a new one.
            char place = 'A';
            while ((weights + other).indexOf(place) >= 0) {
                place++;
            }
            var axes = new StringBuilder(weights).insert(axis + 1, place).toString();
            var ordered = new StringBuilder();
            for (char c : (spec.result() + spec.summed()).toCharArray()) {
                if (weights.indexOf(c) >= 0) {
                    ordered.append(c);
                }
            }
            ordered.append(place);
            var order = new ArrayList<Integer>();
            for (char c : ordered.toString().toCharArray()) {
                order.add(axes.indexOf(c));
            }
            var packed = handOver(prepare.add(new Prim.Transpose(order), origin, split));
            var result = spec.result() + place;
            var product = one.add(
                    new Prim.Contract(new Contraction(ordered.toString(), other, result, spec.summed(), false)),
                    origin,
                    packed,
                    example);
            var extents = new ArrayList<>(node.type().shape().extents());
            extents.set(extents.size() - 1, count * width);
            var joined = one.add(new Prim.Reshape(new Shape(extents)), origin, product);
            return count * width == units
                    ? joined
                    : one.add(new Prim.Slice(extents.size() - 1, 0, units, 1), origin, joined);
        }
    }

    /// Whether there is anything to run.
    boolean isEmpty() {
        return graph.results().isEmpty();
    }
}
