package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.TrainSettings;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Weight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/// `ensemble: bagging(...)`: the model whose prediction asks several copies of a network and combines their outputs.
///
/// Every parameter and state is there once for each member, `member_1.dense_1.weight`; what is fitted to the data
/// they share. Training makes steps of the first member alone, so that the trainer trains one after another in its
/// place. In prediction the members stand side by side. An output is combined as asked; where it is softmax(z) or
/// sigmoid(z), z becomes the scores of the combined output, so that a loss or metric of z is one of the ensemble.
/// Whatever else members have on their own enters the loss and the metrics as their mean.
final class Ensemble {
    private static final String PREFIX = "member_";
    private static final Set<String> OF_PROBABILITIES = Set.of("geometric", "vote");

    /// The draws of a member's first values are numbered apart from those of the others.
    private static final int DRAWS_OF_MEMBER = 1 << 22;

    /// What a share of nothing counts as, where its logarithm is taken.
    private static final double LEAST = 1e-7;

    private final Model model;
    private final TrainSettings.Bagging bagging;
    private final Set<String> own = new HashSet<>();
    private final Graph prediction;
    private final Graph.Builder out = Graph.builder();
    private final List<List<Value>> members = new ArrayList<>();
    /// By the numbers of the prediction graph: what stands for a node in the ensemble.
    private final Map<Integer, Value> combined = new HashMap<>();
    private final boolean[] differs;

    private Ensemble(Model model) {
        this.model = model;
        this.bagging = model.train().bagging();
        for (var weight : model.weights()) {
            if (weight.kind() == Weight.Kind.PARAMETER || weight.kind() == Weight.Kind.STATE) {
                own.add(weight.name());
            }
        }
        this.prediction = model.prediction();
        this.differs = new boolean[prediction.nodes().size()];
    }

    /// The ensemble that the train block asks for, or the model as it is.
    static Model of(Model model) {
        return model.train().bagging().models() < 2 ? model : new Ensemble(model).model();
    }

    /// The outputs that cannot be combined as asked: a geometric mean and a vote are of probabilities, softmax or
    /// sigmoid.
    static List<String> refused(Model model) {
        var bagging = model.train().bagging();
        if (bagging.models() < 2 || !OF_PROBABILITIES.contains(bagging.combine())) {
            return List.of();
        }
        var ensemble = new Ensemble(model);
        ensemble.markDiffering();
        return model.prediction().results().stream()
                .filter(result -> result.role() == Role.OUTPUT)
                .filter(result -> ensemble.differs[result.value().node()])
                .filter(result -> ensemble.scores(result.value().node()) < 0)
                .map(Result::name)
                .toList();
    }

    private Model model() {
        var clip = model.clip()
                .rebuild((node, builder) -> builder.add(
                        node.prim() instanceof Prim.Input(var parameter)
                                ? with(node, new Prim.Input(name(1, parameter)))
                                : node));
        var bounds = clip.results().stream()
                .map(r -> new Result(r.role(), name(1, r.name()), r.value()))
                .toList();
        var pretraining = model.pretraining()
                .map(stage -> new Model.Stage(stage.layer(), ofFirst(stage.training()), rules(stage.rules())));
        return new Model(
                model.name(),
                model.inputs(),
                model.targets(),
                model.outputs(),
                weights(),
                ofFirst(model.training()),
                prediction(),
                model.metrics(),
                rules(model.rules()),
                new Graph(clip.nodes(), bounds),
                model.train(),
                model.layers(),
                pretraining);
    }

    private Map<String, Graph> rules(Map<String, Graph> rules) {
        var ofFirst = new LinkedHashMap<String, Graph>();
        rules.forEach((parameter, rule) -> ofFirst.put(name(1, parameter), ofFirst(rule)));
        return ofFirst;
    }

    private String name(int member, String weight) {
        return own.contains(weight) ? PREFIX + member + "." + weight : weight;
    }

