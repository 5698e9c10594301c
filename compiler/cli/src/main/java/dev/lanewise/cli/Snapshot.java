package dev.lanewise.cli;

import dev.lanewise.runtime.model.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Layers as they are after some steps of training, and the loss of the examples that they were looked at with: NaN
/// in a network without one.
record Snapshot(long step, double loss, List<LayerStatistics> layers) {
    Snapshot {
        layers = List.copyOf(layers);
    }

    /// `{"step", "loss", "layers": [...]}`
    Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("step", step);
        json.put("loss", Double.isNaN(loss) ? Json.NULL : loss);
        json.put("layers", layers.stream().map(LayerStatistics::json).toList());
        return json;
    }
}
