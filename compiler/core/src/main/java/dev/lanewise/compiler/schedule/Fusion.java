package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.schedule.Cluster.At;
import dev.lanewise.compiler.schedule.Cluster.Kind;
import dev.lanewise.compiler.schedule.Use.Need;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides for every node which kernel computes it, and whether its value is stored.
///
/// Nodes are taken from the last to the first, so that all readers of a value are known; what nothing of the examples
/// waits for comes last, so that sums over the examples find no reader between them. A value goes into the kernel
/// of its earliest reader when the two fit; the others read it from memory, or compute it once more when that is
/// cheap and reads no more memory. Kernels run from the last created to the first: whatever joins a kernel is read by
/// kernels that run no earlier, so no order can be broken.
final class Fusion {
    /// So many values are looked at for one that two sums share.
    private static final int NEAR = 32;

    private final Facts facts;
    private final Readings readings;
    private final boolean[] kept;
    private final boolean[] towardsTile;
    private final Room room;
    private final List<Cluster> clusters = new ArrayList<>();

    /// The kernel that computes a node, for those computed in one place.
    final @Nullable Cluster[] home;
    final boolean[] stored;

    Fusion(Facts facts) {
        this.facts = facts;
        int size = facts.graph.nodes().size();
        readings = new Readings(facts);
        home = new Cluster[size];
        stored = new boolean[size];
        kept = new boolean[size];
        towardsTile = new boolean[size];
        room = new Room(facts, towardsTile);
        findTiles();
        keepResults();
        placeAll(true);
        placeAll(false);
    }

    private void placeAll(boolean last) {
        for (int n = home.length - 1; n >= 0; n--) {
            if (facts.live[n] && facts.last[n] == last && !facts.isUniform(n)) {
                place(n);
            }
        }
    }

    /// The kernels in the order in which they run.
    List<Cluster> clusters() {
        var list = new ArrayList<>(clusters);
        Collections.reverse(list);
        return Merging.merge(this, list);
    }

    List<Use> uses(int n) {
        return readings.of(n);
    }

    /// Whether a kernel takes numbers from tables, or draws them for the examples, one by one.
    boolean isSingly(Cluster cluster) {
        return cluster.members.keySet().stream().anyMatch(this::isSingly);
    }

    private boolean isSingly(int n) {
        var node = facts.node(n);
        return node.prim() instanceof Prim.Gather
                || node.prim() instanceof Prim.Random && node.type().perExample();
    }

    boolean isKept(int n) {
        return kept[n];
    }

    private void findTiles() {
        for (int n = 0; n < towardsTile.length; n++) {
            var node = facts.node(n);
            towardsTile[n] = isLaneTile(n)
                    || facts.live[n]
                            && node.prim() instanceof Prim.Elementwise
                            && Cost.storable(node)
                            && followsTile(node);
        }
    }

    private boolean followsTile(Node node) {
        for (var input : node.inputs()) {
            if (towardsTile[input.node()] && facts.readers[input.node()] == 1) {
                return true;
            }
        }
        return false;
    }

    private boolean isLaneTile(int n) {
        return facts.live[n] && facts.node(n).prim() instanceof Prim.Contract && Tiles.lane(facts, n) != null;
    }

    private void keepResults() {
        for (var result : facts.results) {
            int n = facts.storage(result.value().node());
            if (facts.isUniform(n) && !stored[n]) {
                settle(n, create(Kind.MAP, -1, facts.node(n)), true, At.Plain.BASE);
            }
            kept[n] = true;
        }
    }

    /// Computed wherever it is read: views, and what needs no memory.
    private boolean isVirtual(int n) {
        return switch (facts.node(n).prim()) {
            case Prim.Fill _,
                    Prim.Positions _,
                    Prim.Broadcast _,
                    Prim.Transpose _,
                    Prim.Slice _,
                    Prim.Reshape _,
                    Prim.StopGradient _,
                    Prim.Windows _ -> true;
            case Prim.Pad(var _, var _, var _, int gap) -> gap == 0;
            default -> facts.isUniform(n);
        };
    }

    private Cluster create(Kind kind, int root, Node shape) {
        return create(kind, root, shape.type().perExample(), shape.type().shape());
    }

    private Cluster create(Kind kind, int root, boolean perExample, Shape shape) {
        var cluster = new Cluster(kind, clusters.size(), root, perExample, shape);
        clusters.add(cluster);
        return cluster;
    }

