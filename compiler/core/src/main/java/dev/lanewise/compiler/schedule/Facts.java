package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of a graph before anything is decided: what is alive, what is uniform, how often values are read.
final class Facts {
    final Graph graph;
    final List<Result> results;
    final boolean[] live;
    /// For a uniform node its number among the program's uniforms, else -1.
    final int[] uniform;
    final int[] readers;
    /// Work on what came of sums over the examples that nothing of the examples waits for.
    final boolean[] last;
    /// Whether nodes may share a kernel.
    final boolean fuse;
    /// The examples that a batch probably has.
    final int batch;

    /// `results` are those of the graph's that are wanted.
    Facts(Graph graph, List<Result> results, Uniforms uniforms, boolean fuse, int batch) {
        this.batch = batch;
        this.graph = graph;
        this.fuse = fuse;
        this.results = List.copyOf(results);
        int size = graph.nodes().size();
        live = new boolean[size];
        readers = new int[size];
        last = new boolean[size];
        uniform = new int[size];
        for (var result : results) {
            live[result.value().node()] = true;
            readers[result.value().node()]++;
        }
        for (int n = size - 1; n >= 0; n--) {
            if (live[n]) {
                for (var input : node(n).inputs()) {
                    live[input.node()] = true;
                    readers[input.node()]++;
                }
            }
        }
        for (int n = 0; n < size; n++) {
            uniform[n] = live[n] ? uniforms.number(node(n), uniform) : -1;
        }
        findLast();
    }

    private void findLast() {
        for (int n = 0; n < last.length; n++) {
            for (var input : node(n).inputs()) {
                last[n] |= graph.type(input).perExample() || last[input.node()];
            }
        }
        for (int n = last.length - 1; n >= 0; n--) {
            last[n] &= !node(n).type().perExample();
            for (var input : node(n).inputs()) {
                last[n] &= !graph.type(input).perExample();
            }
            if (live[n] && !last[n]) {
                for (var input : node(n).inputs()) {
                    last[input.node()] = false;
                }
            }
        }
    }

    Node node(int n) {
        return graph.nodes().get(n);
    }

    Shape shape(int n) {
        return node(n).type().shape();
    }

    int input(int n, int i) {
        return node(n).inputs().get(i).node();
    }

    boolean isUniform(int n) {
        return uniform[n] >= 0;
    }

    /// Lies in memory before the entry starts.
    boolean isLeaf(int n) {
        var prim = node(n).prim();
        return prim instanceof Prim.Input || prim instanceof Prim.Parameter || prim instanceof Prim.State;
    }

    /// The same numbers in the same order as its input: no work and no memory of its own.
    boolean isAlias(int n) {
        if (node(n).inputs().isEmpty() || isUniform(input(n, 0))) {
            return false;
        }
        return switch (node(n).prim()) {
            case Prim.Reshape _, Prim.StopGradient _ -> true;
            // The first elements: flat work on them stays in the memory of all.
            case Prim.Slice(int _, int from, int _, int step) -> {
                var type = node(input(n, 0)).type();
                yield !type.perExample() && type.shape().rank() == 1 && from == 0 && step == 1;
            }
            case Prim.Broadcast _ -> {
                var from = node(input(n, 0)).type();
                var to = node(n).type();
                yield from.perExample() == to.perExample()
                        && from.shape().size() == to.shape().size();
            }
            default -> false;
        };
    }

    /// The node in whose buffer the value of `n` lies when it is stored.
    int storage(int n) {
        int at = n;
        while (isAlias(at) && !isUniform(at)) {
            at = input(at, 0);
        }
        return at;
    }

    /// Where an input is fed: example after example, which for one number an example is the order of the lanes.
    /// Null for other nodes.
    @Nullable
    Operand fed(int n) {
        if (n < 0 || !(node(n).prim() instanceof Prim.Input)) {
            return null;
        }
        var type = node(n).type();
        boolean arranged = type.perExample() && type.shape().size() > 1;
        return new Operand(n, arranged ? Operand.Form.ROWS : Operand.Form.PLAIN);
    }
}
