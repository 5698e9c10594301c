package dev.lanewise.runtime.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A safetensors file, open for reading: the header is read and checked at once, a tensor when it is asked for.
///
/// The format is 8 bytes of length, a JSON header, and the tensors' bytes, all little-endian. Nothing in the file is
/// trusted: the tensors must fill the data without gap or overlap, so that no byte is hidden and none is read twice.
/// Memory is allocated only for what the file really holds. Safe for use by several threads.
public final class Safetensors implements AutoCloseable {

    /// The longest header that is read, in bytes.
    public static final int MAXIMUM_HEADER = 1 << 24;

    private static final String METADATA = "__metadata__";
    private static final int CHUNK = 1 << 16;

    private final String file;
    private final FileChannel channel;
    private long dataStart;
    private long dataSize;
    private Map<String, SafetensorsTensor> tensors = Map.of();
    private Map<String, String> metadata = Map.of();

    private Safetensors(String file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    public static Safetensors open(Path path) throws IOException {
        var channel = FileChannel.open(path, StandardOpenOption.READ);
        return open(path.toString(), channel, 0, channel.size());
    }

    /// Reads `length` bytes from `offset` of a file: an entry stored in a jar.
    public static Safetensors open(Path path, long offset, long length) throws IOException {
        return open(path.toString(), FileChannel.open(path, StandardOpenOption.READ), offset, length);
    }

    private static Safetensors open(String file, FileChannel channel, long offset, long length) throws IOException {
        var opened = new Safetensors(file, channel);
        try {
            opened.readHeader(offset, length);
            return opened;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// The tensors in the order of the header.
    public Map<String, SafetensorsTensor> tensors() {
        return tensors;
    }

    /// The free text under `__metadata__`.
    public Map<String, String> metadata() {
        return metadata;
    }

    public SafetensorsTensor tensor(String name) {
        var tensor = tensors.get(name);
        if (tensor == null) {
            throw error("no tensor is named " + name);
        }
        return tensor;
    }

    /// All elements of a tensor, rounded to float where they are wider.
    public float[] floats(SafetensorsTensor tensor) throws IOException {
        float[] result = new float[arraySize(tensor, Float.BYTES)];
        read(tensor, 0, result, 0, result.length);
        return result;
    }

    /// All elements of a tensor; I64 beyond 2^53 is rounded.
    public double[] doubles(SafetensorsTensor tensor) throws IOException {
        double[] result = new double[arraySize(tensor, Double.BYTES)];
        read(tensor, 0, result, 0, result.length);
        return result;
    }

    /// All elements of a tensor of integers.
    public long[] longs(SafetensorsTensor tensor) throws IOException {
        if (tensor.type().isFloat()) {
            throw error(tensor.name() + " is " + tensor.type() + ", expected integers");
        }
        long[] result = new long[arraySize(tensor, Long.BYTES)];
        read(
                tensor,
                0,
                result.length,
                (data, at, i) -> result[i] = tensor.type().integer(data, at));
        return result;
    }

    /// Copies `count` elements from number `first` on.
    public void read(SafetensorsTensor tensor, long first, float[] target, int offset, int count) throws IOException {
        read(
                tensor,
                first,
                count,
                (data, at, i) -> target[offset + i] = (float) tensor.type().decode(data, at));
    }

    /// Copies `count` elements from number `first` on.
    public void read(SafetensorsTensor tensor, long first, double[] target, int offset, int count) throws IOException {
        read(
                tensor,
                first,
                count,
                (data, at, i) -> target[offset + i] = tensor.type().decode(data, at));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private interface Element {
        void take(ByteBuffer data, int at, int number);
    }

    private void read(SafetensorsTensor tensor, long first, int count, Element element) throws IOException {
        if (first < 0 || count < 0 || first > tensor.size() - count) {
            throw new IndexOutOfBoundsException(count + " elements from " + first + " of " + tensor.size());
        }
        int bytes = tensor.type().bytes();
        var chunk =
                ByteBuffer.allocate((int) Math.min(CHUNK, (long) count * bytes)).order(ByteOrder.LITTLE_ENDIAN);
        for (int done = 0; done < count; ) {
            int elements = Math.min(count - done, chunk.capacity() / bytes);
            fill(chunk.clear().limit(elements * bytes), dataStart + tensor.begin() + (first + done) * bytes);
            for (int i = 0; i < elements; i++) {
                element.take(chunk, i * bytes, done + i);
            }
            done += elements;
        }
    }

    private void fill(ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw error("the file became shorter while it was read");
            }
        }
    }

    private int arraySize(SafetensorsTensor tensor, int bytes) {
        long needed = tensor.size() * bytes;
        if (tensor.size() > Integer.MAX_VALUE - 8
                || needed > Runtime.getRuntime().maxMemory()) {
            throw error(tensor.name() + " needs " + (needed >> 20) + " MB of memory; the JVM has "
                    + (Runtime.getRuntime().maxMemory() >> 20));
        }
        return (int) tensor.size();
    }

    private void readHeader(long offset, long length) throws IOException {
        if (offset < 0 || length < 0 || offset > channel.size() - length) {
            throw error("bytes " + offset + " to " + (offset + length) + " lie outside the file");
        }
        if (length < 10) {
            throw error("not a safetensors file: " + length + " bytes are too few");
        }
        var prefix = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        fill(prefix, offset);
        long headerLength = prefix.getLong(0);
        if (headerLength < 2 || headerLength > length - 8) {
            throw error("not a safetensors file, or cut off: the header's length is "
                    + Long.toUnsignedString(headerLength) + ", the file's " + length);
        }
        if (headerLength > MAXIMUM_HEADER) {
            throw error("a header of " + headerLength + " bytes; at most " + MAXIMUM_HEADER + " are read");
        }
        var header = ByteBuffer.allocate((int) headerLength);
        fill(header, offset + 8);
        if (header.get(0) != '{') {
            throw error("not a safetensors file: the header does not begin with '{'");
        }
        dataStart = offset + 8 + headerLength;
        dataSize = length - 8 - headerLength;
        try {
            checkHeader(Json.object(Json.parse(header.array()), "header"));
        } catch (JsonException e) {
            throw error("the header is wrong: " + e.getMessage());
        }
    }

    private void checkHeader(Map<String, Object> header) {
        var texts = new LinkedHashMap<String, String>();
        var found = new LinkedHashMap<String, SafetensorsTensor>();
        header.forEach((name, entry) -> {
            if (name.equals(METADATA)) {
                Json.object(entry, METADATA).forEach((key, value) -> texts.put(key, Json.text(value, METADATA)));
            } else {
                found.put(name, tensor(name, Json.object(entry, name)));
            }
        });
        var placed = new ArrayList<>(found.values());
        placed.sort(Comparator.comparingLong(SafetensorsTensor::begin).thenComparingLong(SafetensorsTensor::end));
        long filled = 0;
        for (var tensor : placed) {
            if (tensor.begin() != filled) {
                throw error(tensor.name() + " begins at " + tensor.begin() + " of the data, "
                        + (tensor.begin() < filled ? "inside another tensor" : "after a gap") + "; expected " + filled);
            }
            filled = tensor.end();
        }
        if (filled != dataSize) {
            throw error("the tensors fill " + filled + " bytes of data, the file holds " + dataSize);
        }
        tensors = Collections.unmodifiableMap(found);
        metadata = Collections.unmodifiableMap(texts);
    }

    private SafetensorsTensor tensor(String name, Map<String, Object> entry) {
        if (entry.size() != 3) {
            throw error(name + " has " + entry.size() + " entries; expected dtype, shape, data_offsets");
        }
        var type = type(name, Json.text(entry.get("dtype"), name + ".dtype"));
        var shape = new ArrayList<Integer>();
        long bytes = type.bytes();
        boolean overflow = false;
        for (Object value : Json.list(entry.get("shape"), name + ".shape")) {
            int extent = Json.integer(value, name + ".shape", 0, Integer.MAX_VALUE);
            shape.add(extent);
            overflow |= Math.multiplyHigh(bytes, extent) != 0 || bytes * extent < 0;
            bytes *= extent;
        }
        List<Object> offsets = Json.list(entry.get("data_offsets"), name + ".data_offsets");
        if (offsets.size() != 2) {
            throw error(name + " has " + offsets.size() + " data_offsets; expected 2");
        }
        long begin = Json.integer(offsets.get(0), name + ".data_offsets");
        long end = Json.integer(offsets.get(1), name + ".data_offsets");
        if (begin < 0 || end < begin || end > dataSize) {
            throw error(name + " lies at " + begin + " to " + end + " of " + dataSize + " bytes of data");
        }
        if (overflow || bytes != end - begin) {
            throw error(name + " has " + (end - begin) + " bytes of data; " + type + shape + " needs "
                    + (overflow ? "more than 2^63" : bytes));
        }
        return new SafetensorsTensor(name, type, shape, begin, end);
    }

    private SafetensorsType type(String name, String dtype) {
        for (var type : SafetensorsType.values()) {
            if (type.name().equals(dtype)) {
                return type;
            }
        }
        throw error(name + " has the type " + dtype + "; known are " + List.of(SafetensorsType.values()));
    }

    /// Names come from the file: control characters are not passed on to a terminal.
    private SafetensorsException error(String message) {
        return new SafetensorsException((file + ": " + message).replaceAll("\\p{Cntrl}", "?"));
    }
}