    private void place(int n) {
        var node = facts.node(n);
        switch (node.prim()) {
            case Prim.Input _, Prim.Parameter _, Prim.State _ -> stored[n] = true;
            case Prim.Fill _,
                    Prim.Positions _,
                    Prim.Broadcast _,
                    Prim.Transpose _,
                    Prim.Slice _,
                    Prim.Reshape _,
                    Prim.StopGradient _,
                    Prim.Windows _ -> view(n);
            case Prim.Pad(var _, var _, var _, int gap) -> {
                if (gap == 0) {
                    view(n);
                } else {
                    single(n);
                }
            }
            case Prim.Elementwise _, Prim.Random _, Prim.Gather _ -> pointwise(n);
            case Prim.Sum(var axes, boolean examples) -> reduction(n, axes, examples);
            case Prim.SumOfProducts(var axes) -> reduction(n, axes, true);
            case Prim.Max(var axes, boolean examples) -> reduction(n, axes, examples);
            case Prim.Contract _ -> contract(n);
            case Prim.Concat _, Prim.Fold _, Prim.ScatterAdd _, Prim.Literal _ -> single(n);
            case Prim.ArgMax _ -> argMax(n);
            case Prim.Run _ -> throw new CompilerBug("a run's number is uniform");
            case Prim.Decompose _ -> throw new CompilerBug("what is computed once is in the graph of each step");
            case Prim.Gradient _ -> throw new CompilerBug("a gradient is left in the graph");
        }
    }

    // Views

    private void view(int n) {
        var mine = readings.of(n);
        if (facts.isAlias(n)) {
            readings.throughView(n, mine);
            return;
        }
        if (kept[n] || mine.stream().anyMatch(u -> u.need() == Need.BUFFER || isBorder(n, u))) {
            var earliest = Use.earliest(mine);
            var cluster = facts.fuse && earliest != null && room.canHold(n, earliest, mine)
                    ? earliest
                    : create(Kind.MAP, -1, facts.node(n));
            settle(n, cluster, true, earliest == cluster ? Use.at(mine, cluster) : At.Plain.BASE);
            return;
        }
        readings.throughView(n, mine);
    }

    /// Padding that a contraction reads: zeros in memory are quicker than looking for the border at each product.
    private boolean isBorder(int n, Use use) {
        return facts.node(n).prim() instanceof Prim.Pad
                && use.cluster().kind == Kind.SINGLE
                && facts.node(use.cluster().root).prim() instanceof Prim.Contract;
    }

    // Work of one element at a time

    private void pointwise(int n) {
        var node = facts.node(n);
        var mine = readings.of(n);
        // What is done with such a number is done in vectors.
        boolean alone = !facts.fuse || isSingly(n);
        boolean must = alone || kept[n] || Use.anyFromMemory(mine);
        if (!must) {
            var readers = Use.readers(mine);
            boolean once = readers.size() == 1;
            boolean again = Cost.cheap(node) && room.memoryReads(node) <= 1;
            if ((once || again) && canCompute(n, mine)) {
                if (once) {
                    home[n] = readers.getFirst();
                }
                for (var cluster : readers) {
                    cluster.add(n, Use.at(mine, cluster));
                    cluster.weight += Cost.of(node);
                    for (var place : Use.places(mine, cluster)) {
                        work(n, cluster, place, towards(cluster, place));
                    }
                }
                return;
            }
        }
        var earliest = Use.earliest(mine);
        boolean joins = !alone && earliest != null && room.canHold(n, earliest, mine);
        var cluster = joins && earliest != null ? earliest : create(Kind.MAP, -1, node);
        settle(n, cluster, true, joins ? Use.at(mine, cluster) : At.Plain.BASE);
    }

    private void work(int n, Cluster cluster, At at, Need need) {
        if (towardsTile[n] && cluster.kind == Kind.MAP) {
            cluster.forTile = true;
        }
        readings.byWork(n, cluster, at, need);
    }

    private static Need towards(Cluster cluster, At at) {
        return cluster.level(at) == null ? Need.CHEAP : Need.VALUE;
    }

    private void settle(int n, Cluster cluster, boolean store, At at) {
        home[n] = cluster;
        stored[n] = store;
        cluster.add(n, at);
        cluster.weight += Cost.of(facts.node(n));
        cluster.forTile |= towardsTile[n] && cluster.kind == Kind.MAP;
        if (isVirtual(n)) {
            readings.throughView(n, List.of(new Use(cluster, at, Need.VALUE)));
        } else {
            work(n, cluster, at, Need.VALUE);
        }
    }

    private boolean canCompute(int n, List<Use> mine) {
        for (var use : mine) {
            if (!room.canCompute(n, use)) {
                return false;
            }
        }
        return true;
    }

    // Reductions

    private void reduction(int n, List<Integer> unordered, boolean examples) {
        var node = facts.node(n);
        var axes = Cluster.sorted(unordered);
        int input = facts.input(n, 0);
        var from = facts.node(input).type();
        var mine = readings.of(n);
        if (examples || !from.perExample()) {
            var joint = examples && facts.fuse ? sharing(n, from, axes) : null;
            var cluster = joint != null ? joint : create(examples ? Kind.OVER_EXAMPLES : Kind.OVER_BATCH, n, node);
            cluster.roots.add(n);
            if (joint == null) {
                cluster.extend(from.shape(), axes);
            }
            settle(n, cluster, true, At.Plain.FULL);
            return;
        }
        boolean must = kept[n] || Use.anyFromMemory(mine);
        var earliest = Use.earliest(mine);
        boolean joins = facts.fuse && earliest != null && room.canReduce(n, axes, earliest, mine);
        var cluster = joins && earliest != null ? earliest : create(Kind.MAP, -1, node);
        if (!joins) {
            cluster.extend(from.shape(), axes);
        }
        home[n] = cluster;
        stored[n] = must || !joins || Use.readers(mine).size() > 1;
        cluster.add(n, At.Plain.OUTER);
        cluster.weight += Cost.of(node);
        readings.add(input, cluster, At.Plain.FULL, Need.VALUE);
    }

