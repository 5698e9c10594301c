package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.Rejected;
import dev.lanewise.cli.console.Report;
import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.runtime.DivergedException;
import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.data.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns whatever ended a command into messages and an exit code. A stack trace is shown with `--verbose` alone.
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final Console console;

    Failures(Console console) {
        this.console = console;
    }

    @Override
    public int handleParseException(ParameterException exception, String[] arguments) {
        var err = console.err();
        err.println("lanewise: " + said(exception));
        if (exception instanceof UnmatchedArgumentException unmatched) {
            near(unmatched).ifPresent(name -> err.println("  did you mean " + name + "?"));
        }
        err.println(
                "  `" + exception.getCommandLine().getCommandSpec().qualifiedName() + " --help` lists what it takes");
        return Exit.USAGE;
    }

    private static String said(ParameterException exception) {
        if (exception instanceof UnmatchedArgumentException unmatched) {
            var first = unmatched.getUnmatched().getFirst();
            boolean isCommand = !first.startsWith("-")
                    && !unmatched.getCommandLine().getSubcommands().isEmpty();
            return first.startsWith("-")
                    ? "there is no option " + first
                    : isCommand ? "there is no command " + first : "one argument too many: " + first;
        }
        var message = firstLine(exception);
        if (message.contains("KEY=VALUE")) {
            return message.replaceFirst(".*'(--\\w+)'.*was (.*)", "$1 $2: expected NAME=VALUE");
        }
        var missing = exception instanceof MissingParameterException parameters
                ? parameters.getMissing().getFirst()
                : null;
        if (missing != null) {
            return missing instanceof OptionSpec option
                    ? "expected " + option.longestName() + " " + option.paramLabel()
                    : "no " + missing.paramLabel() + " is given";
        }
        if (exception.getValue() == null || !(exception.getArgSpec() instanceof OptionSpec option)) {
            return message;
        }
        var words = option.typeInfo().isEnum()
                ? String.join(", ", option.typeInfo().getEnumConstantNames()).toLowerCase(Locale.ROOT)
                : List.of(Integer.class, Long.class, int.class, long.class).contains(option.type())
                        ? "a whole number"
                        : "a number";
        return option.longestName() + " " + exception.getValue() + ": expected " + words;
    }

    /// The command or option that was probably meant.
    private static Optional<String> near(UnmatchedArgumentException unmatched) {
        var line = unmatched.getCommandLine();
        var known = new ArrayList<>(line.getSubcommands().keySet());
        line.getCommandSpec().options().forEach(option -> known.addAll(List.of(option.names())));
        return Names.nearest(unmatched.getUnmatched().getFirst(), known);
    }

    /// What no command can foresee: memory at its end, or a defect.
    int error(Error error, String... arguments) {
        var given = List.of(arguments);
        boolean json = given.contains("--json");
        int exit = error instanceof OutOfMemoryError
                ? tell(
                        Exit.WRONG_INPUT,
                        "memory does not suffice",
                        "give the JVM more: LANEWISE_JAVA_OPTIONS=-Xmx8g",
                        json)
                : defect(error.toString(), json);
        if (given.contains("--verbose")) {
            error.printStackTrace(console.err());
        }
        return exit;
    }

    @Override
    public int handleExecutionException(Exception exception, CommandLine line, ParseResult parsed) {
        var arguments = parsed.expandedArgs();
        boolean json = arguments.contains("--json");
        int exit = describe(exception, json);
        if (arguments.contains("--verbose")) {
            exception.printStackTrace(console.err());
        }
        return exit;
    }

    private int describe(Exception exception, boolean json) {
        return switch (exception) {
            case Rejected rejected -> {
                new Report(console).print(rejected.diagnostics(), json);
                yield Exit.WRONG_INPUT;
            }
            case Failure failure -> tell(failure.exit(), firstLine(failure), failure.remedy(), json);
            case DataException data -> tell(Exit.WRONG_INPUT, firstLine(data), remedy(data), json);
            case DivergedException diverged ->
                tell(Exit.WRONG_OUTCOME, firstLine(diverged), "a lower rate is the usual remedy", json);
            case ModelException model -> tell(Exit.WRONG_INPUT, firstLine(model), "", json);
            case NoSuchFileException missing ->
                tell(Exit.WRONG_INPUT, missing.getFile() + ": there is no such file", "", json);
            case IOException _, UncheckedIOException _ -> tell(Exit.WRONG_INPUT, exception.toString(), "", json);
            case CompilerBug bug -> {
                console.err().println(bug.getMessage());
                yield defect("the compiler broke one of its own rules (above)", json);
            }
            default -> defect(exception.toString(), json);
        };
    }

    private static String remedy(DataException data) {
        var near = Names.nearest(data.missed(), data.known());
        return near.isEmpty() ? data.hint() : data.hint().replace("NAME says which", near.get() + " says that this");
    }

    private int defect(String what, boolean json) {
        return tell(
                Exit.DEFECT,
                "this is a defect of Lanewise: " + what,
                "please report it with the file, the command and the output of `lanewise --version` and of the command"
                        + " with --verbose",
                json);
    }

    private int tell(int exit, String message, String remedy, boolean json) {
        if (json && exit != Exit.USAGE) {
            console.printJson(Map.of("diagnostics", List.of(fileless(message, remedy))));
        }
        console.err().println("lanewise: " + message);
        if (!remedy.isEmpty()) {
            console.err().println("  " + remedy);
        }
        return exit;
    }

    /// A diagnostic that stands in no source file.
    private static Map<String, Object> fileless(String message, String hint) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("severity", "error");
        fields.put("code", "environment");
        fields.put("file", "");
        fields.put("line", 0);
        fields.put("column", 0);
        fields.put("message", message);
        fields.put("hint", hint);
        return fields;
    }

    static String firstLine(Throwable exception) {
        var message = exception.getMessage();
        return message == null
                ? exception.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
