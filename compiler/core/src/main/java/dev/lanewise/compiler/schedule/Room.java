package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.schedule.Cluster.At;
import dev.lanewise.compiler.schedule.Cluster.Kind;
import dev.lanewise.compiler.schedule.Cluster.Level;
import dev.lanewise.compiler.schedule.Use.Need;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a kernel can take in: whether one more value fits into it, and where it would stand.
final class Room {
    private final Facts facts;
    private final boolean[] towardsTile;

    /// `towardsTile` tells which values are elementwise work on the sums of a tile to come.
    Room(Facts facts, boolean[] towardsTile) {
        this.facts = facts;
        this.towardsTile = towardsTile;
    }

    /// How many arrays of about its own size an elementwise node reads.
    long memoryReads(Node node) {
        long reads = 0;
        for (int k = 0; k < node.inputs().size(); k++) {
            var input = node.inputs().get(k);
            if (node.inputs().indexOf(input) == k && !isSmall(input.node(), node)) {
                reads++;
            }
        }
        return reads;
    }

    /// Whether a value takes little memory beside that of `reader`.
    private boolean isSmall(int n, Node reader) {
        int at = n;
        while (facts.node(at).prim() instanceof Prim.Broadcast) {
            at = facts.input(at, 0);
        }
        var node = facts.node(at);
        if (facts.isUniform(at) || node.prim() instanceof Prim.Fill || node.prim() instanceof Prim.Positions) {
            return true;
        }
        var type = node.type();
        return reader.type().perExample() && !type.perExample()
                || type.shape().size() * 8 <= reader.type().shape().size();
    }

    /// Whether a reader can compute the value itself.
    boolean canCompute(int n, Use use) {
        var node = facts.node(n);
        var cluster = use.cluster();
        var level = resolve(n, use);
        if (!fits(node, cluster)) {
            return false;
        }
        if (towardsTile[n] && level != null && !takesTile(cluster)) {
            return false;
        }
        return switch (cluster.kind) {
            case MAP -> level != null || use.need() == Need.VALUE || Cost.cheap(node);
            case LANE_TILE -> Cost.storable(node) && (level != null || Cost.cheap(node));
            case OVER_EXAMPLES, OVER_BATCH -> level == Level.FULL || use.need() == Need.VALUE || Cost.cheap(node);
            case EXAMPLE_TILE, SINGLE -> use.need() == Need.VALUE || use.need() == Need.CHEAP && Cost.cheap(node);
        };
    }

    /// A contraction can become this cluster's tile.
    boolean takesTile(Cluster cluster) {
        return cluster.kind == Kind.MAP
                && cluster.full.rank() <= 1
                && cluster.perExample
                && cluster.inner.isEmpty()
                && cluster.weight <= Cost.STORE
                && cluster.members.keySet().stream().allMatch(m -> Cost.storable(facts.node(m)));
    }

    private boolean fits(Node node, Cluster cluster) {
        if (cluster.forTile && (!Cost.storable(node) || cluster.weight + Cost.of(node) > Cost.STORE)) {
            return false;
        }
        return cluster.weight + Cost.of(node) <= Cost.KERNEL && cluster.members.size() <= Cost.MEMBERS;
    }

    /// Whether `cluster` can compute the value for all and store it.
    boolean canHold(int n, @Nullable Cluster cluster, List<Use> mine) {
        var node = facts.node(n);
        if (cluster == null || cluster.kind != Kind.MAP && (cluster.kind != Kind.LANE_TILE || !Cost.storable(node))) {
            return false;
        }
        if (cluster.perExample != node.type().perExample() || !fits(node, cluster)) {
            return false;
        }
        if (towardsTile[n] && !takesTile(cluster)) {
            return false;
        }
        @Nullable Level common = null;
        for (var use : mine) {
            if (use.cluster() == cluster) {
                var level = use.need() == Need.BUFFER ? null : resolve(n, use);
                if (level == null || common != null && common != level) {
                    return false;
                }
                common = level;
            }
        }
        return common != null && node.type().shape().equals(common == Level.FULL ? cluster.full : cluster.outer);
    }

    /// The level at which `n` is read; a cluster without inner axes gets them from the first value that is repeated
    /// along some.
    private @Nullable Level resolve(int n, Use use) {
        var cluster = use.cluster();
        if (use.at() instanceof At.Axes(var axes)
                && cluster.kind == Kind.MAP
                && cluster.inner.isEmpty()
                && cluster.perExample
                && !cluster.forTile
                && facts.node(n).type().perExample()
                && !Cost.cheap(facts.node(n))) {
            cluster.split(axes);
        }
        return cluster.level(use.at());
    }

    /// Whether `cluster` can compute the reduction; a cluster without inner axes gets them.
    boolean canReduce(int n, List<Integer> axes, Cluster cluster, List<Use> mine) {
        var node = facts.node(n);
        var from = facts.shape(facts.input(n, 0));
        if (cluster.kind != Kind.MAP || !cluster.perExample || cluster.forTile || !fits(node, cluster)) {
            return false;
        }
        var places = mine.stream().filter(u -> u.cluster() == cluster).toList();
        if (places.stream().anyMatch(u -> u.fromMemory())) {
            return false;
        }
        if (cluster.inner.isEmpty() && !axes.isEmpty()) {
            var kept = Cluster.kept(axes, from.rank());
            if (cluster.full.equals(from) && places.stream().allMatch(u -> u.at().equals(new At.Axes(kept)))) {
                cluster.split(kept);
                return true;
            }
            if (cluster.full.equals(node.type().shape()) && places.stream().allMatch(u -> u.at() == At.Plain.BASE)) {
                cluster.extend(from, axes);
                return true;
            }
            return false;
        }
        return cluster.full.equals(from)
                && cluster.inner.equals(axes)
                && places.stream().allMatch(u -> cluster.level(u.at()) == Level.OUTER);
    }
}
