package dev.lanewise.runtime.model;

import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A network's description as JSON, and back. The buffers of an entry are packed as numbers, three each, since deep
/// networks have many.
final class ModelJson {
    private static final int MANY = 1 << 20;

    private ModelJson() {}

    static String write(ModelInfo info) {
        var layout = info.layout();
        return Json.write(map(
                "format",
                ModelInfo.FORMAT,
                "network",
                info.network(),
                "compiler",
                info.compiler(),
                "source",
                info.sources(),
                "sourceDigest",
                info.sourceDigest(),
                "settings",
                info.settings(),
                "precision",
                layout.doublePrecision() ? "f64" : "f32",
                "parameters",
                info.parameters(),
                "inputs",
                each(info.inputs(), ModelJson::port),
                "targets",
                each(info.targets(), ModelJson::port),
                "outputs",
                each(info.outputs(), ModelJson::port),
                "train",
                plan(info.train()),
                "schema",
                info.schema(),
                "programClass",
                info.programClass(),
                "layout",
                layout(layout)));
    }

    private static Object port(Port port) {
        return map(
                "name",
                port.name(),
                "kind",
                port.kind().name(),
                "shape",
                port.shape(),
                "classes",
                port.classes(),
                "labels",
                port.labels());
    }

    private static Object plan(TrainPlan plan) {
        return map(
                "data",
                plan.data(),
                "testData",
                plan.testData(),
                "test",
                plan.test(),
                "validate",
                plan.validate(),
                "optimizer",
                plan.optimizer(),
                "schedule",
                plan.schedule(),
                "batch",
                plan.batch(),
                "epochs",
                plan.epochs(),
                "seed",
                plan.seed(),
                "shuffle",
                plan.shuffle(),
                "patience",
                plan.patience(),
                "require",
                plan.require());
    }

    private static Object layout(Layout layout) {
        return map(
                "doublePrecision",
                layout.doublePrecision(),
                "batchArena",
                layout.batchArena(),
                "uniforms",
                layout.uniforms(),
                "weights",
                each(
                        layout.weights(),
                        s -> map("name", s.name(), "kind", s.kind(), "shape", s.shape(), "offset", s.offset())),
                "entries",
                each(layout.entries(), ModelJson::entry),
                "metrics",
                each(layout.metrics(), m -> map("name", m.name(), "sums", m.sums())));
    }

