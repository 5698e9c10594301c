package dev.lanewise.cli.explain;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.console.Table;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Operations;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.loops.Statement;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.train.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What the compiler chose for a network: first values and why, what a step costs, which work became which kernels,
/// and the memory that it runs in.
public record ExplainedNetwork(CompiledNetwork compiled, ExplainedSignals signals) {

    /// One call of a kernel in an entry: where it comes from, what form its work has, and how many operations on
    /// single numbers are in it.
    private record Work(int kernel, String form, int operations, Origin origin) {}

    public void print(Console console) {
        var model = compiled.compilation().model();
        var program = compiled.compilation().program();
        console.print(model.name() + ": " + Figures.count(model.parameterCount()) + " parameters, "
                + (model.train().doublePrecision() ? "double" : "single") + " precision");
        console.print("");
        weights().print(console.out());
        console.print("");
        if (!signals.signals().layers().isEmpty()) {
            signals.print(console);
            console.print("");
        }
        int batch = model.train().batch();
        console.print("operations of the contractions: " + figure(Operations.ofContractions(prediction(), 1))
                + " for a prediction, " + figure(Operations.ofContractions(step(), batch)) + " for a step on " + batch
                + " examples");
        console.print("");
        var work = work(program, Layout.TRAIN);
        if (!work.isEmpty()) {
            console.print("a step: " + step().nodes().size() + " nodes of the graph became " + work.size()
                    + " calls of kernels");
            table(work).print(console.out());
            console.print("");
        }
        var predicted = work(program, Layout.PREDICT);
        console.print("a prediction: " + predicted.size() + " calls of kernels; "
                + program.kernels().size() + " kernels in all");
        console.print("");
        console.print("memory: " + Figures.bytes(weightBytes()) + " weights, " + Figures.bytes(exampleBytes(batch))
                + " values of " + batch + " examples in training, " + Figures.bytes(batchBytes())
                + " gradients and temporaries");
    }

    private Graph step() {
        return compiled.compilation().step();
    }

    private Graph prediction() {
        return compiled.compilation().prediction();
    }

    private Table weights() {
        var table = new Table("weight", "shape", "line", "first value");
        for (var weight : compiled.compilation().model().weights()) {
            if (weight.kind() != Weight.Kind.OPTIMIZER) {
                table.row(
                        weight.name(),
                        weight.shape().toString(),
                        line(weight.origin()),
                        weight.initialiser() + (weight.frozen() ? " (frozen)" : ""));
            }
        }
        return table;
    }

    private static Table table(List<Work> work) {
        var table = new Table("kernel", "of", "line", "work");
        for (var each : work) {
            table.row("k" + each.kernel(), each.origin().path(), line(each.origin()), described(each));
        }
        return table;
    }

    private static String described(Work work) {
        var count = work.operations();
        return work.form() + (count == 0 ? "" : ", with " + count + (count == 1 ? " operation" : " operations"));
    }

    private static String line(Origin origin) {
        return origin.span().source().name().isEmpty()
                ? ""
                : Integer.toString(origin.span().line());
    }

    private static List<Work> work(LoopProgram program, int entry) {
        var work = new ArrayList<Work>();
        for (var call : program.entries().get(entry).calls()) {
            var kernel = program.kernels().get(call.kernel());
            work.add(new Work(call.kernel(), form(kernel), operations(kernel.work()), call.origin()));
        }
        return work;
    }

    /// What a kernel does, in words.
    public static String form(Kernel kernel) {
        return switch (kernel.work()) {
            case Kernel.Nest _ -> "loops";
            case Kernel.LaneTile tile ->
                "product in register tiles, " + kernel.unitsPerGroup() + " rows of depth " + tile.depth();
            case Kernel.ExampleTile tile ->
                "product over the examples, " + kernel.unitsPerGroup() + " by " + tile.columns();
            case Kernel.RunTile tile ->
                "product over the places of the examples, " + kernel.unitsPerGroup() + " by " + tile.columns();
            case Kernel.PatchTile tile ->
                "product of " + tile.row().extent() + " rows with " + kernel.unitsPerGroup() + " patches of depth "
                        + tile.products();
            case Kernel.RowTile tile -> "product of rows of " + tile.columns();
            case Kernel.Rearrange _, Kernel.ToRuns _ -> "transposition of the examples";
            case Kernel.ClearPadding _ -> "zeros for missing examples";
        };
    }

