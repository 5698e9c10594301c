package dev.lanewise.runtime.model;

import dev.lanewise.runtime.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A safetensors file, open for reading: the header is read and checked at once, a tensor when it is asked for.
///
/// The format is 8 bytes of length, a JSON header, and the tensors' bytes, all little-endian. Nothing in the file is
/// trusted: the tensors must fill the data without gap or overlap, so that no byte is hidden and none is read twice.
/// Memory is allocated only for what the file really holds. Safe for use by several threads when opened from a path.
public final class Safetensors implements AutoCloseable {

    /// The longest header that is read, in bytes.
    public static final int MAXIMUM_HEADER = 1 << 24;

    static final String METADATA = "__metadata__";
    /// Elements that are read at once.
    private static final int CHUNK = 1 << 13;

    private final String file;
    private final @Nullable FileChannel channel;
    private final InputStream in;
    private long at;
    private long dataStart;
    private long dataSize;
    private Map<String, SafetensorsTensor> tensors = Map.of();

    private Safetensors(String file, @Nullable FileChannel channel, InputStream in) {
        this.file = file;
        this.channel = channel;
        this.in = in;
    }

    public static Safetensors open(Path path) throws IOException {
        var channel = FileChannel.open(path, StandardOpenOption.READ);
        return new Safetensors(path.toString(), channel, Channels.newInputStream(channel)).opened(channel.size());
    }

    /// Reads from a stream of `length` bytes, such as an entry of a jar: each tensor once, in the order of the
    /// file, and by one thread.
    static Safetensors open(String file, InputStream in, long length) throws IOException {
        return new Safetensors(file, null, in).opened(length);
    }

