package dev.lanewise.cli.explain;

import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.network.Decisions;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.train.ModelNetwork;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/// `explain --images`: a page of pictures of a trained network, and the same in figures.
public final class ExplainedImages {
    private static final int WRONG = 40;
    private static final int RECONSTRUCTED = ImagesPage.COLUMNS;

    private final Network network;
    private final long parameters;
    private final Dataset data;
    private final Decisions decisions;
    private final NetworkImages images;
    private final int example;

    /// `data` are those that the network is measured on; the activations are those of one of their examples.
    /// `compiled` is the network once more, so that its layers can be seen.
    public ExplainedImages(CompiledNetwork compiled, ModelNetwork network, Dataset data, int example) {
        if (example >= data.size()) {
            throw Failure.input("--example " + example + ": the data hold " + data.size() + " examples", "");
        }
        this.network = network;
        this.parameters = network.bundle().info().parameters();
        this.data = data;
        this.decisions = Decisions.of(network);
        this.images = NetworkImages.of(compiled, network, data);
        this.example = example;
    }

    public String page() {
        var page = new ImagesPage(
                network.name(), Figures.count(data.size()) + " examples; " + Figures.count(parameters) + " parameters");
        var weights = images.firstWeights();
        if (!weights.isEmpty()) {
            page.heading("First weights", "What the first layer looks for. Middle grey is 0.");
            weights.forEach(page::sheet);
        }
        var reconstructions = images.reconstructions(RECONSTRUCTED);
        if (!reconstructions.isEmpty()) {
            page.heading("Pictures that it gives", "Examples, and below each what the network makes of it.");
            reconstructions.forEach(page::sheet);
        }
        page.heading(
                "Activations",
                "What the layers give for example " + example
                        + ", as in training, among others of the data. Each layer's range goes from black to white.");
        page.captioned(List.of(images.example(example)), List.of("example " + example));
        images.activations(example).forEach(page::sheet);
        if (!decisions.list().isEmpty()) {
            mistakes(page, decisions.list().getFirst());
        }
        return page.text();
    }

    private void mistakes(ImagesPage page, Decisions.Decision decision) {
        page.heading("Confusion", "Rows are the true classes, columns what they were taken for.");
        page.confusion(
                decisions.confusion(network, data),
                IntStream.range(0, decision.target().classes())
                        .mapToObj(c -> decision.name(c).toString())
                        .toList());
        var all = WrongExamples.of(network, data, decision);
        var wrong = all.first(WRONG).list();
        page.heading(
                "Most wrong",
                Figures.count(all.list().size()) + " examples are taken for another class; those first of which the"
                        + " network is surest. Below each: what it is and what it was taken for, with what the"
                        + " network gives to either.");
        page.captioned(
                wrong.stream().map(each -> images.example(each.example())).toList(),
                wrong.stream()
                        .map(each -> String.format(
                                Locale.ROOT,
                                "%s (%.2f) taken for %s (%.2f)",
                                decision.name(each.actual()),
                                each.scoreOfActual(),
                                decision.name(each.decided()),
                                each.scoreOfDecided()))
                        .toList());
    }

    /// `{"network", "examples", "confusion", "wrong": [{"example", "actual", "decided", ...}]}`
    public Map<String, Object> toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("network", network.name());
        json.put("examples", data.size());
        if (!decisions.list().isEmpty()) {
            var decision = decisions.list().getFirst();
            json.put("confusion", decisions.confusion(network, data));
            json.put(
                    "wrong",
                    WrongExamples.of(network, data, decision).first(WRONG).json(decision));
        }
        return json;
    }
}
