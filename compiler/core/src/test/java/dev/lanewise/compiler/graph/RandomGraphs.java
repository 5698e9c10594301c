package dev.lanewise.compiler.graph;

import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Random networks for property tests: a whole model of `size` steps, its values bounded, with weights, targets, a
/// loss, a metric and update rules.
public final class RandomGraphs {

    private static final int[] EXTENTS = {1, 2, 3, 4, 5, 7, 8, 10, 16, 17, 33};

    /// What a network may contain. `kinks`: functions without a derivative everywhere; `draws`: random numbers;
    /// `windows`: patches and strided views; `statistics`: means over the batch, and states that keep them.
    public record Features(boolean kinks, boolean draws, boolean windows, boolean statistics) {
        public static final Features ALL = new Features(true, true, true, true);
        /// Central differences can be compared with its gradients.
        public static final Features SMOOTH = new Features(false, true, true, true);
    }

    private RandomGraphs() {}

    public static Model model(long seed, int size, Features features) {
        var weights = new LinkedHashMap<String, Weight>();
        var training = new Network(new SplittableRandom(seed), features, true, weights);
        training.build(size);
        var prediction = new Network(new SplittableRandom(seed), features, false, weights);
        prediction.build(size);
        var rules = new LinkedHashMap<String, Graph>();
        int kind = new SplittableRandom(seed).nextInt(3);
        for (var weight : List.copyOf(weights.values())) {
            if (weight.kind() == Weight.Kind.PARAMETER && !weight.frozen()) {
                rules.put(weight.name(), rule(weight, kind, weights));
            }
        }
        var formula = Graph.builder();
        var math = new Arithmetic(formula, Origin.UNKNOWN);
        var sum = formula.leaf(new Prim.Input("norm"), Type.batch(Shape.SCALAR), Origin.UNKNOWN);
        formula.result(Role.VALUE, "norm", math.div(sum, math.run(RunScalar.EXAMPLES)));
        return new Model(
                "random" + seed,
                List.of(training.input()),
                List.of(training.target()),
                List.of(new Port("y", Port.Kind.FLOAT, List.of(training.outputs), 0, List.of())),
                List.copyOf(weights.values()),
                training.builder.build(),
                prediction.builder.build(),
                List.of(new Metric("norm", List.of("norm"), formula.build())),
                rules,
                Graph.EMPTY,
                new TrainSettings(
                        "normal:64",
                        "",
                        0,
                        0,
                        "sgd",
                        "constant",
                        8,
                        1,
                        seed,
                        false,
                        true,
                        0,
                        "",
                        TrainSettings.Bagging.NONE,
                        ""),
                List.of());
    }

    /// Numbers for a model's inputs and targets.
    public static Map<String, double[]> batch(Model model, int examples, SplittableRandom random) {
        var batch = new HashMap<String, double[]>();
        for (var ports : List.of(model.inputs(), model.targets())) {
            for (var port : ports) {
                batch.put(
                        port.name(),
                        random.doubles((long) examples * port.size())
                                .map(u -> port.classes() > 0 ? Math.floor(u * port.classes()) : (float) (3 * u - 1.5))
                                .toArray());
            }
        }
        return batch;
    }

    /// Numbers for a model's weights; optimizer states and deviations are not negative.
    public static Map<String, double[]> weights(Model model, SplittableRandom random) {
        var values = new LinkedHashMap<String, double[]>();
        for (var weight : model.weights()) {
            boolean parameter = weight.kind() == Weight.Kind.PARAMETER;
            double scale = parameter
                    ? 1 / Math.sqrt(weight.shape().rank() > 1 ? weight.shape().extent(1) : 2)
                    : 1;
            values.put(
                    weight.name(),
                    random.doubles(weight.shape().size(), parameter ? -1.5 : 0.01, 1.5)
                            .map(x -> (float) (scale * x))
                            .toArray());
        }
        return values;
    }

