package dev.lanewise.cli.bench;

import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.console.Table;
import dev.lanewise.compiler.emit.Amount;
import dev.lanewise.dsl.source.Span;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Where the time of a step goes, line by line of the network's file. A line is bound by arithmetic or by memory,
/// whichever would take longer at the machine's limit; its share of that limit is the time that it would take there
/// against the time that it took.
public final class RooflineReport {
    private static final int TEXT = 48;

    private final Roofline.Measured measured;
    private final List<Line> lines = new ArrayList<>();

    /// The calls that a line of a file has.
    private record Line(String file, int number, String text, List<Roofline.Spent> calls) {}

    /// What calls took, and what they would take at the machine's limits, in microseconds.
    private record Sum(double micros, double operations, double bytes, double arithmetic, double memory) {
        double limit() {
            return arithmetic + memory;
        }
    }

    public RooflineReport(Roofline.Measured measured) {
        this.measured = measured;
        var found = new LinkedHashMap<String, Line>();
        for (var call : measured.calls()) {
            var span = call.origin().span();
            var file = span.source().name();
            found.computeIfAbsent(
                            file + ":" + span.line(), _ -> new Line(file, span.line(), text(span), new ArrayList<>()))
                    .calls()
                    .add(call);
        }
        lines.addAll(found.values());
        var files = lines.stream().map(Line::file).distinct().toList();
        lines.sort(Comparator.<Line>comparingInt(line -> files.indexOf(line.file()))
                .thenComparingInt(Line::number));
    }

    private static String text(Span span) {
        var source = span.source();
        if (source.name().isEmpty()) {
            return "";
        }
        return source.lineText(span.line()).strip();
    }

    private Sum sum(List<Roofline.Spent> calls) {
        double micros = 0;
        double operations = 0;
        double bytes = 0;
        double arithmetic = 0;
        double memory = 0;
        for (var call : calls) {
            micros += call.micros();
            operations += call.amount().operations();
            bytes += call.amount().bytes();
            double computing = arithmeticMicros(call.amount());
            double moving = memoryMicros(call.amount());
            arithmetic += computing >= moving ? computing : 0;
            memory += computing >= moving ? 0 : moving;
        }
        return new Sum(micros, operations, bytes, arithmetic, memory);
    }

    private double arithmeticMicros(Amount amount) {
        return amount.operations() / measured.peak() / 1e3;
    }

    private double memoryMicros(Amount amount) {
        return amount.bytes() / measured.bandwidth() / 1e3;
    }

    /// With `calls`, below each line its calls of kernels.
    public void print(PrintStream out, boolean calls) {
        out.println(String.format(
                Locale.ROOT,
                "peak %.1f GFLOP/s; memory %.1f GB/s (%s, as a step goes through)",
                measured.peak(),
                measured.bandwidth(),
                Figures.bytes(measured.memory())));
        var table = new Table("line", "us", "of step", "GFLOP/s", "GB/s", "bound by", "of bound", "");
        for (var line : lines) {
            row(table, Integer.toString(line.number()), sum(line.calls()), shortened(line.text()));
            if (calls) {
                for (var call : line.calls()) {
                    row(table, "  k" + call.kernel(), sum(List.of(call)), call.form());
                }
            }
        }
        rest(table, "batch", measured.reading(), "the examples are brought into place");
        rest(table, "other", measured.other(), "");
        table.print(out);
        out.println(String.format(
                Locale.ROOT,
                "a step takes %.1f us here, %.1f us without the clock between its kernels",
                measured.step(),
                measured.untimed()));
    }

    private static String shortened(String text) {
        return text.length() <= TEXT ? text : text.substring(0, TEXT - 3).strip() + "...";
    }

    private void row(Table table, String name, Sum sum, String text) {
        table.row(
                name,
                String.format(Locale.ROOT, "%,.1f", sum.micros()),
                percent(sum.micros() / measured.step()),
                String.format(Locale.ROOT, "%.1f", perNano(sum.operations(), sum)),
                String.format(Locale.ROOT, "%.1f", perNano(sum.bytes(), sum)),
                bound(sum),
                sum.limit() == 0 ? "" : percent(sum.limit() / sum.micros()),
                text);
    }

    private void rest(Table table, String name, double micros, String text) {
        table.row(
                name,
                String.format(Locale.ROOT, "%,.1f", micros),
                percent(micros / measured.step()),
                "",
                "",
                "",
                "",
                text);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /// Operations in a nanosecond are GFLOP/s, bytes are GB/s.
    private static double perNano(double amount, Sum sum) {
        return sum.micros() == 0 ? 0 : amount / sum.micros() / 1e3;
    }

    private static String bound(Sum sum) {
        return sum.limit() == 0 ? "" : sum.arithmetic() >= sum.memory() ? "arithmetic" : "memory";
    }

    public Map<String, Object> toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put("peakGflops", measured.peak());
        json.put("gigabytesPerSecond", measured.bandwidth());
        json.put("memoryBytes", measured.memory());
        json.put("stepMicros", measured.step());
        json.put("stepMicrosUntimed", measured.untimed());
        var list = new ArrayList<Map<String, Object>>();
        for (var line : lines) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("file", line.file());
            fields.put("line", line.number());
            fields.put("text", line.text());
            put(fields, sum(line.calls()));
            var calls = new ArrayList<Map<String, Object>>();
            for (var call : line.calls()) {
                var each = new LinkedHashMap<String, Object>();
                each.put("kernel", call.kernel());
                each.put("of", call.origin().path());
                each.put("form", call.form());
                put(each, sum(List.of(call)));
                calls.add(each);
            }
            fields.put("calls", calls);
            list.add(fields);
        }
        json.put("lines", list);
        json.put("batchMicros", measured.reading());
        json.put("otherMicros", measured.other());
        return json;
    }

    private void put(Map<String, Object> fields, Sum sum) {
        fields.put("micros", sum.micros());
        fields.put("share", sum.micros() / measured.step());
        fields.put("gflops", perNano(sum.operations(), sum));
        fields.put("gigabytesPerSecond", perNano(sum.bytes(), sum));
        fields.put("bound", bound(sum));
        fields.put("ofBound", sum.micros() == 0 ? 0 : sum.limit() / sum.micros());
    }
}
