package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.loops.Index;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a kernel is handed, numbered in the order in which its statements ask for it, and where it reads and writes.
final class Operands {
    private final Map<Operand, Integer> numbers = new LinkedHashMap<>();
    private final Map<Integer, Integer> scalars = new LinkedHashMap<>();
    private final Map<Operand, Set<Index>> reads = new LinkedHashMap<>();
    private final Map<Operand, Set<Index>> writes = new LinkedHashMap<>();

    int number(Operand operand) {
        return numbers.computeIfAbsent(operand, o -> numbers.size());
    }

    /// The number of a uniform among those that the kernel is handed.
    int scalar(int uniform) {
        return scalars.computeIfAbsent(uniform, u -> scalars.size());
    }

    List<Operand> all() {
        return List.copyOf(numbers.keySet());
    }

    List<Integer> scalars() {
        return List.copyOf(scalars.keySet());
    }

    Set<Operand> reads() {
        return Set.copyOf(reads.keySet());
    }

    Set<Operand> writes() {
        return Set.copyOf(writes.keySet());
    }

    void reading(Operand operand, Index index) {
        number(operand);
        reads.computeIfAbsent(operand, o -> new HashSet<>()).add(index);
    }

    void writing(Operand operand, Index index) {
        number(operand);
        writes.computeIfAbsent(operand, o -> new HashSet<>()).add(index);
    }

    /// Operands that are read only at the index at which every result is stored.
    Set<Operand> sameIndex() {
        var stores = new HashSet<Index>();
        writes.values().forEach(stores::addAll);
        var result = new LinkedHashSet<Operand>();
        reads.forEach((operand, indices) -> {
            if (stores.size() == 1 && indices.equals(stores)) {
                result.add(operand);
            }
        });
        return result;
    }
}
