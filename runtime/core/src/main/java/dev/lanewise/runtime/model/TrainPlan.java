package dev.lanewise.runtime.model;

import java.util.LinkedHashMap;
import java.util.Map;

/// The train block of a network, with its defaults filled in. Texts are empty and fractions 0 where an entry is
/// absent; `patience` is 0 without early stopping.
public record TrainPlan(
        String data,
        String testData,
        double test,
        double validate,
        String optimizer,
        String schedule,
        int batch,
        int epochs,
        long seed,
        boolean shuffle,
        int patience,
        String require) {

    public Map<String, Object> toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("data", data);
        json.put("testData", testData);
        json.put("test", test);
        json.put("validate", validate);
        json.put("optimizer", optimizer);
        json.put("schedule", schedule);
        json.put("batch", batch);
        json.put("epochs", epochs);
        json.put("seed", seed);
        json.put("shuffle", shuffle);
        json.put("patience", patience);
        json.put("require", require);
        return json;
    }

    static TrainPlan fromJson(Map<String, Object> json) {
        return new TrainPlan(
                Json.text(json.get("data"), "data"),
                Json.text(json.get("testData"), "testData"),
                Json.number(json.get("test"), "test"),
                Json.number(json.get("validate"), "validate"),
                Json.text(json.get("optimizer"), "optimizer"),
                Json.text(json.get("schedule"), "schedule"),
                Json.integer(json.get("batch"), "batch", 1, Integer.MAX_VALUE),
                Json.integer(json.get("epochs"), "epochs", 0, Integer.MAX_VALUE),
                Json.integer(json.get("seed"), "seed"),
                Json.truth(json.get("shuffle"), "shuffle"),
                Json.integer(json.get("patience"), "patience", 0, Integer.MAX_VALUE),
                Json.text(json.get("require"), "require"));
    }
}