    private static Object entry(Layout.Entry entry) {
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
                each(entry.feeds(), f -> map("port", f.port(), "lanes", f.lanes(), "rows", f.rows())),
                "fetches",
                each(
                        entry.fetches(),
                        f -> map("role", f.role(), "name", f.name(), "shape", f.shape(), "buffer", f.buffer())));
    }

    private static Map<String, Object> map(Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static <T> List<Object> each(List<T> values, Function<T, Object> json) {
        var list = new ArrayList<Object>();
        for (var value : values) {
            list.add(json.apply(value));
        }
        return list;
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws ModelException without the file's name, when it is not what it should be
    static ModelInfo read(byte[] text) {
        var json = Json.object(Json.parse(text), "model.json");
        long format = Json.integer(json.get("format"), "format");
        if (format > ModelInfo.FORMAT || format < 1) {
            throw new ModelException("its format is version " + format + ", and this runtime reads versions up to "
                    + ModelInfo.FORMAT + "; use a newer Lanewise");
        }
        var settings = new LinkedHashMap<String, String>();
        Json.object(json.get("settings"), "settings").forEach((k, v) -> settings.put(k, Json.text(v, k)));
        return new ModelInfo(
                text(json, "network"),
                Json.list(json.get("inputs"), "inputs", ModelJson::readPort),
                Json.list(json.get("targets"), "targets", ModelJson::readPort),
                Json.list(json.get("outputs"), "outputs", ModelJson::readPort),
                Json.integer(json.get("parameters"), "parameters"),
                readLayout(Json.object(json.get("layout"), "layout")),
                text(json, "programClass"),
                readPlan(Json.object(json.get("train"), "train")),
                settings,
                Json.object(json.get("schema"), "schema"),
                texts(json, "source"),
                text(json, "sourceDigest"),
                text(json, "compiler"));
    }

    private static Port readPort(Object value, String name) {
        var json = Json.object(value, name);
        return new Port(
                text(json, "name"),
                Json.word(json.get("kind"), "kind", Port.Kind.values()),
                shape(json),
                count(json, "classes", 0),
                texts(json, "labels"));
    }

    private static TrainPlan readPlan(Map<String, Object> json) {
        return new TrainPlan(
                text(json, "data"),
                text(json, "testData"),
                Json.number(json.get("test"), "test"),
                Json.number(json.get("validate"), "validate"),
                text(json, "optimizer"),
                text(json, "schedule"),
                count(json, "batch", 1),
                count(json, "epochs", 0),
                Json.integer(json.get("seed"), "seed"),
                Json.truth(json.get("shuffle"), "shuffle"),
                count(json, "patience", 0),
                text(json, "require"));
    }

    private static Layout readLayout(Map<String, Object> json) {
        return new Layout(
                Json.truth(json.get("doublePrecision"), "doublePrecision"),
                size(json.get("batchArena"), "batchArena"),
                Json.integer(json.get("uniforms"), "uniforms", 0, MANY),
                Json.list(json.get("weights"), "weights", ModelJson::readSlot),
                Json.list(json.get("entries"), "entries", ModelJson::readEntry),
                Json.list(json.get("metrics"), "metrics", ModelJson::readMetric));
    }

    private static Layout.Slot readSlot(Object value, String name) {
        var json = Json.object(value, name);
        return new Layout.Slot(text(json, "name"), text(json, "kind"), shape(json), size(json.get("offset"), "offset"));
    }

    private static Layout.MetricSlot readMetric(Object value, String name) {
        var json = Json.object(value, name);
        return new Layout.MetricSlot(text(json, "name"), texts(json, "sums"));
    }

    private static Layout.Entry readEntry(Object value, String name) {
        var json = Json.object(value, name);
        var packed = Json.list(json.get("buffers"), "buffers", ModelJson::size);
        var buffers = new ArrayList<Layout.Buffer>();
        for (int i = 0; i + 2 < packed.size(); i += 3) {
            buffers.add(new Layout.Buffer(packed.get(i) == 1, packed.get(i + 1), packed.get(i + 2)));
        }
        int last = buffers.size() - 1;
        return new Layout.Entry(
                text(json, "name"),
                size(json.get("exampleArena"), "exampleArena"),
                buffers,
                Json.list(json.get("feeds"), "feeds", (each, in) -> {
                    var feed = Json.object(each, in);
                    return new Layout.Feed(
                            text(feed, "port"),
                            Json.integer(feed.get("lanes"), "lanes", -1, last),
                            Json.integer(feed.get("rows"), "rows", -1, last));
                }),
                Json.list(json.get("fetches"), "fetches", (each, in) -> {
                    var fetch = Json.object(each, in);
                    return new Layout.Fetch(
                            text(fetch, "role"),
                            text(fetch, "name"),
                            shape(fetch),
                            Json.integer(fetch.get("buffer"), "buffer", 0, last));
                }));
    }

    private static long size(@Nullable Object value, String name) {
        long size = Json.integer(value, name);
        if (size < 0 || size > 1L << 40) {
            throw new ModelException(name + ": " + size + " is no size");
        }
        return size;
    }

    private static String text(Map<String, Object> json, String name) {
        return Json.text(json.get(name), name);
    }

    private static List<String> texts(Map<String, Object> json, String name) {
        return Json.list(json.get(name), name, Json::text);
    }

    private static int count(Map<String, Object> json, String name, int least) {
        return Json.integer(json.get(name), name, least, Integer.MAX_VALUE);
    }

    private static List<Integer> shape(Map<String, Object> json) {
        return Json.list(
                json.get("shape"), "shape", (extent, name) -> Json.integer(extent, name, 0, Integer.MAX_VALUE));
    }
}