    private Graph ofFirst(Graph graph) {
        var renamed = graph.rebuild((node, builder) -> builder.add(of(1, node)));
        var results = renamed.results().stream()
                .map(r -> r.role() == Role.UPDATE ? new Result(r.role(), name(1, r.name()), r.value()) : r)
                .toList();
        return new Graph(renamed.nodes(), results);
    }

    private Node of(int member, Node node) {
        return switch (node.prim()) {
            case Prim.Parameter(var weight) -> with(node, new Prim.Parameter(name(member, weight)));
            case Prim.State(var weight) -> with(node, new Prim.State(name(member, weight)));
            default -> node;
        };
    }

    private static Node with(Node node, Prim prim) {
        return new Node(prim, node.inputs(), node.type(), node.origin());
    }

    /// The first member's, and what is not the members' own, in the model's order; then the others'.
    private List<Weight> weights() {
        var weights = new ArrayList<Weight>();
        for (int member = 1; member <= bagging.models(); member++) {
            for (var weight : model.weights()) {
                if (member == 1 || own.contains(weight.name())) {
                    weights.add(weight(member, weight));
                }
            }
        }
        return weights;
    }

    private Weight weight(int member, Weight weight) {
        int shift = (member - 1) * DRAWS_OF_MEMBER;
        var initial = weight.initial()
                .rebuild((node, builder) -> builder.add(
                        node.prim() instanceof Prim.Random(boolean normal, int number)
                                ? with(node, new Prim.Random(normal, number + shift))
                                : node));
        return new Weight(
                name(member, weight.name()),
                weight.shape(),
                weight.kind(),
                weight.frozen() || member > 1,
                weight.kernel(),
                initial,
                weight.fit().rebuild((node, builder) -> builder.add(of(member, node))),
                weight.initialiser(),
                weight.origin());
    }

    // Prediction

    private Graph prediction() {
        for (int member = 1; member <= bagging.models(); member++) {
            int number = member;
            members.add(out.copyAll(prediction, (node, builder) -> builder.add(of(number, node))));
        }
        markDiffering();
        for (var result : prediction.results()) {
            if (result.role() == Role.OUTPUT && differs[result.value().node()]) {
                combine(result.value().node());
            }
        }
        computeAnew();
        for (var result : prediction.results()) {
            out.result(result.role(), result.name(), value(result.value().node()));
        }
        return out.build();
    }

    /// What depends on a member's own weights.
    private void markDiffering() {
        for (int i = 0; i < differs.length; i++) {
            var node = prediction.nodes().get(i);
            boolean isOwn = node.prim() instanceof Prim.Parameter(var name) && own.contains(name)
                    || node.prim() instanceof Prim.State(var state) && own.contains(state);
            differs[i] = isOwn || node.inputs().stream().anyMatch(input -> differs[input.node()]);
        }
    }

    /// What follows from combined values.
    private void computeAnew() {
        for (int i = 0; i < differs.length; i++) {
            var node = prediction.nodes().get(i);
            if (!combined.containsKey(i) && node.inputs().stream().anyMatch(v -> combined.containsKey(v.node()))) {
                var inputs = node.inputs().stream().map(v -> value(v.node())).toList();
                combined.put(i, out.add(new Node(node.prim(), inputs, node.type(), node.origin())));
            }
        }
    }

    private Value value(int node) {
        var value = combined.get(node);
        if (value != null) {
            return value;
        }
        return differs[node] ? mean(node) : members.getFirst().get(node);
    }

    private List<Value> all(int node) {
        return members.stream().map(copies -> copies.get(node)).toList();
    }

    private Arithmetic at(int node) {
        return new Arithmetic(out, prediction.nodes().get(node).origin());
    }

    private Value mean(int node) {
        return mean(all(node), at(node));
    }

    private static Value mean(List<Value> values, Arithmetic arithmetic) {
        var sum = values.stream().reduce(arithmetic::add).orElseThrow();
        return arithmetic.mul(sum, 1.0 / values.size());
    }