    private static int operations(Kernel.Work work) {
        return switch (work) {
            case Kernel.Nest(var body) -> statements(body);
            case Kernel.LaneTile tile -> statements(tile.store());
            case Kernel.PatchTile _,
                    Kernel.ExampleTile _,
                    Kernel.RunTile _,
                    Kernel.RowTile _,
                    Kernel.Rearrange _,
                    Kernel.ToRuns _,
                    Kernel.ClearPadding _ -> 0;
        };
    }

    private static int statements(List<Statement> body) {
        return body.stream().mapToInt(ExplainedNetwork::operations).sum();
    }

    private static int operations(Statement statement) {
        return switch (statement) {
            case Statement.For loop -> statements(loop.body());
            case Statement.Groups loop -> statements(loop.body());
            case Statement.Vector loop -> statements(loop.body());
            case Statement.Let let -> operations(let.value());
            case Statement.Set set -> operations(set.value());
            case Statement.Store store -> operations(store.value());
            case Statement.Tree _ -> 1;
        };
    }

    private static int operations(Expression expression) {
        return switch (expression) {
            case Expression.Apply(var _, var arguments) ->
                1 + arguments.stream().mapToInt(ExplainedNetwork::operations).sum();
            case Expression.WhereReal where -> operations(where.value());
            case Expression.Within within -> operations(within.value());
            case Expression.Gather gather -> operations(gather.row());
            case Expression.Draw _ -> 1;
            case Expression.Constant _,
                    Expression.Temporary _,
                    Expression.Load _,
                    Expression.Splat _,
                    Expression.Scalar _,
                    Expression.Position _ -> 0;
        };
    }

    private static String figure(long operations) {
        return operations < 1_000_000
                ? Figures.count(operations)
                : operations < 1_000_000_000
                        ? String.format(Locale.ROOT, "%.1f million", operations / 1e6)
                        : String.format(Locale.ROOT, "%.2f billion", operations / 1e9);
    }

    private int bytesPerNumber() {
        return compiled.compilation().model().train().doublePrecision() ? Double.BYTES : Float.BYTES;
    }

    private long weightBytes() {
        return compiled.compilation().model().weights().stream()
                        .mapToLong(w -> w.shape().size())
                        .sum()
                * bytesPerNumber();
    }

    private long exampleBytes(int batch) {
        var entry = compiled.info().layout().entries().get(Layout.TRAIN);
        return entry.exampleArena() * Math.ceilDiv(batch, Session.LANES) * bytesPerNumber();
    }

    private long batchBytes() {
        return Math.max(0, compiled.info().layout().batchArena() * bytesPerNumber() - weightBytes());
    }

    public Map<String, Object> toJson() {
        var model = compiled.compilation().model();
        int batch = model.train().batch();
        var json = new LinkedHashMap<String, Object>();
        json.put("network", model.name());
        json.put("parameters", model.parameterCount());
        var weights = new ArrayList<Map<String, Object>>();
        for (var weight : model.weights()) {
            if (weight.kind() != Weight.Kind.OPTIMIZER) {
                var fields = new LinkedHashMap<String, Object>();
                fields.put("name", weight.name());
                fields.put("shape", weight.shape().extents());
                fields.put("line", weight.origin().span().line());
                fields.put("initialiser", weight.initialiser());
                fields.put("frozen", weight.frozen());
                weights.add(fields);
            }
        }
        json.put("weights", weights);
        json.put("layers", signals.toJson());
        json.put("inputsFromData", signals.fromData());
        json.put("predictionOperations", Operations.ofContractions(prediction(), 1));
        json.put("stepOperations", Operations.ofContractions(step(), batch));
        json.put("batch", batch);
        json.put("nodes", step().nodes().size());
        var calls = new ArrayList<Map<String, Object>>();
        for (var each : work(compiled.compilation().program(), Layout.TRAIN)) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("kernel", each.kernel());
            fields.put("of", each.origin().path());
            fields.put("line", each.origin().span().line());
            fields.put("form", each.form());
            fields.put("operations", each.operations());
            calls.add(fields);
        }
        json.put("calls", calls);
        json.put("kernels", compiled.compilation().program().kernels().size());
        var memory = new LinkedHashMap<String, Object>();
        memory.put("weights", weightBytes());
        memory.put("examples", exampleBytes(batch));
        memory.put("temporaries", batchBytes());
        json.put("memory", memory);
        return json;
    }
}
