package dev.lanewise.cli.stats;

import dev.lanewise.cli.console.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;

/// Statistics of layers as one page that needs nothing else: histograms of what each layer gives and of its
/// gradients, drawn over one range for a layer's row, and the figures.
public final class StatsPage {
    private static final int WIDTH = 192;
    private static final int HEIGHT = 64;
    /// Shared with other pages.
    public static final String STYLE = """
        :root { color-scheme: light dark; --ink: #1c2430; --soft: #667080; --line: #d8dde4; --paper: #ffffff;
                --values: #2f6fb5; --gradients: #b5612f; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #98a2b0; --line: #363e4a;
                --paper: #14181e; --values: #74aee8; --gradients: #e8a274; } }
        body { margin: 2rem auto; padding: 0 1.5rem; max-width: 88rem; background: var(--paper); color: var(--ink);
               font: 15px/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
        p { margin: .2rem 0 1rem; color: var(--soft); }
        .row { display: flex; gap: 1rem; overflow-x: auto; padding-bottom: .4rem; }
        figure { margin: 0 0 .5rem; width: 192px; } svg { display: block; }
        svg text { fill: var(--soft); font-size: 10px; } figcaption { font-size: .75rem; color: var(--soft); }
        .row > div { flex: none; } .layers { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 0 1rem; }
        .values { fill: var(--values); } .gradients { fill: var(--gradients); } .axis { stroke: var(--line); }
        .legend span { white-space: nowrap; margin-right: 1.2rem; }
        .legend i { display: inline-block; width: .8rem; height: .8rem; border-radius: 2px; margin-right: .35rem; }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; }
        th, td { padding: .15rem .7rem; text-align: right; border-bottom: 1px solid var(--line);
                 font-variant-numeric: tabular-nums; white-space: nowrap; }
        th { color: var(--soft); font-weight: 500; } th:first-child, td:first-child { text-align: left; }
        """;

    private final StringBuilder out = new StringBuilder();
    private final List<Snapshot> snapshots;

    private StatsPage(List<Snapshot> snapshots) {
        this.snapshots = snapshots;
    }

    public static String of(String network, int examples, List<Snapshot> snapshots) {
        var page = new StatsPage(List.copyOf(snapshots));
        page.write(network, examples);
        return page.out.toString();
    }

    private boolean isAlong() {
        return snapshots.size() > 1;
    }

    private void write(String network, int examples) {
        out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .append(text(network))
                .append(": layer by layer</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<h1>")
                .append(text(network))
                .append("</h1>\n<p>Layers on ")
                .append(Figures.count(examples))
                .append(" examples")
                .append(
                        isAlong()
                                ? ", along " + Figures.count(snapshots.getLast().step())
                                        + " steps; the histograms of a row have one range"
                                : "; each histogram has its own range")
                .append("</p>\n<p class=\"legend\">")
                .append(legend("values", "what the layer gives"))
                .append(
                        snapshots.getFirst().layers().stream()
                                        .allMatch(l -> l.gradients().isEmpty())
                                ? ""
                                : legend("gradients", "derivatives of the loss by it"))
                .append("</p>\n");
        out.append(isAlong() ? "" : "<div class=\"layers\">\n");
        int layers = snapshots.getFirst().layers().size();
        for (int i = 0; i < layers; i++) {
            layer(i);
        }
        if (!isAlong()) {
            out.append("</div>\n<h2>Figures</h2>\n");
            var rows = snapshots.getFirst().layers();
            table("layer", rows, i -> text(rows.get(i).layer().name()));
        }
        out.append("</body>\n</html>\n");
    }

    private static String legend(String kind, String meaning) {
        return "<span><i style=\"background: var(--" + kind + ")\"></i>" + meaning + "</span>";
    }

    private void layer(int i) {
        var looks = snapshots.stream().map(s -> s.layers().get(i)).toList();
        var layer = looks.getFirst().layer();
        out.append("<section><h2>")
                .append(text(layer.name()))
                .append("</h2>\n<p>")
                .append(text(layer.kind()))
                .append(", line ")
                .append(layer.origin().span().line())
                .append("</p>\n");
        histograms(looks);
        if (isAlong()) {
            table("step", looks, s -> Long.toString(snapshots.get(s).step()));
        }
        out.append("</section>\n");
    }

