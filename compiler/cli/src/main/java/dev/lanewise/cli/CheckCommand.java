package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.console.Table;
import dev.lanewise.cli.network.DataSelection;
import dev.lanewise.cli.network.Fitted;
import dev.lanewise.cli.network.InterpretedStepping;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.cli.network.Recompiled;
import dev.lanewise.cli.network.TrainingData;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.CompiledStep;
import dev.lanewise.compiler.check.GradientReport;
import dev.lanewise.compiler.check.NetworkCheck;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.dsl.syntax.Allow;
import dev.lanewise.dsl.syntax.SourceFile;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Subset;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.random.CounterRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise check MODEL.net`
@Command(
        name = "check",
        description = "Compares the gradients with differences, and checks whether the network can learn at all.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "The gradients are those of the compiled network in double precision: at the start, again after a burn-in",
            "of training steps, and at lively weights (scaled and moved so that no unit sleeps and none is 0).",
            "Relative error: great up to 1e-7, good up to 1e-5, suspect up to 1e-2, wrong above.",
            "",
            "Sanity checks, each where it applies:",
            "  compiled        compiled code and the interpreter compute the same",
            "  pretraining     the gradients that layers are pretrained by are those of differences",
            "  chance          fresh weights know nothing: the loss is the logarithm of the number of classes",
            "  regularisation  a larger penalty on the weights raises the loss",
            "  overfit         20 examples are learned by heart, without penalties and draws",
            "  input           with the input taken away, the loss is worse",
            "",
            "A comment `// allow: check-overfit` in the network lets that check (or check-gradients) fail;",
            "learning by heart is then tried for a few steps only.",
            "The data are those of the train block; without any, made-up ones. Exit code 3 when a check fails."
        })
final class CheckCommand implements Callable<Integer> {
    /// Enough for a steady mean of the loss; gradients and learning by heart take fewer of them.
    private static final int EXAMPLES = 256;
    private static final String ALLOWED = "check-";

    private final Console console;

    @Parameters(paramLabel = "MODEL", description = "The network: MODEL.net or MODEL.jar.")
    Path model = Path.of("");

    @Option(
            names = "--h",
            paramLabel = "STEP",
            defaultValue = "1e-5",
            description = "The step of the differences that is tried first (default: ${DEFAULT-VALUE}).")
    double step;

    @Option(
            names = "--burn-in",
            paramLabel = "N",
            defaultValue = "10",
            description = "Training steps before gradients are compared again (default: ${DEFAULT-VALUE}).")
    int burnIn;

    @ArgGroup(validate = false, heading = DataSelection.HEADING, order = 1)
    DataSelection selection = new DataSelection();

    @ArgGroup(validate = false, heading = ModelOptions.HEADING, order = 3)
    ModelOptions options = new ModelOptions();

    @ArgGroup(validate = false, heading = OutputOptions.HEADING, order = 5)
    OutputOptions output = new OutputOptions();

    CheckCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!(step > 0 && step < 1) || burnIn < 0) {
            throw Failure.usage("--h is a number between 0 and 1, --burn-in at least 0", "");
        }
        var compiled = new Recompiled(new Models(console, output))
                .of(model, options, o -> o.with("train.precision", "f64").keeping(Set.of(Role.GRADIENT)));
        if (compiled.compilation().step().results().isEmpty()) {
            return nothing(compiled);
        }
        var data = data(compiled);
        if (options.load == null && !Models.isJar(model)) {
            Fitted.fit(compiled.network(), data);
        }
        long seed = compiled.info().train().seed();
        var batch = sample(data, seed);
        var allowed = new Allowances(compiled.compilation().syntax());
        try (var compiledStep = new CompiledStep(compiled)) {
            var found = NetworkCheck.of(
                    compiled.compilation().model(),
                    InterpretedStepping.bindings(compiled, batch).withWeights(InterpretedStepping.weights(compiled)),
                    new NetworkCheck.Settings(step, burnIn, allowed.has("overfit")),
                    compiledStep,
                    variant -> CompiledStep.of(compiled, variant));
            return report(compiled, found, allowed);
        }
    }

    private int nothing(CompiledNetwork compiled) {
        if (output.json) {
            var json = new LinkedHashMap<String, Object>();
            json.put("network", compiled.info().network());
            json.put("passed", true);
            json.put("gradients", List.of());
            json.put("worst", 0.0);
            json.put("sanity", List.of());
            console.printJson(json);
        } else {
            console.print(compiled.info().network() + ": no loss, so there is nothing to check");
        }
        return Exit.DONE;
    }

    /// The data of the command line or the train block, else made-up examples.
    private Dataset data(CompiledNetwork compiled) {
        var info = compiled.info();
        if (selection.data.isEmpty() && info.train().data().isEmpty()) {
            return DataSource.open(
                    "normal:" + EXAMPLES,
                    Path.of(""),
                    info.inputs(),
                    info.targets(),
                    DataOptions.DEFAULT.withSeed(info.train().seed()));
        }
        return TrainingData.open(
                        info, Models.folder(model), selection, info.train().seed())
                .training();
    }

    /// Examples from everywhere, since files are often sorted by classes.
    private static Dataset sample(Dataset data, long seed) {
        int[] order = CounterRandom.permutation(seed, 1, data.size());
        return new Subset(data, Arrays.copyOf(order, Math.min(EXAMPLES, order.length)));
    }

    private int report(CompiledNetwork compiled, NetworkCheck found, Allowances allowed) {
        boolean gradients = found.gradients().stream().allMatch(GradientReport::passed) || allowed.has("gradients");
        boolean sane = found.sanity().stream().allMatch(f -> f.passed() || allowed.has(f.check()));
        boolean passed = gradients && sane;
        if (output.json) {
            console.printJson(json(compiled, found, allowed, passed));
        } else {
            text(compiled, found, allowed, passed);
        }
        return passed ? Exit.DONE : Exit.WRONG_OUTCOME;
    }

    /// Checks that the network's file lets fail.
    private record Allowances(SourceFile file) {
        boolean has(String check) {
            return file.allows().stream().map(Allow::code).anyMatch(code -> code.equals(ALLOWED + check));
        }
    }

    /// One parameter at every point.
    private record Points(GradientReport.Line start, GradientReport.Line later, GradientReport.Line lively) {
        GradientReport.Line worst() {
            return Stream.of(start, later, lively)
                    .max(Comparator.comparingDouble(GradientReport.Line::error))
                    .orElseThrow();
        }
    }

    private static List<Points> points(NetworkCheck found) {
        var points = new ArrayList<Points>();
        for (int i = 0; i < found.start().parameters().size(); i++) {
            points.add(new Points(
                    found.start().parameters().get(i),
                    found.later().parameters().get(i),
                    found.lively().parameters().get(i)));
        }
        points.add(new Points(
                found.start().all(), found.later().all(), found.lively().all()));
        return points;
    }

    private static String verdict(GradientReport.Line line) {
        return line.verdict().name().toLowerCase(Locale.ROOT);
    }

    private Map<String, Object> json(CompiledNetwork compiled, NetworkCheck found, Allowances allowed, boolean passed) {
        var json = new LinkedHashMap<String, Object>();
        json.put("network", compiled.info().network());
        json.put("passed", passed);
        var gradients = new ArrayList<Map<String, Object>>();
        for (var point : points(found)) {
            var line = point.worst();
            var fields = new LinkedHashMap<String, Object>();
            fields.put("parameter", line.parameter());
            fields.put("relativeError", line.relativeError());
            fields.put("directional", line.directional());
            fields.put("verdict", verdict(line));
            fields.put("elements", line.elements());
            fields.put("kinks", line.kinks());
            var worst = new LinkedHashMap<String, Object>();
            worst.put("index", line.index());
            worst.put("analytic", line.analytic());
            worst.put("numeric", line.numeric());
            fields.put("worst", worst);
            fields.put("start", point.start().relativeError());
            fields.put("afterBurnIn", point.later().relativeError());
            fields.put("lively", point.lively().relativeError());
            gradients.add(fields);
        }
        json.put("gradients", gradients);
        json.put("worst", found.worst());
        var sanity = new ArrayList<Map<String, Object>>();
        for (var finding : found.sanity()) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("check", finding.check());
            fields.put("passed", finding.passed());
            fields.put("expected", finding.expected());
            fields.put("measured", finding.measured());
            if (!finding.passed() && allowed.has(finding.check())) {
                fields.put("allowed", true);
            }
            sanity.add(fields);
        }
        json.put("sanity", sanity);
        return json;
    }

    private void text(CompiledNetwork compiled, NetworkCheck found, Allowances allowed, boolean passed) {
        var table =
                new Table("gradient of", "relative error", "after burn-in", "lively", "elements", "kinks", "verdict");
        for (var point : points(found)) {
            var line = point.worst();
            table.row(
                    line.parameter(),
                    error(point.start().error()),
                    error(point.later().error()),
                    error(point.lively().error()),
                    Integer.toString(line.elements()),
                    Integer.toString(line.kinks()),
                    verdict(line)
                            + (line.verdict().compareTo(GradientReport.Verdict.GOOD) <= 0
                                    ? ""
                                    : String.format(
                                            Locale.ROOT,
                                            ": element %d is %.6g, differences say %.6g",
                                            line.index(),
                                            line.analytic(),
                                            line.numeric())));
        }
        table.print(console.out());
        if (!found.sanity().isEmpty()) {
            console.print("");
            var checks = new Table("check", "passed", "expected", "measured");
            for (var finding : found.sanity()) {
                checks.row(
                        finding.check(),
                        finding.passed() ? "yes" : allowed.has(finding.check()) ? "no (allowed)" : "no",
                        finding.expected(),
                        finding.measured());
            }
            checks.print(console.out());
        }
        console.print("");
        console.print(compiled.info().network() + (passed ? ": passed" : ": failed") + ", worst relative error "
                + error(found.worst()));
    }

    private static String error(double error) {
        return error == 0 ? "0" : String.format(Locale.ROOT, "%.1e", error);
    }
}
