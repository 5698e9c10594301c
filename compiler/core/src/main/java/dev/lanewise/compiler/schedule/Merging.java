package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.schedule.Cluster.At;
import dev.lanewise.compiler.schedule.Cluster.Kind;
import dev.lanewise.compiler.schedule.Cluster.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Joins kernels over the same elements when one reads what the other computes or reads, so that it is read once.
/// Both must fit into the place of one of them in the order of kernels.
final class Merging {
    /// How far a kernel may move for values that both only read.
    private static final int NEAR = 16;

    private final Fusion fusion;
    private final Map<Cluster, Integer> position = new HashMap<>();
    private final Map<Cluster, Set<Integer>> reads = new LinkedHashMap<>();
    private final Map<Integer, Set<Cluster>> readers = new HashMap<>();
    private final Map<Cluster, Cluster> into = new HashMap<>();

    private Merging(Fusion fusion, List<Cluster> clusters) {
        this.fusion = fusion;
        for (var cluster : clusters) {
            position.put(cluster, position.size());
            reads.put(cluster, new LinkedHashSet<>());
        }
        for (int n = 0; n < fusion.stored.length; n++) {
            if (!fusion.stored[n]) {
                continue;
            }
            for (var use : fusion.uses(n)) {
                if (use.cluster() != fusion.home[n]) {
                    reads.getOrDefault(use.cluster(), new HashSet<>()).add(n);
                    readers.computeIfAbsent(n, k -> new LinkedHashSet<>()).add(use.cluster());
                }
            }
        }
    }

    /// The kernels in their new order.
    static List<Cluster> merge(Fusion fusion, List<Cluster> clusters) {
        var merging = new Merging(fusion, clusters);
        for (var cluster : clusters) {
            merging.tryEarlier(cluster);
        }
        return clusters.stream()
                .filter(c -> !merging.into.containsKey(c))
                .sorted(Comparator.comparing(merging.position::get))
                .toList();
    }

    private boolean candidate(Cluster cluster) {
        return cluster.perExample && cluster.kind == Kind.MAP && !cluster.forTile && !fusion.isSingly(cluster)
                || cluster.kind == Kind.OVER_EXAMPLES;
    }

    private int position(Cluster cluster) {
        return position.getOrDefault(cluster, 0);
    }

    private Set<Integer> reads(Cluster cluster) {
        return reads.getOrDefault(cluster, Set.of());
    }

    private void tryEarlier(Cluster second) {
        if (!candidate(second)) {
            return;
        }
        var tried = new HashSet<Cluster>();
        for (int n : List.copyOf(reads(second))) {
            var others = new ArrayList<Cluster>();
            if (fusion.home[n] != null) {
                others.add(resolve(fusion.home[n]));
            }
            var siblings = readers.getOrDefault(n, Set.of());
            if (siblings.size() <= NEAR) {
                others.addAll(siblings);
            }
            for (var first : others) {
                boolean earlier = position(first) < position(second) && !into.containsKey(first) && tried.add(first);
                if (earlier && candidate(first) && join(first, second)) {
                    return;
                }
            }
        }
    }

    private Cluster resolve(Cluster cluster) {
        var at = cluster;
        for (var next = into.get(at); next != null; next = into.get(at)) {
            at = next;
        }
        return at;
    }

    private boolean join(Cluster first, Cluster second) {
        if (first.kind != second.kind
                || first.weight + second.weight > Cost.KERNEL
                || reads(first).size() + reads(second).size() + first.members.size() + second.members.size()
                        > Cost.MEMBERS) {
            return false;
        }
        var form = form(first, second);
        if (form == null || !exact(first, second, form)) {
            return false;
        }
        boolean produces = reads(second).stream().anyMatch(n -> home(n) == first);
        if (!produces && position(second) - position(first) > NEAR) {
            return false;
        }
        if (operands(first, second) > Cost.OPERANDS) {
            return false;
        }
        boolean early = reads(second).stream().allMatch(n -> before(n, first));
        boolean late = outputs(first).stream()
                .flatMap(n -> readers.getOrDefault(n, Set.of()).stream())
                .allMatch(c -> c == second || position(c) > position(second));
        if (!early && !late) {
            return false;
        }
        absorb(first, second, form, early);
        return true;
    }

    private @Nullable Cluster home(int n) {
        var home = fusion.home[n];
        return home == null ? null : resolve(home);
    }

    private boolean before(int n, Cluster cluster) {
        var home = home(n);
        return home == null || home == cluster || position(home) < position(cluster);
    }