    private static Graph rule(Weight parameter, int kind, Map<String, Weight> weights) {
        var builder = Graph.builder();
        var m = new Arithmetic(builder, Origin.UNKNOWN);
        var type = Type.batch(parameter.shape());
        var weight = builder.leaf(new Prim.Parameter(parameter.name()), type, Origin.UNKNOWN);
        var gradient = builder.leaf(new Prim.Input("gradient"), type, Origin.UNKNOWN);
        if (kind == 0) {
            builder.result(Role.UPDATE, parameter.name(), m.sub(weight, m.mul(gradient, 0.1)));
            return builder.build();
        }
        var first = state("optimizer.m." + parameter.name(), parameter.shape(), builder, weights);
        var moment = m.add(m.mul(first, 0.9), m.mul(gradient, 0.1));
        builder.result(Role.UPDATE, "optimizer.m." + parameter.name(), moment);
        if (kind == 1) {
            builder.result(Role.UPDATE, parameter.name(), m.sub(weight, m.mul(moment, 0.1)));
            return builder.build();
        }
        var second = state("optimizer.v." + parameter.name(), parameter.shape(), builder, weights);
        var square = m.add(m.mul(second, 0.99), m.mul(m.mul(gradient, gradient), 0.01));
        builder.result(Role.UPDATE, "optimizer.v." + parameter.name(), square);
        var step = m.run(RunScalar.STEP);
        var unbiased = m.div(moment, m.sub(m.fill(1), m.apply(Op.POW, m.fill(0.9), step)));
        var spread = m.div(square, m.sub(m.fill(1), m.apply(Op.POW, m.fill(0.99), step)));
        var move = m.div(m.mul(unbiased, 0.01), m.add(m.apply(Op.SQRT, spread), m.fill(1e-8)));
        builder.result(Role.UPDATE, parameter.name(), m.sub(weight, move));
        return builder.build();
    }

    private static Value state(String name, Shape shape, Graph.Builder builder, Map<String, Weight> weights) {
        weights.put(
                name,
                new Weight(
                        name,
                        shape,
                        Weight.Kind.OPTIMIZER,
                        false,
                        false,
                        number(0, shape),
                        Graph.EMPTY,
                        "zeros",
                        Origin.UNKNOWN));
        return builder.leaf(new Prim.State(name), Type.batch(shape), Origin.UNKNOWN);
    }

    private static Graph number(double value, Shape shape) {
        var builder = Graph.builder();
        builder.result(Role.VALUE, "initial", builder.leaf(new Prim.Fill(value), Type.batch(shape), Origin.UNKNOWN));
        return builder.build();
    }

    /// One of the two graphs; the same seed gives the same network in both.
    private static final class Network {
        final Graph.Builder builder = Graph.builder();
        final Arithmetic m = new Arithmetic(builder, Origin.UNKNOWN);
        final SplittableRandom random;
        final Features features;
        final boolean training;
        final Map<String, Weight> weights;
        final List<Value> values = new ArrayList<>();
        final int features0;
        final int outputs;
        final boolean classes;
        int parameters;
        int states;
        int draws;

        Network(SplittableRandom random, Features features, boolean training, Map<String, Weight> weights) {
            this.random = random;
            this.features = features;
            this.training = training;
            this.weights = weights;
            this.features0 = 1 + random.nextInt(20);
            this.outputs = 2 + random.nextInt(6);
            this.classes = random.nextBoolean();
        }

        Port input() {
            return new Port("x", Port.Kind.FLOAT, List.of(features0), 0, List.of());
        }

        Port target() {
            return classes
                    ? new Port("t", Port.Kind.CLASS, List.of(), outputs, List.of())
                    : new Port("t", Port.Kind.FLOAT, List.of(outputs), 0, List.of());
        }

        void build(int size) {
            values.add(builder.leaf(new Prim.Input("x"), Type.example(Shape.of(features0)), Origin.UNKNOWN));
            for (int i = 0; i < size; i++) {
                var value = values.get(Math.max(0, values.size() - 1 - random.nextInt(3)));
                values.add(calm(step(value)));
            }
            var y = dense(flat(values.getLast()), outputs);
            builder.result(Role.OUTPUT, "y", y);
            builder.result(Role.VALUE, "last", values.getLast());
            var shape = classes ? Shape.SCALAR : Shape.of(outputs);
            var t = builder.leaf(new Prim.Input("t"), Type.example(shape), Origin.UNKNOWN);
            var each = classes ? crossEntropy(y, t) : squares(y, t);
            var loss = m.mean(each, List.of(), true);
            if (random.nextBoolean()) {
                var w = parameter(Shape.of(2, 3));
                loss = m.add(loss, m.mul(m.sum(m.mul(w, w), List.of(0, 1), false), 0.01));
            }
            builder.result(Role.LOSS, "loss", loss);
            if (!training) {
                var norm = m.sum(m.apply(Op.ABS, y), List.of(0), false);
                builder.result(Role.METRIC_SUM, "norm", m.sum(norm, List.of(), true));
            }
        }

