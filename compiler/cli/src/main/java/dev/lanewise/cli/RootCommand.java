package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `lanewise` alone shows what there is.
@Command(
        name = "lanewise",
        description = "Compiles networks written in .net files into jars that train and predict.",
        mixinStandardHelpOptions = true,
        versionProvider = RootCommand.Versions.class,
        subcommands = {
            CompileCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            CheckCommand.class,
            TraceCommand.class,
            StatsCommand.class,
            SearchCommand.class,
            WeightsCommand.class,
            GraphCommand.class,
            ExplainCommand.class,
            BenchCommand.class,
            DataCommand.class,
            FormatCommand.class,
            CompletionCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "`lanewise COMMAND --help` tells what a command takes."})
final class RootCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli fills it in
    CommandSpec spec;

    RootCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        CommandLine line = spec.commandLine();
        line.usage(console.err());
        return Exit.USAGE;
    }

    /// What a report of a defect should name.
    static final class Versions implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var own = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "lanewise " + (own == null ? "(development)" : own),
                "java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
                "vector module "
                        + (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() ? "present" : "absent"),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch") + ", "
                        + Runtime.getRuntime().availableProcessors()
                        + " processors, heap of at most "
                        + (Runtime.getRuntime().maxMemory() >> 20) + " MB"
            };
        }
    }
}