    private List<Integer> outputs(Cluster cluster) {
        return cluster.members.keySet().stream()
                .filter(n -> fusion.stored[n] && home(n) == cluster)
                .toList();
    }

    private long operands(Cluster first, Cluster second) {
        var all = new HashSet<Integer>();
        for (var cluster : List.of(first, second)) {
            all.addAll(reads(cluster));
            all.addAll(outputs(cluster));
        }
        return all.size();
    }

    /// What the joint kernel runs over, and at which level the full level of each part then is.
    private record Form(Shape outer, Shape full, List<Integer> inner, Level first, Level second) {}

    private static @Nullable Form form(Cluster first, Cluster second) {
        if (first.kind == Kind.OVER_EXAMPLES) {
            boolean same = first.roots.size() + second.roots.size() <= Reductions.ROOTS
                    && first.full.equals(second.full)
                    && first.inner.equals(second.inner);
            return same ? new Form(first.outer, first.full, first.inner, Level.FULL, Level.FULL) : null;
        }
        if (first.inner.isEmpty() == second.inner.isEmpty()) {
            boolean same = first.full.equals(second.full) && first.inner.equals(second.inner);
            return same ? new Form(first.outer, first.full, first.inner, Level.FULL, Level.FULL) : null;
        }
        boolean plainFirst = first.inner.isEmpty();
        var plain = plainFirst ? first : second;
        var nest = plainFirst ? second : first;
        Level level;
        if (plain.full.equals(nest.full)) {
            level = Level.FULL;
        } else if (plain.full.equals(nest.outer)) {
            level = Level.OUTER;
        } else {
            return null;
        }
        return new Form(
                nest.outer, nest.full, nest.inner, plainFirst ? level : Level.FULL, plainFirst ? Level.FULL : level);
    }

    private static @Nullable Level level(Cluster cluster, At at, Level full, Form form) {
        if (at instanceof At.Axes(var axes)) {
            return axes.equals(Cluster.kept(form.inner(), form.full().rank())) && full == Level.FULL
                    ? Level.OUTER
                    : null;
        }
        var level = cluster.level(at);
        return level == Level.FULL ? full : level;
    }

    /// Whether the second part reads what the first computes only where that is at hand.
    private boolean exact(Cluster first, Cluster second, Form form) {
        for (int n : reads(second)) {
            if (home(n) != first) {
                continue;
            }
            var at = first.members.get(n);
            var made = at == null ? null : level(first, at, form.first(), form);
            for (var use : fusion.uses(n)) {
                if (resolve(use.cluster()) == second
                        && (made == null
                                || use.fromMemory()
                                || use.cluster() != second
                                || level(second, use.at(), form.second(), form) != made)) {
                    return false;
                }
            }
        }
        return true;
    }

    private void absorb(Cluster first, Cluster second, Form form, boolean early) {
        var members = new LinkedHashMap<Integer, At>();
        place(first, form.first(), form, members);
        place(second, form.second(), form, members);
        first.members.clear();
        first.members.putAll(members);
        first.outer = form.outer();
        first.full = form.full();
        first.inner = form.inner();
        first.extended = false;
        first.weight += second.weight;
        first.roots.addAll(second.roots);
        into.put(second, first);
        if (!early) {
            position.put(first, position(second));
        }
        var all = new LinkedHashSet<>(reads(first));
        all.addAll(reads(second));
        for (int n : all) {
            var set = readers.getOrDefault(n, new LinkedHashSet<>());
            set.remove(second);
            set.add(first);
        }
        for (int n : members.keySet()) {
            if (fusion.home[n] == second) {
                fusion.home[n] = first;
            }
            if (home(n) == first && fusion.stored[n]) {
                all.remove(n);
                var set = readers.getOrDefault(n, new LinkedHashSet<>());
                set.remove(first);
                boolean memory = fusion.uses(n).stream().anyMatch(Use::fromMemory);
                fusion.stored[n] = fusion.isKept(n) || !set.isEmpty() || memory || first.roots.contains(n);
            }
        }
        reads.put(first, all);
        reads.remove(second);
    }

    private static void place(Cluster cluster, Level full, Form form, Map<Integer, At> members) {
        cluster.members.forEach((n, at) -> {
            var level = level(cluster, at, full, form);
            At now = level == null ? At.Plain.ELSEWHERE : level == Level.FULL ? At.Plain.FULL : At.Plain.OUTER;
            members.putIfAbsent(n, now);
        });
    }
}