        private Value crossEntropy(Value y, Value t) {
            var shifted = m.sub(y, m.reshape(m.stop(m.max(y, List.of(0), false)), Shape.of(1)));
            var total = m.sum(m.apply(Op.EXP, shifted), List.of(0), false);
            var logs = m.sub(shifted, m.apply(Op.LOG, total));
            return m.neg(m.sum(m.mul(m.oneHot(t, outputs), logs), List.of(0), false));
        }

        private Value squares(Value y, Value t) {
            var d = m.sub(y, t);
            return m.mean(m.mul(d, d), List.of(0), false);
        }

        private Value step(Value x) {
            return switch (random.nextInt(12)) {
                case 0 -> smooth(x);
                case 1 -> features.kinks() ? kinked(x) : smooth(x);
                case 2, 3 -> binary(x);
                case 4, 5 -> dense(flat(x), extent());
                case 6 -> matrix(x);
                case 7 -> reduced(x);
                case 8 -> features.statistics() ? normalised(x) : smooth(x);
                case 9 -> view(x);
                case 10 -> softmax(x);
                default -> features.draws() ? dropped(x) : smooth(x);
            };
        }

        private int extent() {
            return EXTENTS[random.nextInt(EXTENTS.length)];
        }

        private Shape shape(Value value) {
            return builder.type(value).shape();
        }

        private Value parameter(Shape shape) {
            var name = "layer_" + parameters++ + ".weight";
            weights.putIfAbsent(
                    name,
                    new Weight(
                            name,
                            shape,
                            Weight.Kind.PARAMETER,
                            false,
                            false,
                            number(0.1, shape),
                            Graph.EMPTY,
                            "0.1",
                            Origin.UNKNOWN));
            return builder.leaf(new Prim.Parameter(name), Type.batch(shape), Origin.UNKNOWN);
        }

        private Value flat(Value x) {
            return m.reshape(x, Shape.of(Math.toIntExact(shape(x).size())));
        }

        private Value dense(Value x, int units) {
            var w = parameter(Shape.of(units, shape(x).extent(0)));
            return m.add(m.contract("un", w, "n", x, "u", false), parameter(Shape.of(units)));
        }

        /// Keeps values from growing without bound, and shapes small.
        private Value calm(Value x) {
            var small = shape(x).size() > 200 ? m.sum(x, List.of(0), false) : x;
            return random.nextInt(3) == 0 ? m.apply(Op.TANH, small) : m.div(small, m.fill(1.5));
        }

        private Value smooth(Value x) {
            var square = m.mul(x, x);
            return switch (random.nextInt(9)) {
                case 0 -> m.apply(Op.TANH, x);
                case 1 -> m.apply(Op.SIGMOID, x);
                case 2 -> m.apply(Op.SIN, x);
                case 3 -> m.apply(Op.ERF, x);
                case 4 -> m.apply(Op.LOG, m.add(m.fill(1), m.apply(Op.EXP, x)));
                case 5 -> m.apply(Op.SQRT, m.add(m.fill(1), square));
                case 6 -> m.apply(Op.LOG1P, square);
                case 7 -> m.apply(Op.EXP, m.neg(square));
                default -> m.apply(Op.POW, m.add(m.fill(1), square), m.fill(random.nextInt(4) - 1.5));
            };
        }

        private Value kinked(Value x) {
            return switch (random.nextInt(4)) {
                case 0 -> m.apply(Op.MAX, m.fill(0), x);
                case 1 -> m.apply(Op.ABS, x);
                case 2 -> m.select(m.apply(Op.LT, m.fill(0), x), x, m.mul(x, 0.01));
                default -> m.apply(Op.MIN, m.fill(0.5), m.apply(Op.MAX, m.fill(-0.5), x));
            };
        }

        private Value binary(Value x) {
            var others = values.stream()
                    .filter(v -> Shapes.broadcastable(List.of(builder.type(v), builder.type(x))))
                    .toList();
            var y = random.nextInt(3) == 0 ? parameter(shape(x)) : others.get(random.nextInt(others.size()));
            return switch (random.nextInt(features.kinks() ? 6 : 4)) {
                case 0 -> m.add(x, y);
                case 1 -> m.sub(x, y);
                case 2 -> m.mul(x, m.apply(Op.TANH, y));
                case 3 -> m.div(x, m.add(m.fill(1), m.mul(y, y)));
                case 4 -> m.apply(Op.MAX, x, y);
                default -> m.select(m.apply(Op.LE, x, y), x, m.neg(y));
            };
        }

