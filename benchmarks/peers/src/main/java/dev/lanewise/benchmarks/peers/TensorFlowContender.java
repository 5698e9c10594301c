package dev.lanewise.benchmarks.peers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.op.nn.SoftmaxCrossEntropyWithLogits;
import org.tensorflow.op.train.ApplyAdam;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/// TensorFlow's Java interface in graph mode: one run of the session for a step, images as `[y, x, channel]`, which
/// is the layout that its kernels for the processor know.
final class TensorFlowContender {

    private static final List<Long> EVERY = List.of(1L, 1L, 1L, 1L);

    private final Workload workload;
    private final Graph graph = new Graph();
    private final Ops tf = Ops.create(graph);
    private final List<Variable<TFloat32>> parameters = new ArrayList<>();
    private final List<Op> assignments = new ArrayList<>();
    private Layer.Shape flattened = Layer.Shape.vector(0);

    private TensorFlowContender(Workload workload) {
        this.workload = workload;
    }

    static Contender open(Workload workload, int threads) {
        return new TensorFlowContender(workload).build(threads);
    }

    private Contender build(int threads) {
        var session = new Session(
                graph,
                ConfigProto.newBuilder()
                        .setIntraOpParallelismThreads(threads)
                        .setInterOpParallelismThreads(1)
                        .build());
        var in = workload.input;
        var inputShape = in.image()
                ? Shape.of(workload.batch, in.height(), in.width(), in.channels())
                : Shape.of(workload.batch, in.size());
        var x = tf.placeholder(TFloat32.class, org.tensorflow.op.core.Placeholder.shape(inputShape));
        var values = workload.weights().iterator();
        Operand<TFloat32> result = x;
        var shape = in;
        for (var layer : workload.layers) {
            result = apply(
                    layer,
                    shape,
                    result,
                    layer instanceof Layer.Dense
                                    || layer instanceof Layer.Convolution
                                    || layer instanceof Layer.BatchNorm
                            ? values.next()
                            : new float[0][]);
            shape = layer.after(shape);
        }
        return workload.trains() ? training(session, x, inputShape, result) : answering(session, x, inputShape, result);
    }

    private Operand<TFloat32> apply(Layer layer, Layer.Shape in, Operand<TFloat32> x, float[][] values) {
        return switch (layer) {
            case Layer.Dense(int units) -> {
                var weight = parameter(transposed(values[0], units, in.size()), in.size(), units);
                yield tf.nn.biasAdd(tf.linalg.matMul(x, weight), parameter(values[1], units));
            }
            case Layer.Convolution(int filters, int kernel, boolean same) -> {
                var weight = parameter(
                        transposed(values[0], filters * in.channels(), kernel * kernel, filters, in.channels()),
                        kernel,
                        kernel,
                        in.channels(),
                        filters);
                var padding = same ? "SAME" : "VALID";
                yield tf.nn.biasAdd(tf.nn.conv2d(x, weight, EVERY, padding), parameter(values[1], filters));
            }
            case Layer.BatchNorm() -> batchNorm(in, x, values);
            case Layer.MaxPool() -> {
                var two = tf.constant(new int[] {1, 2, 2, 1});
                yield tf.nn.maxPool(x, two, two, "VALID");
            }
            case Layer.Dropout(float keep) -> {
                var random = tf.random.randomUniform(tf.constant(x.shape().asArray()), TFloat32.class);
                var mask = tf.math.floor(tf.math.add(random, tf.constant(keep)));
                yield tf.math.mul(x, tf.math.mul(mask, tf.constant(1 / keep)));
            }
            case Layer.Flatten() -> {
                flattened = in;
                yield tf.reshape(x, tf.constant(new int[] {workload.batch, in.size()}));
            }
            case Layer.Activation.TANH -> tf.math.tanh(x);
            case Layer.Activation.SIGMOID -> tf.math.sigmoid(x);
            case Layer.Activation.RELU -> tf.nn.relu(x);
            case Layer.Activation.SOFTMAX -> tf.nn.softmax(x);
        };
    }

