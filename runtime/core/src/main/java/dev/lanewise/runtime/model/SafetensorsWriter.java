package dev.lanewise.runtime.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Collects tensors and writes them as safetensors, in the order given: the same tensors, the same bytes.
public final class SafetensorsWriter {

    private final Map<String, Object> header = new LinkedHashMap<>();
    private final List<byte[]> tensors = new ArrayList<>();
    private long dataSize;

    public SafetensorsWriter add(String name, List<Integer> shape, float[] values) {
        var data = littleEndian(values.length, Float.BYTES);
        data.asFloatBuffer().put(values);
        return add(name, shape, SafetensorsType.F32, data.array());
    }

    public SafetensorsWriter add(String name, List<Integer> shape, double[] values) {
        var data = littleEndian(values.length, Double.BYTES);
        data.asDoubleBuffer().put(values);
        return add(name, shape, SafetensorsType.F64, data.array());
    }

    /// Elements of a type, little-endian. The array is not copied.
    public SafetensorsWriter add(String name, List<Integer> shape, SafetensorsType type, byte[] data) {
        long size = type.bytes();
        for (int extent : shape) {
            size = Math.multiplyExact(size, extent);
        }
        if (size != data.length) {
            throw new IllegalArgumentException(
                    name + shape + " has " + size + " bytes of " + type + ", given " + data.length);
        }
        var entry = new LinkedHashMap<String, Object>();
        entry.put("dtype", type.name());
        entry.put("shape", List.copyOf(shape));
        entry.put("data_offsets", List.of(dataSize, dataSize + size));
        if (name.equals(Safetensors.METADATA) || header.putIfAbsent(name, entry) != null) {
            throw new IllegalArgumentException("a second tensor " + name);
        }
        tensors.add(data);
        dataSize += size;
        return this;
    }

    static ByteBuffer littleEndian(int count, int bytes) {
        return ByteBuffer.allocate(Math.multiplyExact(count, bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Writes a file, whole or not at all.
    public void write(Path path) {
        ModelFile.writeWhole(path, this::write);
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
        out.write(littleEndian(1, Long.BYTES).putLong(padded).array());
        out.write(json);
        out.write(" ".repeat(padded - json.length).getBytes(StandardCharsets.UTF_8));
        for (var data : tensors) {
            out.write(data);
        }
    }
}
