package dev.lanewise.runtime.model;

import dev.lanewise.runtime.Port;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What `META-INF/lanewise/model.json` tells about a network: all that is needed to show, load, feed and train it.
///
/// `programClass` is the class that implements [Program]. `settings` are the hyper-parameters used, as text. `schema`
/// is how the data it was trained on are encoded, empty before. `sources` are the entries of the jar that hold the
/// network's source (first) and its imports.
public record ModelInfo(
        String network,
        List<Port> inputs,
        List<Port> targets,
        List<Port> outputs,
        long parameters,
        Layout layout,
        String programClass,
        TrainPlan train,
        Map<String, String> settings,
        Map<String, Object> schema,
        List<String> sources,
        String sourceDigest,
        String compiler) {

    /// The version of the file format that this runtime writes; it reads this one and older ones.
    public static final int FORMAT = 1;

    /// The place of the description in a jar.
    public static final String ENTRY = "META-INF/lanewise/model.json";

    /// The place of the weights in a jar, stored uncompressed.
    public static final String WEIGHTS = "weights.safetensors";

    public ModelInfo {
        inputs = List.copyOf(inputs);
        targets = List.copyOf(targets);
        outputs = List.copyOf(outputs);
        settings = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        schema = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(schema));
        sources = List.copyOf(sources);
    }

    /// This description with other classes' names of the targets, and another schema of the data.
    public ModelInfo withData(Map<String, List<String>> labels, Map<String, Object> newSchema) {
        var named = targets.stream()
                .map(p -> labels.containsKey(p.name())
                        ? new Port(p.name(), p.kind(), p.shape(), p.classes(), labels.get(p.name()))
                        : p)
                .toList();
        return new ModelInfo(
                network,
                inputs,
                named,
                outputs,
                parameters,
                layout,
                programClass,
                train,
                settings,
                newSchema.isEmpty() ? schema : newSchema,
                sources,
                sourceDigest,
                compiler);
    }

    /// This description with another train block.
    public ModelInfo withTrain(TrainPlan plan) {
        return new ModelInfo(
                network,
                inputs,
                targets,
                outputs,
                parameters,
                layout,
                programClass,
                plan,
                settings,
                schema,
                sources,
                sourceDigest,
                compiler);
    }

    public String toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("format", FORMAT);
        json.put("network", network);
        json.put("compiler", compiler);
        json.put("source", sources);
        json.put("sourceDigest", sourceDigest);
        json.put("settings", settings);
        json.put("precision", layout.doublePrecision() ? "f64" : "f32");
        json.put("parameters", parameters);
        json.put("inputs", ports(inputs));
        json.put("targets", ports(targets));
        json.put("outputs", ports(outputs));
        json.put("train", train.toJson());
        json.put("schema", schema);
        json.put("programClass", programClass);
        json.put("layout", LayoutJson.toJson(layout));
        return Json.write(json);
    }

    private static List<Map<String, Object>> ports(List<Port> ports) {
        return ports.stream()
                .map(p -> {
                    var json = new LinkedHashMap<String, Object>();
                    json.put("name", p.name());
                    json.put("kind", p.kind().name());
                    json.put("shape", p.shape());
                    json.put("classes", p.classes());
                    json.put("labels", p.labels());
                    return (Map<String, Object>) json;
                })
                .toList();
    }

    /// Reads the description; `name` is the file's, for messages.
    ///
    /// @throws JsonException when it is not what it should be
    public static ModelInfo fromJson(byte[] text, String name) {
        var json = Json.object(Json.parse(text), "model.json");
        long format = Json.integer(json.get("format"), "format");
        if (format > FORMAT || format < 1) {
            throw new JsonException(name + ": its format is version " + format
                    + ", and this runtime reads versions up to " + FORMAT + "; use a newer Lanewise");
        }
        var settings = new LinkedHashMap<String, String>();
        Json.object(json.get("settings"), "settings").forEach((k, v) -> settings.put(k, Json.text(v, k)));
        return new ModelInfo(
                Json.text(json.get("network"), "network"),
                readPorts(json, "inputs"),
                readPorts(json, "targets"),
                readPorts(json, "outputs"),
                Json.integer(json.get("parameters"), "parameters"),
                LayoutJson.fromJson(Json.object(json.get("layout"), "layout")),
                Json.text(json.get("programClass"), "programClass"),
                TrainPlan.fromJson(Json.object(json.get("train"), "train")),
                settings,
                Json.object(json.get("schema"), "schema"),
                LayoutJson.texts(json.get("source"), "source"),
                Json.text(json.get("sourceDigest"), "sourceDigest"),
                Json.text(json.get("compiler"), "compiler"));
    }

    private static List<Port> readPorts(Map<String, Object> json, String name) {
        return LayoutJson.objects(json, name).stream()
                .map(p -> new Port(
                        Json.text(p.get("name"), "name"),
                        kind(Json.text(p.get("kind"), "kind")),
                        LayoutJson.integers(p.get("shape"), "shape"),
                        Json.integer(p.get("classes"), "classes", 0, Integer.MAX_VALUE),
                        LayoutJson.texts(p.get("labels"), "labels")))
                .toList();
    }

    private static Port.Kind kind(String name) {
        for (var kind : Port.Kind.values()) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        throw new JsonException("kind: " + name + " is no kind of port");
    }
}
