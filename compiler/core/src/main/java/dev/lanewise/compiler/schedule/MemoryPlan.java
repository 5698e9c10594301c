package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.runtime.model.Layout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Where the operands of one entry lie. A buffer's memory is taken at the first call that touches it and given back
/// after the last; feeds are there from the beginning, results until the end.
final class MemoryPlan {
    final List<Layout.Buffer> buffers = new ArrayList<>();
    final Map<Operand, Integer> numbers = new LinkedHashMap<>();
    final Arena examples = new Arena(0);
    final Arena batch;

    private final Facts facts;
    private final Map<String, Integer> weightNumbers = new HashMap<>();
    private final List<Layout.Slot> slots;
    private final Map<Integer, Integer> slotBuffers = new HashMap<>();
    private final Map<Integer, Integer> inPlace;
    private final Map<Operand, Long> narrow;
    private final Map<TakingTurns.Span, List<Integer>> within = new HashMap<>();

    /// `narrow` gives the numbers of operands that are smaller than their values; `inPlace` gives for nodes that
    /// are stored right into a weight the number of that weight.
    MemoryPlan(
            Facts facts,
            List<Layout.Slot> slots,
            long batchStart,
            List<Step> steps,
            List<TakingTurns.Span> turns,
            Map<Operand, Long> narrow,
            Set<Operand> keep,
            Map<Integer, Integer> inPlace) {
        this.facts = facts;
        this.slots = slots;
        this.inPlace = inPlace;
        this.narrow = narrow;
        batch = new Arena(batchStart);
        for (int i = 0; i < slots.size(); i++) {
            weightNumbers.put(slots.get(i).name(), i);
        }
        var last = new HashMap<Operand, Integer>();
        var feeds = new ArrayList<Operand>();
        for (int i = 0; i < steps.size(); i++) {
            for (var operand : steps.get(i).operands()) {
                if (last.put(operand, i) == null && isFeed(operand)) {
                    feeds.add(operand);
                }
            }
        }
        keep.forEach(operand -> {
            last.put(operand, steps.size());
            if (isFeed(operand) && !feeds.contains(operand)) {
                feeds.add(operand);
            }
        });
        feeds.forEach(this::place);
        int at = 0;
        for (var span : turns) {
            for (; at < span.first(); at++) {
                takePlaces(steps.get(at), at, last);
                touch(steps.subList(at, at + 1), at + 1, last);
            }
            at = span.end();
            within.put(span, touch(steps.subList(span.first(), at), at, last));
        }
        for (; at < steps.size(); at++) {
            takePlaces(steps.get(at), at, last);
            touch(steps.subList(at, at + 1), at + 1, last);
        }
        keep.forEach(this::place);
    }

    /// Takes memory for what these steps, which end before step `end`, begin with, then gives back that of what
    /// they are the last for. The buffers of the examples that these steps alone touch.
    private List<Integer> touch(List<Step> steps, int end, Map<Operand, Integer> last) {
        var operands = new LinkedHashSet<Operand>();
        steps.forEach(step -> operands.addAll(step.operands()));
        var own = new LinkedHashSet<>(operands);
        own.removeIf(numbers::containsKey);
        operands.forEach(this::place);
        own.removeIf(operand -> !isTemporary(operand) || CompilerBug.expect(last, operand) >= end);
        for (var operand : operands) {
            if (CompilerBug.expect(last, operand) < end && isTemporary(operand)) {
                var buffer = buffers.get(CompilerBug.expect(numbers, operand));
                (buffer.perExample() ? examples : batch).give(buffer.offset(), buffer.size());
                last.put(operand, Integer.MAX_VALUE);
            }
        }
        return own.stream()
                .map(operand -> CompilerBug.expect(numbers, operand))
                .filter(number -> buffers.get(number).perExample())
                .toList();
    }

    /// The buffers of the examples that only steps of this span touch.
    List<Integer> within(TakingTurns.Span span) {
        return within.getOrDefault(span, List.of());
    }

    /// Results of elementwise work take the place of values that are read there for the last time.
    private void takePlaces(Step step, int now, Map<Operand, Integer> last) {
        for (var result : step.operands()) {
            if (!step.writes().contains(result) || numbers.containsKey(result) || !isTemporary(result)) {
                continue;
            }
            for (var old : step.operands()) {
                if (step.replaceable().contains(old)
                        && !step.writes().contains(old)
                        && isTemporary(old)
                        && CompilerBug.expect(last, old) == now
                        && numbers.containsKey(old)
                        && sameBuffer(result, buffers.get(numbers.get(old)))) {
                    numbers.put(result, buffers.size());
                    buffers.add(buffers.get(numbers.get(old)));
                    last.put(old, Integer.MAX_VALUE);
                    break;
                }
            }
        }
    }

    private boolean sameBuffer(Operand operand, Layout.Buffer buffer) {
        var type = facts.node(operand.node()).type();
        return type.perExample() == buffer.perExample() && size(operand) == buffer.size();
    }

    private long size(Operand operand) {
        var type = facts.node(operand.node()).type();
        long size = type.shape().size();
        var narrower = narrow.get(operand);
        if (narrower != null) {
            return narrower;
        }
        if (operand.form() == Operand.Form.PANELS) {
            var panels = new Kernel.Panels(Math.toIntExact(size));
            return 32L * panels.count() * panels.width();
        }
        if (operand.form() == Operand.Form.WAITING) {
            return 32 * size;
        }
        if (operand.columns() > 0) {
            size = size / operand.columns() * new Kernel.Runs(operand.columns()).length();
        }
        return type.perExample() ? size * 32 : Lowering.padded(size);
    }

    /// Whether an input is fed there.
    boolean isFeed(Operand operand) {
        return operand.form() != Operand.Form.WEIGHT && operand.equals(facts.fed(operand.node()));
    }

    private boolean isTemporary(Operand operand) {
        return operand.form() != Operand.Form.SCRATCH && weight(operand) < 0;
    }

    /// The number of the weight that the operand is, or -1.
    int weight(Operand operand) {
        if (operand.form() == Operand.Form.WEIGHT) {
            return operand.node();
        }
        if (operand.form() != Operand.Form.PLAIN) {
            return -1;
        }
        return switch (facts.node(operand.node()).prim()) {
            case Prim.Parameter(var name) -> slot(name);
            case Prim.State(var name) -> slot(name);
            default -> inPlace.getOrDefault(operand.node(), -1);
        };
    }

    private int slot(String name) {
        var number = weightNumbers.get(name);
        if (number == null) {
            throw new CompilerBug("no weight is named " + name);
        }
        return number;
    }

    private void place(Operand operand) {
        if (numbers.containsKey(operand)) {
            return;
        }
        if (operand.form() == Operand.Form.SCRATCH) {
            numbers.put(operand, -1);
            return;
        }
        int weight = weight(operand);
        if (weight >= 0) {
            numbers.put(operand, slotBuffers.computeIfAbsent(weight, w -> {
                buffers.add(new Layout.Buffer(false, slots.get(w).offset(), size(slots.get(w))));
                return buffers.size() - 1;
            }));
            return;
        }
        var type = facts.node(operand.node()).type();
        long size = size(operand);
        long offset = (type.perExample() ? examples : batch).take(size);
        numbers.put(operand, buffers.size());
        buffers.add(new Layout.Buffer(type.perExample(), offset, size));
    }

    static long size(Layout.Slot slot) {
        long size = 1;
        for (int extent : slot.shape()) {
            size *= extent;
        }
        return Lowering.padded(size);
    }
}