    private Operand<TFloat32> batchNorm(Layer.Shape in, Operand<TFloat32> x, float[][] values) {
        int channels = in.channels();
        var none = constant(new float[0], 0);
        var image = in.image() ? x : tf.reshape(x, tf.constant(new int[] {workload.batch, 1, 1, channels}));
        var normal = tf.nn.fusedBatchNorm(
                        image,
                        parameter(values[0], channels),
                        parameter(values[1], channels),
                        none,
                        none,
                        FusedBatchNorm.epsilon(1e-5f))
                .y();
        return in.image() ? normal : tf.reshape(normal, tf.constant(new int[] {workload.batch, channels}));
    }

    /// `[out, in]` as `[in, out]`; behind a flattened image the inputs change from `[channel, y, x]` to
    /// `[y, x, channel]`.
    private float[] transposed(float[] weight, int units, int inputs) {
        var result = new float[weight.length];
        int area = flattened.height() * flattened.width();
        boolean image = flattened.size() == inputs;
        for (int o = 0; o < units; o++) {
            for (int i = 0; i < inputs; i++) {
                int row = image ? i % area * flattened.channels() + i / area : i;
                result[row * units + o] = weight[o * inputs + i];
            }
        }
        flattened = Layer.Shape.vector(0);
        return result;
    }

    /// `[out, in, y, x]` as `[y, x, in, out]`.
    private static float[] transposed(float[] weight, int pairs, int window, int filters, int channels) {
        var result = new float[weight.length];
        for (int pair = 0; pair < pairs; pair++) {
            int filter = pair / channels;
            int channel = pair % channels;
            for (int place = 0; place < window; place++) {
                result[(place * channels + channel) * filters + filter] = weight[pair * window + place];
            }
        }
        return result;
    }

    private Operand<TFloat32> constant(float[] values, long... shape) {
        return tf.constant(Shape.of(shape), DataBuffers.of(values));
    }

    private Variable<TFloat32> parameter(float[] values, long... shape) {
        var variable = variable(values, shape);
        parameters.add(variable);
        return variable;
    }

    private Variable<TFloat32> variable(float[] values, long... shape) {
        var variable = tf.variable(Shape.of(shape), TFloat32.class);
        assignments.add(tf.assign(variable, constant(values, shape)));
        return variable;
    }

    private Contender training(Session session, Operand<TFloat32> x, Shape inputShape, Operand<TFloat32> result) {
        var y = tf.placeholder(
                TFloat32.class, org.tensorflow.op.core.Placeholder.shape(Shape.of(workload.batch, workload.outputs())));
        Operand<TFloat32> each = workload.classifies()
                ? SoftmaxCrossEntropyWithLogits.create(tf.scope(), result, y).loss()
                : tf.math.squaredDifference(result, y);
        var loss = tf.math.mean(each, tf.constant(workload.classifies() ? new int[] {0} : new int[] {0, 1}));
        var train = tf.withControlDependencies(updates(loss)).noOp();
        assignments.forEach(
                assignment -> session.runner().addTarget(assignment).run().close());
        var inputs = workload.inputs();
        var targets = workload.targets(inputs);
        var xs = new TFloat32[inputs.length];
        var ys = new TFloat32[inputs.length];
        for (int b = 0; b < inputs.length; b++) {
            xs[b] = TFloat32.tensorOf(inputShape, DataBuffers.of(channelsLast(inputs[b])));
            ys[b] = TFloat32.tensorOf(Shape.of(workload.batch, workload.outputs()), DataBuffers.of(oneHot(targets[b])));
        }
        return new Contender() {
            private double last;

            @Override
            public void step(int batch) {
                var run = session.runner()
                        .feed(x, xs[batch % xs.length])
                        .feed(y, ys[batch % ys.length])
                        .addTarget(train);
                // Fetching the loss costs a copy: now and then is enough to see that all learn alike.
                if (batch < 10 || batch % 16 == 0) {
                    run.fetch(loss);
                }
                try (var values = run.run()) {
                    last = values.size() > 0 ? ((TFloat32) values.get(0)).getFloat() : last;
                }
            }

            @Override
            public double loss() {
                return last;
            }
        };
    }