        private Value matrix(Value x) {
            if (shape(x).rank() < 2) {
                return dense(flat(x), extent());
            }
            int rank = shape(x).rank();
            var letters = "abcdef".substring(0, rank);
            if (random.nextBoolean()) {
                var other = letters.substring(0, rank - 1) + "z";
                return m.contract(
                        letters, x, letters.replace(letters.charAt(0), 'y'), x, letters.charAt(0) + "y", false);
            }
            int columns = extent();
            var w = parameter(Shape.of(columns, shape(x).extent(rank - 1)));
            return m.contract(
                    "z" + letters.charAt(rank - 1), w, letters, x, letters.substring(0, rank - 1) + "z", false);
        }

        private Value reduced(Value x) {
            var axes = IntStream.range(0, shape(x).rank())
                    .filter(_ -> random.nextBoolean())
                    .boxed()
                    .toList();
            return features.kinks() && random.nextInt(3) == 0 ? m.max(x, axes, false) : m.mean(x, axes, false);
        }

        private Value normalised(Value x) {
            var mean = statistic(m.mean(x, List.of(), true));
            var centred = m.sub(x, mean);
            var variance = statistic(m.mean(m.mul(centred, centred), List.of(), true));
            return m.div(centred, m.apply(Op.SQRT, m.add(variance, m.fill(0.1))));
        }

        /// In training the batch's own, which a state follows; in prediction the state.
        private Value statistic(Value value) {
            var name = "state_" + states++;
            var shape = shape(value);
            weights.putIfAbsent(
                    name,
                    new Weight(
                            name,
                            shape,
                            Weight.Kind.STATE,
                            false,
                            false,
                            number(1, shape),
                            Graph.EMPTY,
                            "ones",
                            Origin.UNKNOWN));
            var state = builder.leaf(new Prim.State(name), Type.batch(shape), Origin.UNKNOWN);
            if (training) {
                builder.result(Role.UPDATE, name, m.add(m.mul(state, 0.9), m.mul(value, 0.1)));
            }
            return training ? value : state;
        }

        private Value view(Value x) {
            int rank = shape(x).rank();
            if (rank == 0) {
                return m.reshape(x, Shape.of(1));
            }
            int last = rank - 1;
            int extent = shape(x).extent(last);
            return switch (random.nextInt(features.windows() ? 7 : 4)) {
                case 0 ->
                    m.transpose(
                            x,
                            IntStream.range(0, rank).map(i -> last - i).boxed().toList());
                case 1 ->
                    m.reshape(
                            flat(x),
                            Shape.of(
                                    shape(x).size() % 2 == 0 ? 2 : 1,
                                    Math.toIntExact(shape(x).size() % 2 == 0 ? shape(x).size() / 2 : shape(x).size())));
                case 2 -> add(new Prim.Concat(last), x, m.apply(Op.TANH, x));
                case 3 -> add(new Prim.Slice(last, extent / 3, extent, 1), x);
                case 4 -> add(new Prim.Slice(last, 0, extent, 2), x);
                case 5 -> add(new Prim.Pad(last, 1, 2, random.nextInt(2)), x);
                default -> extent < 3 ? x : add(new Prim.Windows(last, 2, 1 + random.nextInt(2), 1), x);
            };
        }

        private Value add(Prim prim, Value... inputs) {
            return builder.add(prim, Origin.UNKNOWN, inputs);
        }

        private Value softmax(Value x) {
            if (shape(x).rank() == 0) {
                return smooth(x);
            }
            var e = m.apply(Op.EXP, x);
            int last = shape(x).rank() - 1;
            var kept = IntStream.range(0, last).boxed().toList();
            return m.div(e, m.spread(m.sum(e, List.of(last), false), builder.type(x), kept));
        }

        private Value dropped(Value x) {
            int number = draws++;
            if (!training) {
                return x;
            }
            var draw = builder.leaf(new Prim.Random(false, number), builder.type(x), Origin.UNKNOWN);
            return m.select(m.apply(Op.LT, draw, m.fill(0.8)), m.mul(x, 1.25), m.fill(0));
        }
    }
}
