package dev.lanewise.compiler.graph;

import dev.lanewise.compiler.graph.Prim.Fill;
import dev.lanewise.compiler.graph.Prim.Input;
import dev.lanewise.compiler.graph.Prim.Literal;
import dev.lanewise.compiler.graph.Prim.Parameter;
import dev.lanewise.compiler.graph.Prim.Positions;
import dev.lanewise.compiler.graph.Prim.Random;
import dev.lanewise.compiler.graph.Prim.Run;
import dev.lanewise.compiler.graph.Prim.State;
import java.util.HashMap;
import java.util.HashSet;

/// What holds for every graph: inputs come before their users, types are those of [Shapes], leaves and results make
/// sense.
public final class Verifier {

    private final Graph graph;

    private Verifier(Graph graph) {
        this.graph = graph;
    }

    /// The graph itself; throws [CompilerBug] when something does not hold.
    public static Graph verify(Graph graph) {
        new Verifier(graph).all();
        return graph;
    }

    private void all() {
        var leaves = new HashMap<Prim, Type>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            var node = graph.nodes().get(i);
            if (isLeaf(node.prim())) {
                leaf(i, node);
                var before = leaves.putIfAbsent(node.prim(), node.type());
                check(
                        i,
                        before == null || before.equals(node.type()) || isConstant(node.prim()),
                        "two types for one name");
            } else {
                work(i, node);
            }
        }
        results();
    }

    private void work(int number, Node node) {
        for (var input : node.inputs()) {
            check(number, input.node() >= 0 && input.node() < number, "reads " + input + ", which comes later");
        }
        var types = node.inputs().stream().map(graph::type).toList();
        Type type;
        try {
            type = Shapes.of(node.prim(), types);
        } catch (CompilerBug bug) {
            throw new CompilerBug(bug.getMessage() + "\n" + GraphPrinter.around(graph, number), bug);
        }
        check(number, type.equals(node.type()), "its type should be " + type);
    }

    private void leaf(int number, Node node) {
        var type = node.type();
        check(number, node.inputs().isEmpty(), "a leaf has no inputs");
        check(number, type.shape().extents().stream().allMatch(e -> e > 0), "extents are positive");
        switch (node.prim()) {
            case Parameter _, State _, Fill _ -> check(number, !type.perExample(), "is batch-wide");
            case Run _ -> check(number, type.equals(Type.batch(Shape.SCALAR)), "is a batch-wide scalar");
            case Literal(var values) ->
                check(
                        number,
                        !type.perExample() && values.size() == type.shape().size(),
                        "a number for each element");
            case Positions(var axis) ->
                check(
                        number,
                        !type.perExample() && axis >= 0 && axis < type.shape().rank(),
                        "an axis of its own shape");
            default -> {}
        }
    }

    private void results() {
        var names = new HashSet<String>();
        for (var result : graph.results()) {
            int number = result.value().node();
            if (number < 0 || number >= graph.nodes().size()) {
                throw new CompilerBug("the result " + result.name() + " is no node: " + result.value());
            }
            check(number, names.add(result.role() + " " + result.name()), "two results " + result.name());
            var type = graph.type(result.value());
            switch (result.role()) {
                case LOSS, METRIC_SUM ->
                    check(number, type.equals(Type.batch(Shape.SCALAR)), result.name() + " is a batch-wide scalar");
                case GRADIENT, UPDATE -> check(number, !type.perExample(), result.name() + " is batch-wide");
                case AUC, CONFUSION ->
                    check(
                            number,
                            type.perExample()
                                    && type.shape().rank() == 1
                                    && type.shape().extent(0) > 1,
                            "scores and a class for each example");
                case OUTPUT, VALUE, LAYER, COTANGENT -> {}
            }
        }
    }

    static boolean isLeaf(Prim prim) {
        return switch (prim) {
            case Input _, Parameter _, State _, Fill _, Literal _, Run _, Random _, Positions _ -> true;
            default -> false;
        };
    }

    private static boolean isConstant(Prim prim) {
        return switch (prim) {
            case Fill _, Literal _, Positions _ -> true;
            default -> false;
        };
    }

    private void check(int number, boolean fine, String complaint) {
        if (!fine) {
            throw CompilerBug.at(graph, number, "%" + number + ": " + complaint);
        }
    }
}
