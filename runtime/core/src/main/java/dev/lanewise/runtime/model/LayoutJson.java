package dev.lanewise.runtime.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A layout as JSON values, and back. Buffers are packed as numbers, three each, since deep networks have many.
final class LayoutJson {
    private static final int MANY = 1 << 20;

    private LayoutJson() {}

    static Map<String, Object> toJson(Layout layout) {
        var json = new LinkedHashMap<String, Object>();
        json.put("doublePrecision", layout.doublePrecision());
        json.put("batchArena", layout.batchArena());
        json.put("uniforms", layout.uniforms());
        json.put("weights", layout.weights().stream().map(LayoutJson::slot).toList());
        json.put("entries", layout.entries().stream().map(LayoutJson::entry).toList());
        json.put(
                "metrics",
                layout.metrics().stream()
                        .map(m -> map("name", m.name(), "sums", m.sums()))
                        .toList());
        return json;
    }

    private static Map<String, Object> slot(Layout.Slot slot) {
        return map("name", slot.name(), "kind", slot.kind(), "shape", slot.shape(), "offset", slot.offset());
    }

    private static Map<String, Object> entry(Layout.Entry entry) {
        var buffers = new ArrayList<Long>();
        for (var buffer : entry.buffers()) {
            buffers.add(buffer.perExample() ? 1L : 0L);
            buffers.add(buffer.offset());
            buffers.add(buffer.size());
        }
        return map(
                "name",
                entry.name(),
                "exampleArena",
                entry.exampleArena(),
                "buffers",
                buffers,
                "feeds",
                entry.feeds().stream()
                        .map(f -> map("port", f.port(), "lanes", f.lanes(), "rows", f.rows()))
                        .toList(),
                "fetches",
                entry.fetches().stream()
                        .map(f -> map("role", f.role(), "name", f.name(), "shape", f.shape(), "buffer", f.buffer()))
                        .toList());
    }

    private static Map<String, Object> map(Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    static Layout fromJson(Map<String, Object> json) {
        return new Layout(
                Json.truth(json.get("doublePrecision"), "doublePrecision"),
                size(json.get("batchArena"), "batchArena"),
                Json.integer(json.get("uniforms"), "uniforms", 0, MANY),
                objects(json, "weights").stream().map(LayoutJson::readSlot).toList(),
                objects(json, "entries").stream().map(LayoutJson::readEntry).toList(),
                objects(json, "metrics").stream()
                        .map(m -> new Layout.MetricSlot(Json.text(m.get("name"), "name"), texts(m.get("sums"), "sums")))
                        .toList());
    }

    private static Layout.Slot readSlot(Map<String, Object> json) {
        return new Layout.Slot(
                Json.text(json.get("name"), "name"),
                Json.text(json.get("kind"), "kind"),
                integers(json.get("shape"), "shape"),
                size(json.get("offset"), "offset"));
    }

    private static Layout.Entry readEntry(Map<String, Object> json) {
        var packed = Json.list(json.get("buffers"), "buffers");
        var buffers = new ArrayList<Layout.Buffer>();
        for (int i = 0; i + 2 < packed.size(); i += 3) {
            buffers.add(new Layout.Buffer(
                    Json.integer(packed.get(i), "buffers") == 1,
                    size(packed.get(i + 1), "buffers"),
                    size(packed.get(i + 2), "buffers")));
        }
        int count = buffers.size();
        return new Layout.Entry(
                Json.text(json.get("name"), "name"),
                size(json.get("exampleArena"), "exampleArena"),
                buffers,
                objects(json, "feeds").stream()
                        .map(f -> new Layout.Feed(
                                Json.text(f.get("port"), "port"),
                                Json.integer(f.get("lanes"), "lanes", -1, count - 1),
                                Json.integer(f.get("rows"), "rows", -1, count - 1)))
                        .toList(),
                objects(json, "fetches").stream()
                        .map(f -> new Layout.Fetch(
                                Json.text(f.get("role"), "role"),
                                Json.text(f.get("name"), "name"),
                                integers(f.get("shape"), "shape"),
                                Json.integer(f.get("buffer"), "buffer", 0, count - 1)))
                        .toList());
    }

    private static long size(@Nullable Object value, String name) {
        long size = Json.integer(value, name);
        if (size < 0 || size > 1L << 40) {
            throw new JsonException(name + ": " + size + " is no size");
        }
        return size;
    }

    static List<Map<String, Object>> objects(Map<String, Object> json, String name) {
        return Json.list(json.get(name), name).stream()
                .map(value -> Json.object(value, name))
                .toList();
    }

    static List<Integer> integers(@Nullable Object value, String name) {
        return Json.list(value, name).stream()
                .map(v -> Json.integer(v, name, 0, Integer.MAX_VALUE))
                .toList();
    }

    static List<String> texts(@Nullable Object value, String name) {
        return Json.list(value, name).stream().map(v -> Json.text(v, name)).toList();
    }
}
