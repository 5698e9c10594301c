package dev.lanewise.runtime.train;

import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.model.TrainPlan;
import dev.lanewise.runtime.team.Team;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Feeds the batches of augmented data, those of an epoch in their order. Where the team leaves a core free, the
/// batch to come is made there while a step runs; else the team makes each as it reads it. The bits are the same.
/// Only the jars of networks that ask for it hold this class.
final class AugmentedBatches {
    private final Augmentation augmentation;
    private final int[] ports;
    /// The places of the ports in a batch that is ready.
    private final int[] inOrder;
    private final boolean isDouble;
    private final int batch;
    private final boolean hasCore;
    private int epoch;
    private Dataset view;
    private @Nullable CompletableFuture<Dataset> next;

    /// `ports` are the places in the data of what the training entry is fed.
    AugmentedBatches(Augmentation augmentation, int[] ports, boolean isDouble, int batch, boolean hasCore) {
        this.augmentation = augmentation;
        this.ports = ports;
        this.inOrder = new int[ports.length];
        Arrays.setAll(inOrder, i -> i);
        this.isDouble = isDouble;
        this.batch = batch;
        this.hasCore = hasCore;
        this.view = augmentation.epoch(0);
    }

    /// The batches of a run, which is fed by an entry.
    static AugmentedBatches of(Bundle bundle, int entry, TrainPlan plan, Dataset data, Team team) {
        boolean isDouble = bundle.layout().doublePrecision();
        return new AugmentedBatches(
                new Augmentation(plan.augment(), data, plan.seed(), isDouble),
                bundle.bind(entry, data),
                isDouble,
                plan.batch(),
                Runtime.getRuntime().availableProcessors() > team.workers());
    }

    /// Makes the `count` examples from place `from` of the order on the batch of the next step.
    void feed(Session session, int ofEpoch, int[] order, int from, int count) {
        if (epoch != ofEpoch) {
            epoch = ofEpoch;
            view = augmentation.epoch(ofEpoch);
            next = null;
        }
        if (!hasCore) {
            session.feed(view, ports, order, from, count);
            return;
        }
        var ready = next == null ? prepare(order, from, count) : next;
        int after = from + count;
        int rest = Math.min(batch, view.size() - after);
        next = rest > 0 ? prepare(order, after, rest) : null;
        session.feed(made(ready), inOrder, Session.NATURAL, 0, count);
    }

    /// What was made beside, or the error that reading the data ended in.
    private static Dataset made(CompletableFuture<Dataset> batch) {
        try {
            return batch.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private CompletableFuture<Dataset> prepare(int[] order, int from, int count) {
        var source = view;
        return CompletableFuture.supplyAsync(() -> read(source, order, from, count), Thread::startVirtualThread);
    }

    private Dataset read(Dataset source, int[] examples, int from, int count) {
        var batch = ArrayDataset.builder();
        for (int port : ports) {
            var read = source.ports().get(port);
            int size = read.size();
            boolean inDouble = isDouble || read.kind() != Port.Kind.FLOAT;
            var doubles = new double[inDouble ? Math.multiplyExact(count, size) : 0];
            var floats = new float[inDouble ? 0 : Math.multiplyExact(count, size)];
            for (int i = 0; i < count; i++) {
                int example = examples.length == 0 ? from + i : examples[from + i];
                if (inDouble) {
                    source.read(port, example, doubles, i * size);
                } else {
                    source.read(port, example, floats, i * size);
                }
            }
            batch = inDouble ? batch.add(read, doubles) : batch.add(read, floats);
        }
        return batch.build();
    }
}