    /// A column for each look: what the layer gives, and below it the gradients.
    private void histograms(List<LayerStatistics> looks) {
        var values = Range.of(looks, LayerStatistics::values);
        var gradients = Range.of(looks, LayerStatistics::gradients);
        out.append("<div class=\"row\">\n");
        for (int s = 0; s < looks.size(); s++) {
            var look = looks.get(s);
            var step = isAlong() ? "step " + Figures.count(snapshots.get(s).step()) + ", " : "";
            out.append("<div>");
            figure(look.values(), values, "values", step + "deviation " + Figures.number(look.std()));
            figure(look.gradients(), gradients, "gradients", step + "deviation " + Figures.number(look.gradientStd()));
            out.append("</div>\n");
        }
        out.append("</div>\n");
    }

    /// What all histograms of a row are drawn over.
    private record Range(double low, double high) {
        static Range of(List<LayerStatistics> looks, Function<LayerStatistics, Histogram> which) {
            var all = looks.stream().map(which).filter(h -> !h.isEmpty()).toList();
            return new Range(
                    all.stream().mapToDouble(Histogram::low).min().orElse(0),
                    all.stream().mapToDouble(Histogram::high).max().orElse(1));
        }
    }

    private void figure(Histogram histogram, Range range, String kind, String caption) {
        if (histogram.isEmpty()) {
            return;
        }
        out.append("<figure>");
        draw(histogram, range.low(), range.high(), kind);
        out.append("<figcaption>").append(caption).append("</figcaption></figure>");
    }

    private void draw(Histogram histogram, double low, double high, String kind) {
        int bins = histogram.counts().size();
        int most = histogram.counts().stream().mapToInt(Integer::intValue).max().orElse(1);
        double scale = WIDTH / (high - low);
        double width = (histogram.high() - histogram.low()) / bins * scale;
        out.append("<svg width=\"%d\" height=\"%d\" role=\"img\"><title>%s to %s</title><g class=\"%s\">"
                .formatted(WIDTH, HEIGHT + 14, shortly(histogram.low()), shortly(histogram.high()), kind));
        for (int b = 0; b < bins; b++) {
            int count = histogram.counts().get(b);
            if (count > 0) {
                double height = Math.max(1, (double) count / most * HEIGHT);
                rectangle((histogram.low() - low) * scale + b * width, HEIGHT - height, Math.max(width, 0.5), height);
            }
        }
        out.append(
                "</g><line class=\"axis\" x1=\"0\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>".formatted(WIDTH, HEIGHT, HEIGHT));
        out.append("<text x=\"0\" y=\"%d\">%s</text>".formatted(HEIGHT + 11, shortly(low)));
        out.append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text></svg>"
                .formatted(WIDTH, HEIGHT + 11, shortly(high)));
    }

    private void rectangle(double x, double y, double width, double height) {
        out.append(String.format(
                Locale.ROOT, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>", x, y, width, height));
    }

    private void table(String first, List<LayerStatistics> rows, IntFunction<String> label) {
        out.append("<div class=\"scroll\"><table>\n<tr><th>").append(first).append("</th>");
        if (isAlong()) {
            out.append("<th>loss</th>");
            snapshots
                    .getFirst()
                    .figures()
                    .values()
                    .keySet()
                    .forEach(name -> out.append("<th>").append(text(name)).append("</th>"));
        }
        var names = List.of("mean", "deviation", "min", "max", "saturated", "dead", "gradient deviation", "same sign");
        names.forEach(name -> out.append("<th>").append(name).append("</th>"));
        out.append("</tr>\n");
        for (int r = 0; r < rows.size(); r++) {
            var row = rows.get(r);
            out.append("<tr><td>").append(label.apply(r)).append("</td>");
            var cells = new ArrayList<Double>();
            if (isAlong()) {
                cells.add(snapshots.get(r).figures().loss());
                cells.addAll(snapshots.get(r).figures().values().values());
            }
            cells.addAll(List.of(
                    row.mean(),
                    row.std(),
                    row.min(),
                    row.max(),
                    row.saturated(),
                    row.dead(),
                    row.gradientStd(),
                    row.sameSign()));
            for (double cell : cells) {
                out.append("<td>")
                        .append(Double.isNaN(cell) ? "" : Figures.number(cell))
                        .append("</td>");
            }
            out.append("</tr>\n");
        }
        out.append("</table></div>\n");
    }

    private static String shortly(double value) {
        return String.format(Locale.ROOT, "%.3g", value)
                .replaceFirst("(\\.\\d*?)0+(e|$)", "$1$2")
                .replaceFirst("\\.(e|$)", "$1");
    }

    public static String text(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
