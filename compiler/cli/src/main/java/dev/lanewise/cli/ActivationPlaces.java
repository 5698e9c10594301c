package dev.lanewise.cli;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Parser;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/// Where a network's text applies functions between its layers, and the text with another function there.
record ActivationPlaces(Source source, List<Span> places) {
    /// How the function is called that stands in their places.
    static final String NAME = "searched_activation";

    ActivationPlaces {
        places = List.copyOf(places);
    }

    /// The places of functions that keep their value's shape and whose result enters another product with weights.
    static ActivationPlaces of(Source source, Model model) {
        var graph = model.training();
        var places = new ArrayList<Span>();
        for (var layer : model.layers()) {
            var span = layer.origin().span();
            boolean own = span.source().text().equals(source.text());
            boolean keepsShape = !layer.kind().equals("maxout");
            if (layer.activation() && keepsShape && own && !places.contains(span) && entersProduct(graph, layer)) {
                places.add(span);
            }
        }
        places.sort(Comparator.comparingInt(Span::start));
        return new ActivationPlaces(source, places);
    }

    private static boolean entersProduct(Graph graph, Model.Layer layer) {
        var reached = new BitSet();
        reached.set(layer.value().node());
        for (int i = layer.value().node() + 1; i < graph.nodes().size(); i++) {
            var node = graph.nodes().get(i);
            boolean depends = node.inputs().stream().anyMatch(input -> reached.get(input.node()));
            if (depends && node.prim() instanceof Prim.Contract) {
                return true;
            }
            reached.set(i, depends);
        }
        return false;
    }

    /// The text with `formula`, of x, in all places.
    String with(String formula) {
        var text = new StringBuilder();
        int done = 0;
        for (var place : places) {
            text.append(source.text(), done, place.start()).append(NAME).append(argument(place));
            done = place.end();
        }
        text.append(source.text().substring(done));
        return text.append("\nfn " + NAME + "(x) = " + formula + "\n").toString();
    }

    /// What a call outside a pipeline is applied to, in brackets.
    private String argument(Span place) {
        var before = source.text().substring(0, place.start()).stripTrailing();
        boolean piped = before.endsWith("|>")
                || before.endsWith("frozen")
                || place.text().startsWith("|>");
        if (piped) {
            return "";
        }
        var call = Parser.parseExpression(new Source("activation", place.text()), new Diagnostics());
        return call instanceof Expression.Call(var _, var arguments, var _) && !arguments.isEmpty()
                ? "(" + arguments.getFirst().value().span().text() + ")"
                : "";
    }
}
