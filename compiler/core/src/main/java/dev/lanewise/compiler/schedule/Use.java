package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.schedule.Cluster.At;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A value is read by a kernel.
record Use(Cluster cluster, At at, Need need) {

    /// What a reader asks for.
    enum Need {
        /// Any way will do.
        VALUE,
        /// Several times for each element: worth computing in place only when that is cheap.
        CHEAP,
        /// From memory; views may be looked through.
        STORED,
        /// The value itself in memory, row-major.
        BUFFER
    }

    boolean fromMemory() {
        return need.compareTo(Need.STORED) >= 0;
    }

    /// The kernel that runs first of those that read a value.
    static @Nullable Cluster earliest(List<Use> uses) {
        @Nullable Cluster earliest = null;
        for (var use : uses) {
            if (earliest == null || use.cluster().number > earliest.number) {
                earliest = use.cluster();
            }
        }
        return earliest;
    }

    /// Where a kernel reads it first.
    static At at(List<Use> uses, Cluster cluster) {
        return places(uses, cluster).iterator().next();
    }

    /// Where a kernel reads the value.
    static Set<At> places(List<Use> uses, Cluster cluster) {
        var places = new LinkedHashSet<At>();
        for (var use : uses) {
            if (use.cluster() == cluster) {
                places.add(use.at());
            }
        }
        return places;
    }

    /// The kernels that read it, each once.
    static List<Cluster> readers(List<Use> uses) {
        if (uses.size() == 1) {
            return List.of(uses.getFirst().cluster());
        }
        Set<Cluster> readers = new LinkedHashSet<>();
        uses.forEach(u -> readers.add(u.cluster()));
        return List.copyOf(readers);
    }

    static boolean anyFromMemory(List<Use> uses) {
        for (var use : uses) {
            if (use.fromMemory()) {
                return true;
            }
        }
        return false;
    }
}