    private Safetensors opened(long length) throws IOException {
        try {
            readHeader(length);
            return this;
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /// The tensors in the order of the header.
    public Map<String, SafetensorsTensor> tensors() {
        return tensors;
    }

    public SafetensorsTensor tensor(String name) {
        var tensor = tensors.get(name);
        if (tensor == null) {
            throw error("no tensor is named " + name);
        }
        return tensor;
    }

    /// Copies `count` elements from number `first` on; I64 beyond 2^53 is rounded.
    public void read(SafetensorsTensor tensor, long first, double[] target, int offset, int count) throws IOException {
        read(tensor, first, new float[0], target, offset, count);
    }

    /// As the other, rounded to single precision.
    public void read(SafetensorsTensor tensor, long first, float[] target, int offset, int count) throws IOException {
        read(tensor, first, target, new double[0], offset, count);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /// Fills the one of the two targets that is not empty.
    private void read(SafetensorsTensor tensor, long first, float[] floats, double[] doubles, int offset, int count)
            throws IOException {
        if (first < 0 || count < 0 || first > tensor.size() - count) {
            throw new IndexOutOfBoundsException(count + " elements from " + first + " of " + tensor.size());
        }
        int bytes = tensor.type().bytes();
        var chunk = SafetensorsWriter.littleEndian(Math.min(CHUNK, count), bytes);
        for (int done = 0; done < count; ) {
            int elements = Math.min(count - done, CHUNK);
            fill(chunk.clear().limit(elements * bytes), dataStart + tensor.begin() + (first + done) * bytes);
            for (int i = 0; i < elements; i++) {
                double value = tensor.type().decode(chunk, i * bytes);
                if (floats.length > 0) {
                    floats[offset + done + i] = (float) value;
                } else {
                    doubles[offset + done + i] = value;
                }
            }
            done += elements;
        }
    }

    private void fill(ByteBuffer buffer, long from) throws IOException {
        while (buffer.hasRemaining()) {
            if (read(buffer, from + buffer.position()) < 0) {
                throw error("the file became shorter while it was read");
            }
        }
    }

    private int read(ByteBuffer target, long position) throws IOException {
        if (channel != null) {
            return channel.read(target, position);
        }
        if (position < at) {
            throw error("its tensors are not in the order of the network's weights");
        }
        in.skipNBytes(position - at);
        int read = in.read(target.array(), target.position(), target.remaining());
        at = position + read;
        target.position(target.position() + Math.max(read, 0));
        return read;
    }

    private void readHeader(long length) throws IOException {
        if (length < 10) {
            throw error("not a safetensors file: " + length + " bytes are too few");
        }
        var prefix = SafetensorsWriter.littleEndian(1, Long.BYTES);
        fill(prefix, 0);
        long headerLength = prefix.getLong(0);
        if (headerLength < 2 || headerLength > length - 8) {
            throw error("not a safetensors file, or cut off: the header's length is "
                    + Long.toUnsignedString(headerLength) + ", the file's " + length);
        }
        if (headerLength > MAXIMUM_HEADER) {
            throw error("a header of " + headerLength + " bytes; at most " + MAXIMUM_HEADER + " are read");
        }
        var header = ByteBuffer.allocate((int) headerLength);
        fill(header, 8);
        if (header.get(0) != '{') {
            throw error("not a safetensors file: the header does not begin with '{'");
        }
        dataStart = 8 + headerLength;
        dataSize = length - 8 - headerLength;
        try {
            checkHeader(Json.object(Json.parse(header.array()), "header"));
        } catch (ModelException e) {
            throw error("the header is wrong: " + e.getMessage());
        }
    }

    private void checkHeader(Map<String, Object> header) {
        var found = new LinkedHashMap<String, SafetensorsTensor>();
        for (var each : header.entrySet()) {
            var name = each.getKey();
            var entry = Json.object(each.getValue(), name);
            if (!name.equals(METADATA)) {
                found.put(name, tensor(name, entry));
                continue;
            }
            for (var text : entry.values()) {
                Json.text(text, name);
            }
        }
        var placed = new ArrayList<>(found.values());
        placed.sort(
                (a, b) -> a.begin() == b.begin() ? Long.compare(a.end(), b.end()) : Long.compare(a.begin(), b.begin()));
        long filled = 0;
        for (var tensor : placed) {
            if (tensor.begin() != filled) {
                throw new ModelException(tensor.name() + " begins at " + tensor.begin() + " of the data, "
                        + (tensor.begin() < filled ? "inside another tensor" : "after a gap") + "; expected " + filled);
            }
            filled = tensor.end();
        }
        if (filled != dataSize) {
            throw new ModelException("the tensors fill " + filled + " bytes of data, the file holds " + dataSize);
        }
        tensors = Collections.unmodifiableMap(found);
    }

    private SafetensorsTensor tensor(String name, Map<String, Object> entry) {
        if (entry.size() != 3) {
            throw new ModelException(name + " has " + entry.size() + " entries; expected dtype, shape, data_offsets");
        }
        var type = Json.word(entry.get("dtype"), name + ".dtype", SafetensorsType.values());
        var shape = Json.extents(entry.get("shape"), name + ".shape");
        long bytes = type.bytes();
        boolean overflow = false;
        for (int extent : shape) {
            overflow |= Math.multiplyHigh(bytes, extent) != 0 || bytes * extent < 0;
            bytes *= extent;
        }
        var offsets = Json.list(entry.get("data_offsets"), name + ".data_offsets");
        if (offsets.size() != 2) {
            throw new ModelException(name + " has " + offsets.size() + " data_offsets; expected 2");
        }
        long begin = Json.integer(offsets.getFirst(), name + ".data_offsets");
        long end = Json.integer(offsets.getLast(), name + ".data_offsets");
        if (begin < 0 || end < begin || end > dataSize) {
            throw new ModelException(name + " lies at " + begin + " to " + end + " of " + dataSize + " bytes of data");
        }
        if (overflow || bytes != end - begin) {
            throw new ModelException(name + " has " + (end - begin) + " bytes of data; " + type + shape + " needs "
                    + (overflow ? "more than 2^63" : bytes));
        }
        return new SafetensorsTensor(name, type, shape, begin, end);
    }

    /// Names come from the file: control characters are not passed on to a terminal.
    private ModelException error(String message) {
        return new ModelException((file + ": " + message).replaceAll("\\p{Cntrl}", "?"));
    }
}