    private boolean isSigmoid(int output) {
        return prediction.nodes().get(output).prim() instanceof Prim.Elementwise(var op) && op == Op.SIGMOID;
    }

    /// The node whose softmax or sigmoid an output is; -1 for others.
    private int scores(int output) {
        return isSigmoid(output)
                ? prediction.nodes().get(output).inputs().getFirst().node()
                : scoresOfSoftmax(output);
    }

    private void combine(int output) {
        int scores = scores(output);
        boolean isSoftmax = scores >= 0 && !isSigmoid(output);
        var arithmetic = at(output);
        switch (bagging.combine()) {
            // The geometric mean of probabilities, made to add up to 1, is that of the mean scores.
            case "geometric" -> combined.put(scores, mean(scores));
            case "max" -> {
                var largest = all(output).stream()
                        .reduce((a, b) -> arithmetic.apply(Op.MAX, a, b))
                        .orElseThrow();
                put(output, scores, isSoftmax ? shares(largest, arithmetic) : largest);
            }
            case "vote" -> {
                var votes = all(output).stream()
                        .map(each -> isSoftmax ? oneHot(each, arithmetic) : half(each, arithmetic))
                        .toList();
                put(output, scores, mean(votes, arithmetic));
            }
            default -> put(output, scores, mean(output));
        }
    }

    /// An output and, where it has some, its scores.
    private void put(int output, int scores, Value value) {
        combined.put(output, value);
        if (scores < 0) {
            return;
        }
        var arithmetic = at(output);
        var score = logarithm(value, arithmetic);
        if (isSigmoid(output)) {
            var other = arithmetic.sub(arithmetic.fill(1), value);
            score = arithmetic.sub(score, logarithm(other, arithmetic));
        }
        combined.put(scores, score);
    }

    private static Value logarithm(Value value, Arithmetic arithmetic) {
        return arithmetic.apply(Op.LOG, arithmetic.apply(Op.MAX, value, arithmetic.fill(LEAST)));
    }

    private Value shares(Value value, Arithmetic arithmetic) {
        var type = out.type(value);
        int last = type.shape().rank() - 1;
        var sum = arithmetic.sum(value, List.of(last), false);
        return arithmetic.div(
                value,
                arithmetic.spread(sum, type, IntStream.range(0, last).boxed().toList()));
    }

    private static Value half(Value value, Arithmetic arithmetic) {
        return arithmetic.apply(Op.LT, arithmetic.fill(0.5), value);
    }

    private Value oneHot(Value value, Arithmetic arithmetic) {
        var shape = out.type(value).shape();
        int last = shape.rank() - 1;
        var best = out.add(new Prim.ArgMax(List.of(last)), arithmetic.origin(), value);
        return arithmetic.oneHot(best, shape.extent(last));
    }

    /// The node whose softmax an output is, as the library writes it: exp(z - m) over its sum; -1 for others.
    private int scoresOfSoftmax(int output) {
        var quotient = prediction.nodes().get(output);
        if (!is(quotient, Op.DIV)) {
            return -1;
        }
        var exponential = quotient.inputs().getFirst();
        var below = quotient.inputs().getLast();
        while (prediction.node(below).prim() instanceof Prim.Broadcast
                || prediction.node(below).prim() instanceof Prim.Reshape) {
            below = prediction.node(below).inputs().getFirst();
        }
        boolean isShare = prediction.node(below).prim() instanceof Prim.Sum
                && prediction.node(below).inputs().getFirst().equals(exponential);
        if (!isShare || !is(prediction.node(exponential), Op.EXP)) {
            return -1;
        }
        var difference = prediction.node(prediction.node(exponential).inputs().getFirst());
        return is(difference, Op.SUB) ? difference.inputs().getFirst().node() : -1;
    }

    private static boolean is(Node node, Op op) {
        return node.prim() instanceof Prim.Elementwise(var found) && found == op;
    }
}
