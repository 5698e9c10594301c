package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/// The entry point of the program `lanewise`.
public final class Main {
    /// The lines below the options are written in lines of up to 105 characters.
    private static final int HELP_WIDTH = 110;

    private Main() {}

    public static void main(String[] arguments) {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int exit = run(out, err, arguments);
        out.flush();
        err.flush();
        System.exit(exit);
    }

    /// Runs one command line and gives its exit code.
    public static int run(PrintStream out, PrintStream err, String... arguments) {
        var console = Console.of(out, err);
        var failures = new Failures(console);
        var line = new CommandLine(RootCommand.class, new Commands(console));
        line.setUsageHelpWidth(HELP_WIDTH);
        line.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().usageMessage().abbreviateSynopsis(true));
        line.setOut(new java.io.PrintWriter(out, true, StandardCharsets.UTF_8));
        line.setErr(new java.io.PrintWriter(err, true, StandardCharsets.UTF_8));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(console.colour() ? Ansi.ON : Ansi.OFF));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setAbbreviatedOptionsAllowed(false);
        line.setOverwrittenOptionsAllowed(true);
        line.setParameterExceptionHandler(failures);
        line.setExecutionExceptionHandler(failures);
        try {
            return line.execute(arguments);
        } catch (Error error) {
            return failures.error(error, arguments);
        }
    }
}
