package dev.lanewise.runtime.model;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How the weights that come from the training data are computed: in what order, and where everything lies. The
/// layout is that of a program of its own, in double precision; its weights are the network's that are read, and what
/// stages hand to each other.
public record FitPlan(Layout layout, List<Fit> fits) {
    /// The kind of a slot for what stages hand to each other.
    public static final String BETWEEN = "BETWEEN";

    public FitPlan {
        fits = List.copyOf(fits);
    }

    /// The stages that make one weight. Preparation of inputs is made from all examples, unless it was made before;
    /// a parameter from some, where it still has its first value, whose numbers have the hash `first`.
    public record Fit(String weight, boolean isPreparation, int first, List<Stage> stages) {
        public Fit {
            stages = List.copyOf(stages);
        }
    }

    /// Runs an entry, or takes the matrix `from` apart into `to`.
    public record Stage(Kind kind, int entry, String from, String to) {
        public enum Kind {
            /// For part after part of the examples: what is summed over them grows.
            PART,
            /// Once.
            WHOLE,
            ORTHONORMAL,
            EIGENVECTORS
        }
    }

    /// Numbers of an entry's values that are held at once.
    private static final long PART = 1 << 21;

    private static final int MOST_GROUPS = 32;

    /// The examples of a part: sums are those of the parts, added in order. They depend on the layout alone.
    public int part(int entry) {
        long perGroup = Math.max(1, layout.entries().get(entry).exampleArena());
        return 32 * Math.clamp(PART / perGroup, 1, MOST_GROUPS);
    }

    /// As text, for the generated class.
    public String toJson() {
        var json = new ArrayList<>();
        for (var fit : fits) {
            var stages = new ArrayList<>();
            for (var stage : fit.stages()) {
                stages.add(ModelJson.map(
                        "kind", stage.kind().name(), "entry", stage.entry(), "from", stage.from(), "to", stage.to()));
            }
            json.add(ModelJson.map(
                    "weight",
                    fit.weight(),
                    "isPreparation",
                    fit.isPreparation(),
                    "first",
                    fit.first(),
                    "stages",
                    stages));
        }
        return Json.write(ModelJson.map("layout", ModelJson.layout(layout), "fits", json));
    }

    public static FitPlan ofJson(String text) {
        var json = Json.object(Json.parse(text.getBytes(StandardCharsets.UTF_8)), "fit");
        var fits = new ArrayList<Fit>();
        for (var fit : Json.objects(json.get("fits"), "fits")) {
            var stages = new ArrayList<Stage>();
            for (var stage : Json.objects(fit.get("stages"), "stages")) {
                stages.add(new Stage(
                        Json.word(stage.get("kind"), "kind", Stage.Kind.values()),
                        number(stage, "entry"),
                        Json.text(stage.get("from"), "from"),
                        Json.text(stage.get("to"), "to")));
            }
            boolean isPreparation = Json.truth(fit.get("isPreparation"), "isPreparation");
            fits.add(new Fit(Json.text(fit.get("weight"), "weight"), isPreparation, number(fit, "first"), stages));
        }
        return new FitPlan(ModelJson.readLayout(Json.object(json.get("layout"), "layout")), fits);
    }

    private static int number(Map<String, Object> json, String name) {
        return (int) Json.integer(json.get(name), name);
    }
}
