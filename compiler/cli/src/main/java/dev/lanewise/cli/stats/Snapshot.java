package dev.lanewise.cli.stats;

import dev.lanewise.runtime.Metrics;
import dev.lanewise.runtime.model.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Layers as they are after some steps of training, and the figures of the examples that they were looked at with, in
/// training mode. The loss is NaN in a network without one.
public record Snapshot(long step, Metrics figures, List<LayerStatistics> layers) {
    public Snapshot {
        layers = List.copyOf(layers);
    }

    public boolean hasLoss() {
        return !Double.isNaN(figures.loss());
    }

    /// `{"step", "loss", metric..., "layers": [...]}`
    public Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("step", step);
        json.put("loss", hasLoss() ? figures.loss() : Json.NULL);
        json.putAll(figures.values());
        json.put("layers", layers.stream().map(LayerStatistics::json).toList());
        return json;
    }
}
