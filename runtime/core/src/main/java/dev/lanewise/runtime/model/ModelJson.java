package dev.lanewise.runtime.model;

import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
                ports(info.inputs()),
                "targets",
                ports(info.targets()),
                "outputs",
                ports(info.outputs()),
                "train",
                plan(info.train()),
                "schema",
                info.schema(),
                "programClass",
                info.programClass(),
                "layout",
                layout(layout)));
    }

    private static List<Object> ports(List<Port> ports) {
        var json = new ArrayList<>();
        for (var port : ports) {
            json.add(map(
                    "name",
                    port.name(),
                    "kind",
                    port.kind().name(),
                    "shape",
                    port.shape(),
                    "classes",
                    port.classes(),
                    "labels",
                    port.labels()));
        }
        return json;
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
                plan.require(),
                "models",
                plan.models(),
                "pretrain",
                plan.pretrain(),
                "augment",
                plan.augment());
    }

    static Object layout(Layout layout) {
        var weights = new ArrayList<>();
        for (var slot : layout.weights()) {
            weights.add(map("name", slot.name(), "kind", slot.kind(), "shape", slot.shape(), "offset", slot.offset()));
        }
        var entries = new ArrayList<>();
        for (var entry : layout.entries()) {
            entries.add(entry(entry));
        }
        var metrics = new ArrayList<>();
        for (var metric : layout.metrics()) {
            metrics.add(map("name", metric.name(), "sums", metric.sums()));
        }
        return map(
                "doublePrecision",
                layout.doublePrecision(),
                "batchArena",
                layout.batchArena(),
                "prepared",
                layout.prepared(),
                "uniforms",
                layout.uniforms(),
                "weights",
                weights,
                "entries",
                entries,
                "metrics",
                metrics);
    }

    private static Object entry(Layout.Entry entry) {
        var buffers = new ArrayList<Long>();
        for (var buffer : entry.buffers()) {
            buffers.add(buffer.perExample() ? 1L : 0L);
            buffers.add(buffer.offset());
            buffers.add(buffer.size());
        }
        var feeds = new ArrayList<>();
        for (var feed : entry.feeds()) {
            feeds.add(map("port", feed.port(), "buffer", feed.buffer()));
        }
        var fetches = new ArrayList<>();
        for (var fetch : entry.fetches()) {
            fetches.add(
                    map("role", fetch.role(), "name", fetch.name(), "shape", fetch.shape(), "buffer", fetch.buffer()));
        }
        return map(
                "name",
                entry.name(),
                "exampleArena",
                entry.exampleArena(),
                "buffers",
                buffers,
                "feeds",
                feeds,
                "fetches",
                fetches);
    }

    static Map<String, Object> map(Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    /// Reads what [#write] wrote.
    ///
    /// @throws ModelException without the file's name, when it is not what it should be
    static ModelInfo read(byte[] text) {
        var json = Json.object(Json.parse(text), "model.json");
        long format = Json.integer(json.get("format"), "format");
        if (format > ModelInfo.FORMAT || format < ModelInfo.OLDEST) {
            throw new ModelException("its format is version " + format + ", and this runtime reads versions "
                    + ModelInfo.OLDEST + " to " + ModelInfo.FORMAT
                    + (format > ModelInfo.FORMAT ? "; use a newer Lanewise" : "; compile it anew"));
        }
        var settings = new LinkedHashMap<String, String>();
        for (var setting : Json.object(json.get("settings"), "settings").entrySet()) {
            settings.put(setting.getKey(), Json.text(setting.getValue(), setting.getKey()));
        }
        return new ModelInfo(
                text(json, "network"),
                readPorts(json, "inputs"),
                readPorts(json, "targets"),
                readPorts(json, "outputs"),
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

    private static List<Port> readPorts(Map<String, Object> json, String name) {
        var ports = new ArrayList<Port>();
        for (var port : objects(json, name)) {
            ports.add(new Port(
                    text(port, "name"),
                    Json.word(port.get("kind"), "kind", Port.Kind.values()),
                    shape(port),
                    count(port, "classes", 0),
                    texts(port, "labels")));
        }
        return ports;
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
                text(json, "require"),
                count(json, "models", 1),
                count(json, "pretrain", 0),
                text(json, "augment"));
    }

    static Layout readLayout(Map<String, Object> json) {
        var weights = new ArrayList<Layout.Slot>();
        for (var slot : objects(json, "weights")) {
            weights.add(new Layout.Slot(text(slot, "name"), text(slot, "kind"), shape(slot), size(slot, "offset")));
        }
        var entries = new ArrayList<Layout.Entry>();
        for (var entry : objects(json, "entries")) {
            entries.add(readEntry(entry));
        }
        var metrics = new ArrayList<Layout.MetricSlot>();
        for (var metric : objects(json, "metrics")) {
            metrics.add(new Layout.MetricSlot(text(metric, "name"), texts(metric, "sums")));
        }
        return new Layout(
                Json.truth(json.get("doublePrecision"), "doublePrecision"),
                size(json, "batchArena"),
                size(json, "prepared"),
                Json.integer(json.get("uniforms"), "uniforms", 0, MANY),
                weights,
                entries,
                metrics);
    }

    private static Layout.Entry readEntry(Map<String, Object> json) {
        var packed = Json.list(json.get("buffers"), "buffers");
        var buffers = new ArrayList<Layout.Buffer>();
        for (int i = 0; i + 2 < packed.size(); i += 3) {
            buffers.add(new Layout.Buffer(
                    size(packed.get(i), "buffers") == 1,
                    size(packed.get(i + 1), "buffers"),
                    size(packed.get(i + 2), "buffers")));
        }
        var feeds = new ArrayList<Layout.Feed>();
        int last = buffers.size() - 1;
        for (var feed : objects(json, "feeds")) {
            feeds.add(new Layout.Feed(text(feed, "port"), Json.integer(feed.get("buffer"), "buffer", 0, last)));
        }
        var fetches = new ArrayList<Layout.Fetch>();
        for (var fetch : objects(json, "fetches")) {
            fetches.add(new Layout.Fetch(
                    text(fetch, "role"),
                    text(fetch, "name"),
                    shape(fetch),
                    Json.integer(fetch.get("buffer"), "buffer", 0, last)));
        }
        return new Layout.Entry(text(json, "name"), size(json, "exampleArena"), buffers, feeds, fetches);
    }

    private static long size(Map<String, Object> json, String name) {
        return size(json.get(name), name);
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
        return Json.texts(json.get(name), name);
    }

    private static List<Map<String, Object>> objects(Map<String, Object> json, String name) {
        return Json.objects(json.get(name), name);
    }

    private static int count(Map<String, Object> json, String name, int least) {
        return Json.integer(json.get(name), name, least, Integer.MAX_VALUE);
    }

    private static List<Integer> shape(Map<String, Object> json) {
        return Json.extents(json.get("shape"), "shape");
    }
}
