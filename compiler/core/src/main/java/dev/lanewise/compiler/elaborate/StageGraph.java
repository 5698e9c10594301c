package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// The training graph of one layer as an autoencoder.
///
/// What the layer is given comes from the layers below as they are in prediction, and is not trained. Of the layer's
/// copy, some numbers are set to 0 (Vincent, Larochelle, Bengio and Manzagol 2008). The layer itself is as in
/// training, with its activation. The decoder is the adjoint of the layer's product, with the layer's weight or one
/// of its own, plus a bias: so it is W' h for W x, and a transposed convolution for a convolution. The loss is the
/// squared error summed over what the layer was given, averaged over the examples.
final class StageGraph {
    private final Graph training;
    private final HiddenLayer layer;
    private final Graph.Builder out = Graph.builder();
    private final Arithmetic arithmetic;

    StageGraph(Graph training, HiddenLayer layer, Origin origin) {
        this.training = training;
        this.layer = layer;
        this.arithmetic = new Arithmetic(out, origin);
    }

    /// `given` is the layer's input in the graph of prediction; `draw` the number of the draws that choose what is
    /// set to 0, with the probability `corruption`. `later` are the nodes of the training graph that depend on
    /// layers behind.
    Graph build(Graph prediction, Value given, double corruption, int draw, String weight, String bias, BitSet later) {
        var x = arithmetic.stop(WeightStatements.extract(prediction, given, out));
        var copies = new HashMap<Integer, Value>();
        copies.put(layer.input().node(), corruption > 0 ? corrupted(x, corruption, draw) : x);
        var code = copy(layer.code(), copies, layer.weight().name());
        var decoded = decoded(code, x, weight);
        var error = arithmetic.sub(arithmetic.add(decoded, leaf(bias, out.type(x))), x);
        var square = arithmetic.mul(error, error);
        var loss = arithmetic.sum(square, arithmetic.axes(square), false);
        out.result(Role.LOSS, "loss", arithmetic.mean(loss, arithmetic.axes(loss), true));
        var after = HiddenLayer.after(training, layer.product().node());
        for (var result : training.results()) {
            int node = result.value().node();
            if (result.role() == Role.UPDATE && after.get(node) && !later.get(node)) {
                var value = copy(result.value(), copies, layer.weight().name());
                out.result(Role.UPDATE, result.name(), value);
            }
        }
        return out.build();
    }

    private Value leaf(String weight, Type like) {
        return out.leaf(new Prim.Parameter(weight), Type.batch(like.shape()), arithmetic.origin());
    }

    private Value corrupted(Value x, double share, int draw) {
        var type = out.type(x);
        var drawn = out.leaf(new Prim.Random(false, draw), type, arithmetic.origin());
        var kept = arithmetic.apply(Op.LT, arithmetic.fill(share, type), drawn);
        return arithmetic.select(kept, x, arithmetic.fill(0, type));
    }

    /// The derivative of code times product by the product's input: the product turned round. It is the same
    /// wherever it is taken, since the product is linear; the place must only be one that the code is no function
    /// of.
    private Value decoded(Value code, Value x, String weight) {
        var place = arithmetic.stop(x);
        var copies = new HashMap<Integer, Value>();
        copies.put(layer.input().node(), place);
        var product = copy(layer.linear(), copies, weight);
        var times = arithmetic.mul(arithmetic.reshape(code, out.type(product).shape()), product);
        var sum = arithmetic.sum(times, arithmetic.axes(times), false);
        return out.add(new Prim.Gradient(), arithmetic.origin(), sum, place);
    }

    /// Copies what a value of the training graph depends on, down to what is copied already; the layer's weight
    /// goes by another name.
    private Value copy(Value value, Map<Integer, Value> copies, String weight) {
        var needed = new BitSet();
        needed.set(value.node());
        for (int i = value.node(); i >= 0; i--) {
            if (needed.get(i) && !copies.containsKey(i)) {
                training.nodes().get(i).inputs().forEach(input -> needed.set(input.node()));
            }
        }
        for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
            if (!copies.containsKey(i)) {
                copies.put(i, copy(training.nodes().get(i), copies, weight));
            }
        }
        return copies.getOrDefault(value.node(), value);
    }

    private Value copy(Node node, Map<Integer, Value> copies, String weight) {
        var inputs = node.inputs().stream()
                .map(input -> copies.getOrDefault(input.node(), input))
                .toList();
        boolean own = node.prim() instanceof Prim.Parameter(String name)
                && name.equals(layer.weight().name());
        return out.add(new Node(own ? new Prim.Parameter(weight) : node.prim(), inputs, node.type(), node.origin()));
    }
}
