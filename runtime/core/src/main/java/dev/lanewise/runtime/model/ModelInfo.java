package dev.lanewise.runtime.model;

import dev.lanewise.runtime.Port;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

    /// The version of the file format, and of what the code in a jar expects of the runtime. It grows with every
    /// change of either; this runtime reads versions from [#OLDEST] on.
    public static final int FORMAT = 2;

    static final int OLDEST = 2;

    static final String DESCRIPTION = ".json";

    /// How entries with weights end; they are stored uncompressed.
    static final String TENSORS = ".safetensors";

    static final String FOLDER = "META-INF/lanewise/";

    /// The place of the description in a jar. Where it holds several networks, this is the first one's; of the
    /// others it has the name.
    public static final String ENTRY = FOLDER + "model" + DESCRIPTION;

    /// The place of the weights in a jar, likewise.
    public static final String WEIGHTS = "weights" + TENSORS;

    /// The entries of this network's description and weights in a jar whose first network is another.
    public Map<String, byte[]> beside(WeightStore weights) {
        var entries = new LinkedHashMap<String, byte[]>();
        entries.put(FOLDER + network + DESCRIPTION, ModelJson.write(this).getBytes(StandardCharsets.UTF_8));
        entries.put(network + TENSORS, weights.writer().toBytes());
        return entries;
    }

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
        var named = new ArrayList<Port>();
        for (var port : targets) {
            var names = labels.getOrDefault(port.name(), port.labels());
            named.add(new Port(port.name(), port.kind(), port.shape(), port.classes(), names));
        }
        return with(named, train, newSchema.isEmpty() ? schema : newSchema);
    }

    /// This description with another train block.
    public ModelInfo withTrain(TrainPlan plan) {
        return with(targets, plan, schema);
    }

    private ModelInfo with(List<Port> newTargets, TrainPlan newTrain, Map<String, Object> newSchema) {
        return new ModelInfo(
                network,
                inputs,
                newTargets,
                outputs,
                parameters,
                layout,
                programClass,
                newTrain,
                settings,
                newSchema,
                sources,
                sourceDigest,
                compiler);
    }
}
