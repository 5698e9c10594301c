package dev.lanewise.benchmarks.peers;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoopTranslator;

/// DJL with PyTorch below it: a sequential block and a trainer, the arrays of all batches resident.
final class DjlContender {

    private DjlContender() {}

    private static Block block(Layer layer) {
        return switch (layer) {
            case Layer.Dense(int units) -> Linear.builder().setUnits(units).build();
            case Layer.Convolution(int filters, int kernel, boolean same) -> {
                int pad = same ? kernel / 2 : 0;
                yield Conv2d.builder()
                        .setFilters(filters)
                        .setKernelShape(square(kernel))
                        .optPadding(square(pad))
                        .build();
            }
            case Layer.BatchNorm() -> BatchNorm.builder().build();
            case Layer.MaxPool() -> Pool.maxPool2dBlock(square(2), square(2));
            case Layer.Dropout(float keep) ->
                Dropout.builder().optRate(1 - keep).build();
            case Layer.Flatten() -> Blocks.batchFlattenBlock();
            case Layer.Activation.TANH -> LambdaBlock.singleton(Activation::tanh);
            case Layer.Activation.SIGMOID -> LambdaBlock.singleton(Activation::sigmoid);
            case Layer.Activation.RELU -> LambdaBlock.singleton(Activation::relu);
            case Layer.Activation.SOFTMAX -> LambdaBlock.singleton(logits -> logits.softmax(1));
        };
    }

    private static ai.djl.ndarray.types.Shape square(int side) {
        return new ai.djl.ndarray.types.Shape(side, side);
    }

    private static ai.djl.ndarray.types.Shape batch(Workload workload) {
        var in = workload.input;
        return in.image()
                ? new ai.djl.ndarray.types.Shape(workload.batch, in.channels(), in.height(), in.width())
                : new ai.djl.ndarray.types.Shape(workload.batch, in.size());
    }

    static Contender open(Workload workload, int threads) {
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("ai.djl.offline", "true");
        var model = Model.newInstance(workload.name(), "PyTorch");
        var block = new SequentialBlock();
        workload.layers.forEach(layer -> block.add(block(layer)));
        model.setBlock(block);
        var loss = workload.classifies() ? Loss.softmaxCrossEntropyLoss() : Loss.l2Loss("mse", 1);
        var rate = Tracker.fixed(Math.max(workload.rate, Float.MIN_NORMAL));
        var optimizer = workload.update == Workload.Update.ADAM
                ? Optimizer.adam().optLearningRateTracker(rate).build()
                : Optimizer.sgd().setLearningRateTracker(rate).build();
        var trainer = model.newTrainer(new DefaultTrainingConfig(loss).optOptimizer(optimizer));
        trainer.initialize(batch(workload));
        setWeights(block, trainer.getManager(), workload);
        return workload.trains() ? training(workload, trainer, loss) : answering(workload, model, trainer);
    }

    private static void setWeights(Block block, NDManager manager, Workload workload) {
        var parameters = block.getParameters().values().stream()
                .filter(Parameter::requiresGradient)
                .map(Parameter::getArray)
                .iterator();
        for (var pair : workload.weights()) {
            for (var values : pair) {
                var array = parameters.next();
                try (var source = manager.create(values, array.getShape())) {
                    source.copyTo(array);
                }
            }
        }
    }

    private static Contender training(Workload workload, Trainer trainer, Loss loss) {
        var manager = trainer.getManager();
        var inputs = workload.inputs();
        var targets = workload.targets(inputs);
        var xs = new NDList[inputs.length];
        var ys = new NDList[inputs.length];
        for (int b = 0; b < inputs.length; b++) {
            xs[b] = new NDList(manager.create(inputs[b], batch(workload)));
            ys[b] = new NDList(manager.create(
                    targets[b],
                    workload.classifies()
                            ? new ai.djl.ndarray.types.Shape(workload.batch)
                            : new ai.djl.ndarray.types.Shape(workload.batch, 1)));
        }
        return new Contender() {
            // What a step leaves behind lives as long as a manager of its own, as in DJL's own loop of training.
            private NDManager step = manager.newSubManager();
            private NDArray last = manager.create(0f);

            @Override
            public void step(int batch) {
                step.close();
                step = manager.newSubManager();
                var x = xs[batch % xs.length];
                var y = ys[batch % ys.length];
                step.tempAttachAll(x, y);
                try (var collector = trainer.newGradientCollector()) {
                    last = loss.evaluate(y, trainer.forward(x));
                    collector.backward(last);
                }
                trainer.step();
            }

            @Override
            public double loss() {
                return last.getFloat();
            }
        };
    }

    /// The trainer is asked for its manager each time, and so stays alive: its finalizer closes the manager, below
    /// which the arrays of the answers live.
    private static Contender answering(Workload workload, Model model, Trainer trainer) {
        var predictor = model.newPredictor(new NoopTranslator());
        var inputs = workload.inputs();
        return new Contender() {
            private float[] answer = {};

            @Override
            public void step(int batch) throws Exception {
                try (var step = trainer.getManager().newSubManager();
                        var result = predictor.predict(
                                new NDList(step.create(inputs[batch % inputs.length], batch(workload))))) {
                    answer = result.singletonOrThrow().toFloatArray();
                }
            }

            @Override
            public double loss() {
                return Contender.check(answer);
            }
        };
    }
}
