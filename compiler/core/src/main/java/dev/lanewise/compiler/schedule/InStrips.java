package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.Kernel.Axis;
import dev.lanewise.compiler.loops.Kernel.PatchTile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Three products with patches one after another, each of what the one before made, where one axis runs through all
/// as the outermost of what lies between them, as in a convolution by fewer multiplications: they are done strip by
/// strip of this axis. Between them is then one strip for each worker, which stays in its cache.
final class InStrips {
    /// What lies between them, in numbers of a batch, is near when it takes less.
    private static final long NEAR = 1 << 16;

    /// Three steps, the first of them, how many strips there are in each group, and for each step how far each of
    /// its operands goes on from strip to strip; of the operands that `stay` there is a strip for each worker.
    record Span(Step first, int strips, List<List<Integer>> distances, Set<Operand> stay) {
        static final int STEPS = 3;
    }

    private final Facts facts;
    private final List<Step> steps;
    private final Map<Operand, List<Step>> readers = new HashMap<>();
    private final Set<Operand> kept = new HashSet<>();

    private InStrips(Facts facts, List<Step> steps) {
        this.facts = facts;
        this.steps = steps;
        for (var step : steps) {
            step.reads()
                    .forEach(operand -> readers.computeIfAbsent(operand, _ -> new ArrayList<>())
                            .add(step));
        }
        facts.results.forEach(
                result -> kept.add(Operand.of(facts.storage(result.value().node()))));
    }

    /// Replaces steps that can be done strip by strip, puts them next to each other, and tells which.
    static List<Span> divide(List<Step> steps, Facts facts) {
        var spans = new ArrayList<Span>();
        if (facts.fuse) {
            var strips = new InStrips(facts, steps);
            for (int at = 0; at + Span.STEPS <= steps.size(); at++) {
                var span = strips.at(at);
                if (span != null) {
                    spans.add(span);
                    at = steps.indexOf(span.first()) + Span.STEPS - 1;
                }
            }
        }
        return spans;
    }

    private @Nullable Span at(int at) {
        var first = steps.get(at);
        var second = next(first);
        var third = second == null ? null : next(second);
        if (second == null || third == null) {
            return null;
        }
        int end = steps.indexOf(third);
        var between = steps.subList(at + 1, end).stream()
                .filter(step -> !step.equals(second))
                .toList();
        boolean moves = between.stream().allMatch(InStrips::isOfBatch);
        var a = tile(first);
        var b = tile(second);
        var c = tile(third);
        long near = (long) (a.cGroup() + b.cGroup()) * Math.max(1, facts.batch / 32);
        if (!moves || near < NEAR || a.cGroup() != b.bGroup() || b.cGroup() != c.bGroup()) {
            return null;
        }
        var through = through(a, b, c);
        if (through.isEmpty()) {
            return null;
        }
        var divided = List.of(
                without(first, through.get(0)), without(second, through.get(1)), without(third, through.get(2)));
        var distances =
                through.stream().map(axis -> List.of(0, axis.b(), axis.c())).toList();
        steps.subList(at, end + 1).clear();
        steps.addAll(at, between);
        steps.addAll(at + between.size(), divided);
        var stay = new HashSet<>(first.writes());
        stay.addAll(second.writes());
        return new Span(divided.getFirst(), through.getFirst().extent(), distances, stay);
    }

    private static PatchTile tile(Step step) {
        return (PatchTile) step.kernel().work();
    }

    /// The only reader of what a product with patches makes, if it is one too and reads patches of it.
    private @Nullable Step next(Step step) {
        if (!(step.kernel().work() instanceof PatchTile) || step.operands().size() != 3) {
            return null;
        }
        var made = step.operands().get(2);
        var found = readers.getOrDefault(made, List.of());
        return found.size() == 1
                        && !kept.contains(made)
                        && found.getFirst().kernel().work() instanceof PatchTile
                        && found.getFirst().operands().size() == 3
                        && found.getFirst().operands().get(1).equals(made)
                ? found.getFirst()
                : null;
    }

    private static boolean isOfBatch(Step step) {
        return !step.kernel().perGroup();
    }

    /// The axis in each of the three; empty where there is none.
    private static List<Axis> through(PatchTile a, PatchTile b, PatchTile c) {
        for (var first : a.places()) {
            for (var second : b.places()) {
                for (var third : c.places()) {
                    boolean joins = first.a() == 0
                            && second.a() == 0
                            && third.a() == 0
                            && first.extent() == second.extent()
                            && first.extent() == third.extent()
                            && first.c() == second.b()
                            && second.c() == third.b()
                            && (long) first.c() * first.extent() == a.cGroup()
                            && (long) second.c() * second.extent() == b.cGroup();
                    if (joins && isWithin(b, second) && isWithin(c, third)) {
                        return List.of(first, second, third);
                    }
                }
            }
        }
        return List.of();
    }

    /// Whether all that is read of a strip lies in it.
    private static boolean isWithin(PatchTile tile, Axis along) {
        long least = tile.bFirst();
        long most = tile.bFirst() + 32L;
        var axes = new ArrayList<>(tile.depth());
        axes.addAll(tile.places());
        axes.remove(along);
        for (var axis : axes) {
            long span = (long) axis.b() * (axis.extent() - 1);
            least += Math.min(0, span);
            most += Math.max(0, span);
        }
        return least >= 0 && most <= along.b();
    }

    private static Step without(Step step, Axis axis) {
        var tile = tile(step);
        var places = new ArrayList<>(tile.places());
        places.remove(axis);
        var strip = new PatchTile(
                places, tile.row(), tile.depth(), tile.aFirst(), tile.bFirst(), tile.bGroup(), tile.cGroup());
        var kernel = step.kernel();
        var divided = new Kernel(
                kernel.operands(),
                kernel.scalars(),
                kernel.perGroup(),
                kernel.unitsPerGroup() / axis.extent(),
                kernel.unitCost(),
                strip);
        return new Step(
                divided,
                step.operands(),
                step.uniforms(),
                step.reads(),
                step.writes(),
                step.replaceable(),
                step.nodes(),
                step.origin());
    }

    /// How many strips there is room for in each group: as many workers work at once, at most half of the strips.
    static int room(Span span) {
        return Math.ceilDiv(span.strips(), 2);
    }

    /// The numbers that each group has of what lies between the steps of a span.
    static Map<Operand, Long> sizes(List<Span> spans, List<Step> steps) {
        var sizes = new LinkedHashMap<Operand, Long>();
        for (var span : spans) {
            int at = steps.indexOf(span.first());
            for (int i = 0; i < Span.STEPS - 1; i++) {
                sizes.put(
                        steps.get(at + i).operands().get(2),
                        (long) room(span) * span.distances().get(i).get(2));
            }
        }
        return sizes;
    }
}
