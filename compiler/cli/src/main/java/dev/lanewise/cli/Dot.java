package dev.lanewise.cli;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.GraphPrinter;
import dev.lanewise.compiler.graph.Prim;

/// A graph in Graphviz's language: a box for each node, leaves and results in colour.
final class Dot {

    private Dot() {}

    static String of(Graph graph) {
        var out = new StringBuilder(
                "digraph network {\n  rankdir=TB;\n  node [shape=box, fontname=\"Helvetica\", style=filled,"
                        + " fillcolor=white];\n");
        for (var line : GraphPrinter.lines(graph)) {
            var where = line.path().isEmpty() ? "" : "\\n" + escaped(line.path());
            out.append("  n")
                    .append(line.id())
                    .append(" [label=\"")
                    .append(escaped(line.op()))
                    .append("\\n")
                    .append(escaped(line.shape()))
                    .append(where)
                    .append('"');
            var color = color(graph.nodes().get(line.id()).prim());
            out.append(color.isEmpty() ? "" : ", fillcolor=\"" + color + "\"").append("];\n");
            for (int input : line.inputs()) {
                out.append("  n")
                        .append(input)
                        .append(" -> n")
                        .append(line.id())
                        .append(";\n");
            }
        }
        int number = 0;
        for (var result : graph.results()) {
            var name = result.role().name().toLowerCase(java.util.Locale.ROOT) + " " + result.name();
            out.append("  r")
                    .append(number)
                    .append(" [label=\"")
                    .append(escaped(name.strip()))
                    .append("\", shape=ellipse, fillcolor=\"#d5e8d4\"];\n");
            out.append("  n")
                    .append(result.value().node())
                    .append(" -> r")
                    .append(number)
                    .append(";\n");
            number++;
        }
        return out.append("}\n").toString();
    }

    private static String color(Prim prim) {
        return switch (prim) {
            case Prim.Input _ -> "#dae8fc";
            case Prim.Parameter _, Prim.State _ -> "#ffe6cc";
            case Prim.Fill _, Prim.Literal _, Prim.Run _, Prim.Positions _, Prim.Random _ -> "#f5f5f5";
            case Prim.Contract _ -> "#e1d5e7";
            default -> "";
        };
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