    /// A kernel of sums over the same examples and axes that computes some of what this one needs, if nothing
    /// between the two reads the sum.
    private @Nullable Cluster sharing(int n, Type from, List<Integer> axes) {
        for (int at : way(n, from)) {
            for (var use : readings.of(at)) {
                var cluster = use.cluster();
                if (cluster.kind == Kind.OVER_EXAMPLES
                        && cluster.roots.size() < Reductions.ROOTS
                        && cluster.full.equals(from.shape())
                        && cluster.inner.equals(axes)
                        && use.at() == At.Plain.FULL
                        && !cluster.roots.contains(n)
                        && cluster.weight <= Cost.KERNEL / 2
                        && readings.of(n).stream().allMatch(u -> u.cluster().number < cluster.number)) {
                    return cluster;
                }
            }
        }
        return null;
    }

    /// The work on single elements that leads to what a sum adds up, nearest first.
    private List<Integer> way(int n, Type type) {
        var way = new ArrayList<Integer>();
        facts.node(n).inputs().stream().map(v -> v.node()).distinct().forEach(way::add);
        for (int i = 0; i < way.size() && way.size() < NEAR; i++) {
            int at = way.get(i);
            if (facts.node(at).prim() instanceof Prim.Elementwise) {
                facts.node(at).inputs().stream()
                        .map(v -> v.node())
                        .filter(v -> facts.node(v).prim() instanceof Prim.Elementwise
                                && facts.node(v).type().equals(type)
                                && !way.contains(v))
                        .forEach(way::add);
            }
        }
        return way;
    }

    // Contractions and the rest

    private void contract(int n) {
        var node = facts.node(n);
        var mine = readings.of(n);
        if (facts.fuse
                && !kept[n]
                && mine.size() == 1
                && isFolded(n, mine.getFirst().cluster())) {
            var cluster = mine.getFirst().cluster();
            home[n] = cluster;
            cluster.add(n, At.Plain.ELSEWHERE);
            readings.fromMemory(n, cluster);
            return;
        }
        var lane = Tiles.lane(facts, n);
        if (lane != null) {
            Cluster cluster;
            var readers = Use.readers(mine);
            var only = facts.fuse && readers.size() == 1 ? readers.getFirst() : null;
            if (!kept[n]
                    && only != null
                    && room.takesTile(only)
                    && only.full.equals(node.type().shape())
                    && mine.stream().allMatch(u -> u.at() == At.Plain.BASE && u.need() == Need.VALUE)) {
                cluster = only;
                cluster.kind = Kind.LANE_TILE;
                cluster.root = n;
            } else {
                cluster = create(Kind.LANE_TILE, n, node);
                stored[n] = true;
            }
            home[n] = cluster;
            cluster.add(n, At.Plain.BASE);
            readings.add(lane.batch(), cluster, At.Plain.ELSEWHERE, Need.BUFFER);
            readings.add(lane.example(), cluster, At.Plain.ELSEWHERE, Need.BUFFER);
            return;
        }
        if (Tiles.example(facts, n) != null) {
            var cluster = create(Kind.EXAMPLE_TILE, n, node);
            home[n] = cluster;
            stored[n] = true;
            cluster.add(n, At.Plain.BASE);
            for (var input : node.inputs()) {
                readings.add(input.node(), cluster, At.Plain.ELSEWHERE, Need.BUFFER);
            }
            return;
        }
        single(n);
    }

    private void single(int n) {
        readings.fromMemory(n, alone(n));
    }

    /// It reads each element for itself, as a maximum does, which then need not be in memory for either.
    private void argMax(int n) {
        readings.add(facts.input(n, 0), alone(n), At.Plain.ELSEWHERE, facts.fuse ? Need.CHEAP : Need.STORED);
    }

    private Cluster alone(int n) {
        var cluster = create(Kind.SINGLE, n, facts.node(n));
        home[n] = cluster;
        stored[n] = true;
        cluster.add(n, At.Plain.BASE);
        return cluster;
    }

    /// Whether the kernel folds the products of node `n`.
    private boolean isFolded(int n, Cluster cluster) {
        return cluster.kind == Kind.SINGLE
                && FoldNests.foldsProduct(facts, cluster.root)
                && facts.input(cluster.root, 0) == n;
    }
}