    @SuppressWarnings("unchecked") // gradients have the type of what they are gradients of
    private List<Op> updates(Operand<TFloat32> loss) {
        var gradients = graph.addGradients(
                loss.asOutput(), parameters.stream().map(Variable::asOutput).toArray(Output<?>[]::new));
        // A variable is read where it lies: without this, an update may overtake who still reads it.
        var gate = tf.withControlDependencies(List.of((Op[]) gradients));
        var updates = new ArrayList<Op>();
        if (workload.update == Workload.Update.SGD) {
            for (int i = 0; i < gradients.length; i++) {
                updates.add(gate.train.applyGradientDescent(
                        parameters.get(i), tf.constant(workload.rate), (Output<TFloat32>) gradients[i]));
            }
            return updates;
        }
        var beta1 = variable(new float[] {0.9f});
        var beta2 = variable(new float[] {0.999f});
        for (int i = 0; i < gradients.length; i++) {
            var parameter = parameters.get(i);
            var shape = parameter.asOutput().shape();
            var zeros = new float[(int) shape.size()];
            updates.add(gate.train.applyAdam(
                    parameter,
                    variable(zeros, shape.asArray()),
                    variable(zeros, shape.asArray()),
                    beta1,
                    beta2,
                    tf.constant(workload.rate),
                    tf.constant(0.9f),
                    tf.constant(0.999f),
                    tf.constant(1e-8f),
                    (Output<TFloat32>) gradients[i],
                    new ApplyAdam.Options[0]));
        }
        var after = tf.withControlDependencies(Collections.unmodifiableList(new ArrayList<>(updates)));
        updates.add(after.assign(beta1, after.math.mul(beta1, after.constant(0.9f))));
        updates.add(after.assign(beta2, after.math.mul(beta2, after.constant(0.999f))));
        return updates;
    }

    private Contender answering(Session session, Operand<TFloat32> x, Shape inputShape, Operand<TFloat32> result) {
        assignments.forEach(
                assignment -> session.runner().addTarget(assignment).run().close());
        var inputs = workload.inputs();
        for (int b = 0; b < inputs.length; b++) {
            inputs[b] = channelsLast(inputs[b]);
        }
        var answer = new float[workload.outputs()];
        return new Contender() {
            @Override
            public void step(int batch) {
                try (var input = TFloat32.tensorOf(inputShape, DataBuffers.of(inputs[batch % inputs.length]));
                        var values =
                                session.runner().feed(x, input).fetch(result).run()) {
                    ((TFloat32) values.get(0)).asRawTensor().data().asFloats().read(answer);
                }
            }

            @Override
            public double loss() {
                return Contender.check(answer);
            }
        };
    }

    private float[] channelsLast(float[] batch) {
        var in = workload.input;
        int area = in.height() * in.width();
        var result = new float[batch.length];
        for (int e = 0; e < workload.batch; e++) {
            for (int c = 0; c < in.channels(); c++) {
                for (int place = 0; place < area; place++) {
                    result[(e * area + place) * in.channels() + c] = batch[(e * in.channels() + c) * area + place];
                }
            }
        }
        return result;
    }

    private float[] oneHot(float[] targets) {
        if (!workload.classifies()) {
            return targets;
        }
        var result = new float[targets.length * workload.outputs()];
        for (int e = 0; e < targets.length; e++) {
            result[e * workload.outputs() + (int) targets[e]] = 1;
        }
        return result;
    }
}
