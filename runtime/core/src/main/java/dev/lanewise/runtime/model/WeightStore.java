package dev.lanewise.runtime.model;

import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Weights;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The values of a program's weights, at the places that its layout gives them.
public final class WeightStore implements Weights {
    /// The kind of a slot that only the optimizer reads.
    private static final String OPTIMIZER = Kind.OPTIMIZER.name();

    /// How the names of the optimizer's states begin.
    private static final String OPTIMIZER_PREFIX = "optimizer.";

    /// Characters of a list of names in a message.
    private static final int LONGEST_LIST = 120;

    private final List<Layout.Slot> slots;
    private final HashMap<String, Layout.Slot> byName = new HashMap<>();
    private final Arena arena;
    private @Nullable Arena prepared;
    private volatile int version;

    private WeightStore(List<Layout.Slot> slots, Arena arena) {
        this.slots = slots;
        this.arena = arena;
        for (var slot : slots) {
            byName.put(slot.name(), slot);
        }
    }

    /// Weights that are all 0.
    public static WeightStore zeros(Layout layout) {
        return new WeightStore(
                layout.weights(), Arena.of(layout.doublePrecision(), true, extent(layout), "the weights"));
    }

    /// The first place in the batch arena behind all weights.
    public static long extent(Layout layout) {
        long end = 0;
        for (var slot : layout.weights()) {
            end = Math.max(end, slot.offset() + Arena.count(slot.shape()));
        }
        return end;
    }

    /// What the entry `ONE` reads in the place of weights, in an arena that begins with [#firstPrepared].
    public synchronized Arena prepared(Layout layout) {
        if (prepared == null) {
            long size = layout.prepared() - firstPrepared(layout);
            prepared = Arena.of(layout.doublePrecision(), true, size, "the weights for single examples");
        }
        return prepared;
    }

    /// Not before the first prepared value, and such that it lies as in the plan, on a cache line.
    public static long firstPrepared(Layout layout) {
        return Math.ceilDiv(extent(layout), 32L) * 32;
    }

    public WeightStore duplicate() {
        return new WeightStore(slots, arena.duplicate());
    }

    public void copyFrom(WeightStore other) {
        arena.copyFrom(other.arena);
        changed();
    }

    /// Grows with each change by this class; steps of training write without it.
    public int version() {
        return version;
    }

    private synchronized void changed() {
        version++;
    }

    public Arena arena() {
        return arena;
    }

    @Override
    public void set(String name, double[] values) {
        var slot = slot(name);
        int count = Arena.count(slot.shape());
        if (values.length != count) {
            throw new IllegalArgumentException(name + " has " + count + " numbers, not " + values.length);
        }
        int at = arena.element(slot.offset());
        for (int i = 0; i < count; i++) {
            arena.set(at + i, values[i]);
        }
        changed();
    }

    @Override
    public double[] get(String name) {
        var slot = slot(name);
        return arena.copy(arena.element(slot.offset()), Arena.count(slot.shape()));
    }

    private Layout.Slot slot(String name) {
        var slot = byName.get(name);
        if (slot == null) {
            throw new IllegalArgumentException("there is no weight " + name);
        }
        return slot;
    }

    @Override
    public List<Weight> list() {
        var weights = new ArrayList<Weight>();
        for (var slot : slots) {
            weights.add(new Weight(slot.name(), Kind.valueOf(slot.kind()), slot.shape()));
        }
        return weights;
    }

    @Override
    public void load(Path safetensors) {
        var loaded = duplicate();
        try (var file = Safetensors.open(safetensors)) {
            loaded.load(file, safetensors.toString());
        } catch (NoSuchFileException e) {
            throw new ModelException(safetensors + ": there is no such file", e);
        } catch (IOException e) {
            throw new ModelException(safetensors + ": cannot be read: " + e.getMessage(), e);
        }
        copyFrom(loaded);
    }

    @Override
    public void save(Path safetensors) {
        writer().write(safetensors);
    }

    /// Takes every weight from a safetensors file. States of the optimizer may be absent, and unknown ones are
    /// passed over; `[]` and `[1]` are the same shape.
    ///
    /// @throws ModelException for a missing, an unknown or a misshapen tensor
    public void load(Safetensors file, String name) throws IOException {
        var tensors = new LinkedHashMap<>(file.tensors());
        var names = new ArrayList<String>();
        for (var slot : slots) {
            names.add(slot.name());
            var tensor = tensors.remove(slot.name());
            if (tensor == null) {
                if (slot.kind().equals(OPTIMIZER)) {
                    continue;
                }
                throw new ModelException(name + ": there is no tensor " + slot.name() + " " + slot.shape()
                        + "; it holds " + few(file.tensors().keySet()));
            }
            boolean single = Arena.count(slot.shape()) == 1
                    && tensor.size() == 1
                    && tensor.shape().size() <= 1;
            if (!tensor.shape().equals(slot.shape()) && !(single && slot.shape().size() <= 1)) {
                throw new ModelException(name + ": the tensor " + slot.name() + " has the shape " + tensor.shape()
                        + ", and the network needs " + slot.shape());
            }
            int at = arena.element(slot.offset());
            int count = Arena.count(slot.shape());
            if (arena.isDouble()) {
                file.read(tensor, 0, arena.doubles(), at, count);
            } else {
                file.read(tensor, 0, arena.floats(), at, count);
            }
        }
        for (var unknown : tensors.keySet()) {
            if (!unknown.startsWith(OPTIMIZER_PREFIX)) {
                throw new ModelException(
                        name + ": the network has no weight " + unknown + "; its weights are " + few(names));
            }
        }
    }

    private static String few(Collection<String> names) {
        var few = new StringJoiner(", ").setEmptyValue("nothing");
        for (var name : names) {
            if (few.length() > LONGEST_LIST) {
                return few + " and others";
            }
            few.add(name);
        }
        return few.toString();
    }

    /// All weights but the optimizer's, in the layout's order.
    public SafetensorsWriter writer() {
        var writer = new SafetensorsWriter();
        var type = arena.isDouble() ? SafetensorsType.F64 : SafetensorsType.F32;
        for (var slot : slots) {
            if (!slot.kind().equals(OPTIMIZER)) {
                writer.add(slot.name(), slot.shape(), type, bytes(slot));
            }
        }
        return writer;
    }

    @Override
    public String hash() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var ordered = new TreeMap<String, Layout.Slot>();
            for (var slot : slots) {
                ordered.put(slot.name(), slot);
            }
            for (var slot : ordered.values()) {
                if (!slot.kind().equals(OPTIMIZER)) {
                    digest.update(bytes(slot));
                }
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private byte[] bytes(Layout.Slot slot) {
        return arena.bytes(arena.element(slot.offset()), Arena.count(slot.shape()));
    }
}
