package dev.lanewise.cli.stats;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.console.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Statistics of layers as text: a line for each layer, or along training for each layer a line for each look.
public record StatsTable(List<Snapshot> snapshots) {
    private static final List<String> FIGURES = List.of(
            "mean", "std", "min", "max", "saturated", "dead", "gradient std", "sameSign", "histogram of the values");

    public StatsTable {
        snapshots = List.copyOf(snapshots);
    }

    public void print(Console console, String network, int examples) {
        console.print(network + ": " + Figures.count(examples) + " examples" + loss(snapshots.getFirst()));
        console.print("");
        if (snapshots.size() == 1) {
            var table = table("layer", "kind", "line");
            for (var layer : snapshots.getFirst().layers()) {
                table.row(row(layer, name(layer), layer.layer().kind(), line(layer)));
            }
            table.print(console.out());
            return;
        }
        for (int i = 0; i < snapshots.getFirst().layers().size(); i++) {
            var first = snapshots.getFirst().layers().get(i);
            console.print(
                    (i == 0 ? "" : "\n") + name(first) + ", " + first.layer().kind() + ", line " + line(first));
            var metrics = snapshots.getFirst().figures().values().keySet();
            var table = table(joined("step", "loss", metrics.stream()));
            for (var snapshot : snapshots) {
                var figures = snapshot.figures();
                table.row(row(
                        snapshot.layers().get(i),
                        joined(
                                Long.toString(snapshot.step()),
                                Figures.number(figures.loss()),
                                figures.values().values().stream().map(Figures::number))));
            }
            table.print(console.out());
        }
    }

    private static String[] joined(String step, String loss, Stream<String> metrics) {
        return Stream.concat(Stream.of(step, loss), metrics).toArray(String[]::new);
    }

    private static String loss(Snapshot snapshot) {
        return snapshot.hasLoss() ? ", " + Figures.text(snapshot.figures()) : "";
    }

    private static String name(LayerStatistics layer) {
        return layer.layer().name();
    }

    private static String line(LayerStatistics layer) {
        return Integer.toString(layer.layer().origin().span().line());
    }

    private static Table table(String... first) {
        var header = new ArrayList<>(List.of(first));
        header.addAll(FIGURES);
        return new Table(header.toArray(String[]::new));
    }

    private static List<String> row(LayerStatistics layer, String... first) {
        var row = new ArrayList<>(List.of(first));
        row.add(Figures.number(layer.mean()));
        row.add(Figures.number(layer.std()));
        row.add(Figures.number(layer.min()));
        row.add(Figures.number(layer.max()));
        row.add(known(layer.saturated()));
        row.add(known(layer.dead()));
        row.add(known(layer.gradientStd()));
        row.add(known(layer.sameSign()));
        row.add("|" + layer.values().bars() + "|");
        return row;
    }

    private static String known(double figure) {
        return Double.isNaN(figure) ? "" : Figures.number(figure);
    }
}
