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
        /// Of values whose axes lie in another order in the example's graph.
        private final Map<Integer, AxisOrder> orders = new HashMap<>();
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
                case Prim.SumOfProducts _ -> true;
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
            outputs.forEach(r -> one.result(r.role(), r.name(), straight(r.value())));
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
                    var input = straight(node.inputs().getFirst());
                    yield one.type(input).shape().equals(shape)
                            ? input
                            : add(node, new Prim.Broadcast(shape, axes, false), List.of(input));
                }
                case Prim.Sum(var axes, boolean _) when perExample(node) -> sum(node, axes);
                case Prim.Contract(var spec) -> contract(n, node, spec);
                case Prim.Elementwise _ -> elementwise(n, node);
                default ->
                    node.inputs().size() == 1
                                    && orders.containsKey(
                                            node.inputs().getFirst().node())
                            ? moved(n, node, order(node.inputs().getFirst()))
                            : add(
                                    node,
                                    node.prim(),
                                    node.inputs().stream().map(this::straight).toList());
            };
        }

        /// What views and maxima make of an input whose axes lie in another order.
        private Value moved(int n, Node node, AxisOrder order) {
            var input = node.inputs().getFirst();
            return switch (node.prim()) {
                case Prim.Windows(int axis, int size, int stride, int dilation) ->
                    moved(n, node, new Prim.Windows(order.place(axis), size, stride, dilation), order.split(axis));
                case Prim.Max(var axes, boolean examples) ->
                    moved(n, node, new Prim.Max(order.places(axes), examples), order.without(axes));
                case Prim.Pad(int axis, int before, int after, int gap) ->
                    moved(n, node, new Prim.Pad(order.place(axis), before, after, gap), order);
                case Prim.Transpose(var axes) -> {
                    note(n, order.renamed(axes));
                    yield late(input.node());
                }
                default -> add(node, node.prim(), List.of(straight(input)));
            };
        }

        private Value moved(int n, Node node, Prim prim, AxisOrder order) {
            note(n, order);
            var input = late(node.inputs().getFirst().node());
            return one.add(new Node(
                    prim, List.of(input), Type.batch(order.of(node.type().shape())), node.origin()));
        }

        private AxisOrder order(Value input) {
            var order = orders.get(input.node());
            return order == null ? AxisOrder.straight(from.type(input).shape().rank()) : order;
        }

        private void note(int n, AxisOrder order) {
            if (!order.isStraight()) {
                orders.put(n, order);
            }
        }

        /// All inputs in the order of the first that has one of its own.
        private Value elementwise(int n, Node node) {
            var order = node.inputs().stream()
                    .map(this::order)
                    .filter(each -> !each.isStraight())
                    .findFirst()
                    .orElse(AxisOrder.straight(node.type().shape().rank()));
            note(n, order);
            var inputs =
                    node.inputs().stream().map(input -> inOrder(input, order)).toList();
            return one.add(new Node(
                    node.prim(), inputs, Type.batch(order.of(node.type().shape())), node.origin()));
        }

        private Value straight(Value input) {
            return inOrder(input, AxisOrder.straight(from.type(input).shape().rank()));
        }

        /// The input with its axes in this order; what is broadcast from one axis at most is broadcast in it.
        private Value inOrder(Value input, AxisOrder order) {
            var present = order(input);
            if (present.equals(order)) {
                return late(input.node());
            }
            var node = node(input.node());
            if (node.prim() instanceof Prim.Broadcast(var _, var axes, boolean _) && axes.size() <= 1) {
                var shape = order.of(node.type().shape());
                var prim = new Prim.Broadcast(shape, order.places(axes), false);
                var narrow = straight(node.inputs().getFirst());
                return one.add(new Node(prim, List.of(narrow), Type.batch(shape), node.origin()));
            }
            var transposed = new Prim.Transpose(present.places(order.axes()));
            return one.add(transposed, node.origin(), late(input.node()));
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
            var input = straight(node.inputs().getFirst());
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

        private Value contract(int n, Node node, Contraction spec) {
            var left = node.inputs().get(0);
            var right = node.inputs().get(1);
            if (fixed[left.node()] != fixed[right.node()]) {
                boolean leftFixed = fixed[left.node()];
                var example = leftFixed ? right : left;
                var value = CompilerBug.expect(early, (leftFixed ? left : right).node());
                var panels = WeightPanels.of(
                        leftFixed ? spec.left() : spec.right(),
                        prepare.type(value).shape(),
                        order(example).of(leftFixed ? spec.right() : spec.left()),
                        spec,
                        node.type().shape());
                if (panels != null) {
                    var packed = handOver(panels.pack(prepare, value, node.origin()));
                    note(n, panels.order());
                    return panels.multiply(one, packed, late(example.node()), node.origin());
                }
            }
            var letters = new Contraction(
                    order(left).of(spec.left()),
                    order(right).of(spec.right()),
                    spec.result(),
                    spec.summed(),
                    spec.examples());
            return add(node, new Prim.Contract(letters), List.of(late(left.node()), late(right.node())));
        }
    }

    /// Whether there is anything to run.
    boolean isEmpty() {
        return graph.results().isEmpty();
    }
}
