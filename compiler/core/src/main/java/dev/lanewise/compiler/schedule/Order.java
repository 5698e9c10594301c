package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// The order of an entry's steps: that of the graph, but new values of weights, and what serves them alone
/// (gradients, panels) are computed one weight after the other, as soon as no other step needs the old value. So
/// gradients share memory, and are used while they are in the cache.
final class Order {
    private final List<Step> steps;
    private final Function<Operand, String> weight;
    private final Set<Integer> kept;
    private final Map<Operand, List<Integer>> readers = new HashMap<>();
    private final Map<Operand, List<Integer>> writers = new HashMap<>();
    private final boolean[] late;
    private final boolean[] done;
    private final int[] waiting;
    private final List<List<Integer>> next = new ArrayList<>();
    private final List<Step> ordered = new ArrayList<>();

    private Order(
            List<Step> steps, Function<Operand, String> weight, Map<Integer, List<String>> updates, Set<Integer> kept) {
        this.steps = steps;
        this.weight = weight;
        this.kept = kept;
        late = new boolean[steps.size()];
        done = new boolean[steps.size()];
        waiting = new int[steps.size()];
        for (int i = 0; i < steps.size(); i++) {
            next.add(new ArrayList<>());
            for (var operand : steps.get(i).reads()) {
                readers.computeIfAbsent(operand, o -> new ArrayList<>()).add(i);
            }
            for (var operand : steps.get(i).writes()) {
                writers.computeIfAbsent(operand, o -> new ArrayList<>()).add(i);
            }
        }
        delay(updates);
    }

    /// `weight` names the weight that an operand is (or is empty), `updates` the weights that a node is the new
    /// value of; `kept` nodes are results.
    static List<Step> of(
            List<Step> steps, Function<Operand, String> weight, Map<Integer, List<String>> updates, Set<Integer> kept) {
        var order = new Order(steps, weight, updates, kept);
        order.run();
        return order.ordered;
    }

    private void delay(Map<Integer, List<String>> updates) {
        var weights = new HashMap<String, Set<Integer>>();
        readers.forEach((operand, list) -> {
            var name = weight.apply(operand);
            if (!name.isEmpty()) {
                weights.computeIfAbsent(name, n -> new HashSet<>()).addAll(list);
            }
        });
        List<Set<Integer>> after = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            after.add(Set.of());
        }
        for (int i = steps.size() - 1; i >= 0; i--) {
            var wait = new HashSet<Integer>();
            late[i] = !steps.get(i).writes().isEmpty();
            for (var operand : steps.get(i).writes()) {
                var names = updates.getOrDefault(operand.node(), List.of());
                var list = readers.getOrDefault(operand, List.of());
                late[i] &= operand.form() != Operand.Form.SCRATCH
                        && operand.form() != Operand.Form.WEIGHT
                        && operand.form() != Operand.Form.BEFORE
                        && !kept.contains(operand.node())
                        && CompilerBug.expect(writers, operand).size() == 1
                        && (!names.isEmpty() || !list.isEmpty());
                for (int reader : list) {
                    late[i] &= late[reader];
                    wait.addAll(after.get(reader));
                }
                names.forEach(name -> wait.addAll(weights.getOrDefault(name, Set.of())));
            }
            wait.remove(i);
            if (late[i]) {
                after.set(i, wait.size() > 64 ? Set.of() : wait);
            }
        }
        for (int i = 0; i < steps.size(); i++) {
            if (!late[i]) {
                continue;
            }
            var before = new HashSet<Integer>();
            for (int other : after.get(i)) {
                if (!late[other]) {
                    before.add(other);
                }
            }
            for (var operand : steps.get(i).reads()) {
                before.addAll(writers.getOrDefault(operand, List.of()));
            }
            waiting[i] = before.size();
            for (int other : before) {
                next.get(other).add(i);
            }
        }
    }

    private void run() {
        for (int i = 0; i < steps.size(); i++) {
            if (!late[i] || waiting[i] == 0) {
                emit(i);
            }
        }
        for (int i = 0; i < steps.size(); i++) {
            if (!done[i]) {
                emit(i);
            }
        }
    }

    private void emit(int first) {
        var ready = new ArrayList<Integer>(List.of(first));
        while (!ready.isEmpty()) {
            int i = ready.removeLast();
            if (done[i]) {
                continue;
            }
            done[i] = true;
            ordered.add(steps.get(i));
            var list = next.get(i);
            for (int k = list.size() - 1; k >= 0; k--) {
                waiting[list.get(k)]--;
                if (waiting[list.get(k)] == 0) {
                    ready.add(list.get(k));
                }
            }
        }
    }
}
