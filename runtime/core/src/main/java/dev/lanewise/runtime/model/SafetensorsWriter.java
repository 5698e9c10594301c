package dev.lanewise.runtime.model;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Collects tensors and writes them as safetensors, in the order given: the same tensors, the same bytes.
///
/// Arrays are not copied, so they must stay as they are until the file is written.
public final class SafetensorsWriter {

    private interface Encoder {
        void put(ByteBuffer buffer, int number);
    }

    private record Entry(SafetensorsType type, int count, Encoder encoder) {}

    private final Map<String, Object> header = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private long dataSize;

    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        header.putIfAbsent("__metadata__", metadata);
        return this;
    }

    public SafetensorsWriter add(String name, List<Integer> shape, float[] values) {
        return add(name, shape, SafetensorsType.F32, values.length, (buffer, i) -> buffer.putFloat(values[i]));
    }

    public SafetensorsWriter add(String name, List<Integer> shape, double[] values) {
        return add(name, shape, SafetensorsType.F64, values.length, (buffer, i) -> buffer.putDouble(values[i]));
    }

    public SafetensorsWriter add(String name, List<Integer> shape, long[] values) {
        return add(name, shape, SafetensorsType.I64, values.length, (buffer, i) -> buffer.putLong(values[i]));
    }

    public SafetensorsWriter add(String name, List<Integer> shape, byte[] values) {
        return add(name, shape, SafetensorsType.U8, values.length, (buffer, i) -> buffer.put(values[i]));
    }

    private SafetensorsWriter add(String name, List<Integer> shape, SafetensorsType type, int count, Encoder encoder) {
        long size = 1;
        for (int extent : shape) {
            size = Math.multiplyExact(size, extent);
        }
        if (size != count) {
            throw new IllegalArgumentException(name + shape + " has " + size + " elements, given " + count);
        }
        long end = dataSize + size * type.bytes();
        var entry = new LinkedHashMap<String, Object>();
        entry.put("dtype", type.name());
        entry.put("shape", List.copyOf(shape));
        entry.put("data_offsets", List.of(dataSize, end));
        if (name.equals("__metadata__") || header.putIfAbsent(name, entry) != null) {
            throw new IllegalArgumentException("a second tensor " + name);
        }
        entries.add(new Entry(type, count, encoder));
        dataSize = end;
        return this;
    }

    /// Writes a file beside `path` and moves it there when it is whole.
    public void write(Path path) throws IOException {
        Path whole = path.toAbsolutePath();
        Path part = whole.resolveSibling(whole.getFileName() + ".part");
        try {
            try (var out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16)) {
                write(out);
            }
            Files.move(part, whole, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    public byte[] toBytes() {
        var out = new ByteArrayOutputStream();
        try {
            write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /// The header is padded with spaces, so that the data begin at a multiple of 8.
    public void write(OutputStream out) throws IOException {
        byte[] json = Json.write(header).getBytes(StandardCharsets.UTF_8);
        int padded = Math.ceilDiv(json.length, 8) * 8;
        var buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
        drain(buffer, out);
        out.write(json);
        out.write(" ".repeat(padded - json.length).getBytes(StandardCharsets.US_ASCII));
        for (var entry : entries) {
            for (int i = 0; i < entry.count(); i++) {
                entry.encoder().put(buffer, i);
                if (buffer.remaining() < Long.BYTES) {
                    drain(buffer, out);
                }
            }
            drain(buffer, out);
        }
    }

    private static void drain(ByteBuffer buffer, OutputStream out) throws IOException {
        out.write(buffer.array(), 0, buffer.position());
        buffer.clear();
    }
}
