package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim.ArgMax;
import dev.lanewise.compiler.graph.Prim.Input;
import dev.lanewise.compiler.graph.Prim.Parameter;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Prim.State;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.TrainSettings;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Weight;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// Small networks written as nodes.
final class Networks {
    private static final TrainSettings SETTINGS =
            new TrainSettings("", "", 0, 0, "", "", 32, 1, 1, false, true, 0, "", TrainSettings.Bagging.NONE, "");

    private final Graph.Builder out = Graph.builder();
    final Arithmetic math = new Arithmetic(out, Origin.UNKNOWN);
    final List<Weight> weights = new ArrayList<>();
    final Map<String, Shape> ports = new LinkedHashMap<>();

    /// A multilayer perceptron: `sizes` of the input, the hidden layers and the classes; cross-entropy of a
    /// softmax.
    static Model mlp(List<Integer> sizes, Op activation, boolean adam) {
        var training = new Networks();
        training.classifier(sizes, activation);
        var loss = training.mean(training.crossEntropy(sizes.getLast()));
        training.out.result(Role.LOSS, "loss", loss);
        var prediction = new Networks();
        prediction.classifier(sizes, activation);
        prediction.softmax();
        prediction.accuracy();
        return training.model(prediction.out.build(), adam);
    }

    private Value last;

    Networks() {
        last = new Value(0);
    }

    Value input(String name, Shape shape) {
        ports.put(name, shape);
        return out.leaf(new Input(name), Type.example(shape), Origin.UNKNOWN);
    }

    Value parameter(String name, Shape shape) {
        weights.add(weight(name, shape, Weight.Kind.PARAMETER));
        return out.leaf(new Parameter(name), Type.batch(shape), Origin.UNKNOWN);
    }

    private static Weight weight(String name, Shape shape, Weight.Kind kind) {
        return new Weight(name, shape, kind, false, true, Graph.EMPTY, Graph.EMPTY, "", Origin.UNKNOWN);
    }

    void classifier(List<Integer> sizes, Op activation) {
        var x = input("x", Shape.of(sizes.getFirst()));
        for (int i = 1; i < sizes.size(); i++) {
            x = dense(x, sizes.get(i), "dense_" + i);
            if (i < sizes.size() - 1) {
                x = activation == Op.MAX ? math.apply(Op.MAX, x, math.fill(0)) : math.apply(activation, x);
            }
        }
        last = x;
    }

    Value dense(Value x, int units, String name) {
        int inputs = out.type(x).shape().extent(0);
        var w = parameter(name + ".weight", Shape.of(units, inputs));
        var b = parameter(name + ".bias", Shape.of(units));
        return math.add(math.contract("un", w, "n", x, "u", false), b);
    }

    Value crossEntropy(int classes) {
        var y = input("y", Shape.SCALAR);
        var top = math.max(last, List.of(0), false);
        var shifted = math.sub(last, top);
        var sum = math.sum(math.apply(Op.EXP, shifted), List.of(0), false);
        var logs = math.sub(shifted, math.apply(Op.LOG, sum));
        return math.neg(math.sum(math.select(math.oneHot(y, classes), logs, math.fill(0)), List.of(0), false));
    }

    Value mean(Value perExample) {
        return math.mean(perExample, List.of(), true);
    }

    void softmax() {
        var exps = math.apply(Op.EXP, math.sub(last, math.max(last, List.of(0), false)));
        out.result(Role.OUTPUT, "p", math.div(exps, math.sum(exps, List.of(0), false)));
    }

    void accuracy() {
        var y = input("y", Shape.SCALAR);
        var best = out.add(new ArgMax(List.of(0)), Origin.UNKNOWN, last);
        out.result(Role.METRIC_SUM, "correct", math.sum(math.apply(Op.EQ, best, y), List.of(), true));
    }

    Graph.Builder out() {
        return out;
    }

    Model model(Graph prediction, boolean adam) {
        var rules = new LinkedHashMap<String, Graph>();
        for (var weight : List.copyOf(weights)) {
            if (weight.kind() == Weight.Kind.PARAMETER) {
                rules.put(weight.name(), adam ? adam(weight) : sgd(weight));
            }
        }
        return new Model(
                "test",
                List.of(),
                List.of(),
                List.of(),
                weights,
                out.build(),
                prediction,
                List.of(),
                rules,
                Graph.EMPTY,
                SETTINGS,
                List.of());
    }

    private static Graph sgd(Weight weight) {
        var out = Graph.builder();
        var math = new Arithmetic(out, Origin.UNKNOWN);
        var w = out.leaf(new Parameter(weight.name()), Type.batch(weight.shape()), Origin.UNKNOWN);
        var g = out.leaf(new Input("gradient"), Type.batch(weight.shape()), Origin.UNKNOWN);
        out.result(Role.UPDATE, weight.name(), math.sub(w, math.mul(g, 0.1)));
        return out.build();
    }

    private Graph adam(Weight weight) {
        var out = Graph.builder();
        var math = new Arithmetic(out, Origin.UNKNOWN);
        var type = Type.batch(weight.shape());
        var w = out.leaf(new Parameter(weight.name()), type, Origin.UNKNOWN);
        var g = out.leaf(new Input("gradient"), type, Origin.UNKNOWN);
        var step = math.run(RunScalar.STEP);
        var one = math.fill(1);
        Value[] moments = new Value[2];
        for (int i = 0; i < 2; i++) {
            var name = "optimizer." + (i == 0 ? "m" : "v") + "." + weight.name();
            weights.add(weight(name, weight.shape(), Weight.Kind.OPTIMIZER));
            var old = out.leaf(new State(name), type, Origin.UNKNOWN);
            double beta = i == 0 ? 0.9 : 0.999;
            var part = math.mul(i == 0 ? g : math.mul(g, g), 1 - beta);
            var moment = math.apply(Op.FLUSH, math.apply(Op.FMA, old, math.fill(beta), part));
            out.result(Role.UPDATE, name, moment);
            var correction = math.sub(one, math.apply(Op.POW, math.fill(beta), step));
            moments[i] = math.div(moment, correction);
        }
        var change = math.div(moments[0], math.add(math.apply(Op.SQRT, moments[1]), math.fill(1e-8)));
        out.result(Role.UPDATE, weight.name(), math.sub(w, math.mul(change, 0.001)));
        return out.build();
    }

    /// Random numbers for every weight of a model.
    static Map<String, double[]> numbers(Model model, SplittableRandom random) {
        var numbers = new LinkedHashMap<String, double[]>();
        for (var weight : model.weights()) {
            boolean second = weight.name().startsWith("optimizer.v");
            numbers.put(weight.name(), draw((int) weight.shape().size(), random, second ? 0 : -1, 1));
        }
        return numbers;
    }

    static double[] draw(int count, SplittableRandom random, double low, double high) {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextDouble(low, high);
        }
        return numbers;
    }
}
