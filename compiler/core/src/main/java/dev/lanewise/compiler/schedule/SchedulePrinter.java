package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.runtime.model.Layout;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// A program as text: weights, then for each entry its calls with the buffers they touch, and its memory. `|` marks a
/// barrier before a call.
public final class SchedulePrinter {
    private final LoopProgram program;
    private final StringBuilder out = new StringBuilder();

    private SchedulePrinter(LoopProgram program) {
        this.program = program;
    }

    public static String print(LoopProgram program) {
        var printer = new SchedulePrinter(program);
        printer.print();
        return printer.out.toString();
    }

    private void print() {
        var layout = program.layout();
        line("batch arena " + layout.batchArena() + ", kernels "
                + program.kernels().size() + ", uniforms " + program.uniforms().size());
        for (var slot : layout.weights()) {
            line("weight " + slot.name() + " " + slot.shape() + " at " + slot.offset());
        }
        for (int i = 0; i < layout.entries().size(); i++) {
            entry(layout.entries().get(i), program.entries().get(i));
        }
    }

    private void line(String text) {
        out.append(text).append('\n');
    }

    private void entry(Layout.Entry layout, LoopProgram.Entry entry) {
        var names = names(layout);
        line("");
        line("entry " + layout.name() + ": " + entry.calls().size() + " calls, example arena " + layout.exampleArena());
        for (int c = 0; c < entry.calls().size(); c++) {
            turns(entry, c, names);
            strips(entry, c, names);
            var call = entry.calls().get(c);
            var buffers = call.buffers().stream()
                    .map(b -> b < 0 ? "scratch" : names.getOrDefault(b, "b" + b))
                    .collect(Collectors.joining(", "));
            var uniforms = call.uniforms().stream().map(u -> ", u" + u).collect(Collectors.joining());
            var kernel = program.kernels().get(call.kernel());
            line((call.barrier() ? "| " : "  ") + "k" + call.kernel() + " " + form(kernel) + "(" + buffers + uniforms
                    + ")"
                    + (call.origin().path().isEmpty()
                            ? ""
                            : "  // " + call.origin().path()));
        }
        for (int i = 0; i < layout.buffers().size(); i++) {
            var buffer = layout.buffers().get(i);
            line("  " + names.getOrDefault(i, "b" + i) + ": " + (buffer.perExample() ? "examples " : "batch ")
                    + buffer.size() + " at " + buffer.offset());
        }
    }

    private void turns(LoopProgram.Entry entry, int call, Map<Integer, String> names) {
        for (var turns : entry.turns()) {
            if (turns.first() == call) {
                var stay = turns.stay().stream()
                        .map(b -> names.getOrDefault(b, "b" + b))
                        .toList();
                line("  " + (turns.end() - turns.first()) + " calls in turns, groups at a time: " + turns.groups()
                        + (stay.isEmpty() ? "" : ", in place: " + String.join(", ", stay)));
            }
        }
    }

    private void strips(LoopProgram.Entry entry, int call, Map<Integer, String> names) {
        for (var strips : entry.strips()) {
            if (strips.first() == call) {
                var stay = strips.stay().stream()
                        .map(b -> names.getOrDefault(b, "b" + b))
                        .collect(Collectors.joining(", "));
                line("  " + (strips.end() - strips.first()) + " calls in " + strips.count() + " strips, in place: "
                        + stay);
            }
        }
    }

    private Map<Integer, String> names(Layout.Entry layout) {
        var names = new HashMap<Integer, String>();
        for (var feed : layout.feeds()) {
            names.put(feed.buffer(), feed.port());
        }
        for (var slot : program.layout().weights()) {
            for (int i = 0; i < layout.buffers().size(); i++) {
                var buffer = layout.buffers().get(i);
                if (!buffer.perExample() && buffer.offset() == slot.offset()) {
                    names.put(i, slot.name());
                }
            }
        }
        for (var fetch : layout.fetches()) {
            names.putIfAbsent(fetch.buffer(), fetch.role() + ":" + fetch.name());
        }
        return names;
    }

    private static String form(Kernel kernel) {
        return switch (kernel.work()) {
            case Kernel.Nest _ -> "nest";
            case Kernel.LaneTile tile -> "tile[" + kernel.unitsPerGroup() + "x" + tile.depth() + "]";
            case Kernel.ExampleTile tile -> "over-examples[" + kernel.unitsPerGroup() + "x" + tile.columns() + "]";
            case Kernel.RunTile tile -> "over-runs[" + kernel.unitsPerGroup() + "x" + tile.columns() + "]";
            case Kernel.PatchTile tile ->
                "patches[" + kernel.unitsPerGroup() + "x" + tile.row().extent() + "x" + tile.products() + "]";
            case Kernel.RowTile tile -> "rows[" + kernel.unitsPerGroup() + "x" + tile.columns() + "]";
            case Kernel.Rearrange move -> "to-" + move.to().name().toLowerCase(Locale.ROOT);
            case Kernel.ToRuns _ -> "to-runs";
            case Kernel.ClearPadding _ -> "clear";
        };
    }
}
