package dev.lanewise.cli.console;

import picocli.CommandLine.Option;

/// What every command takes that prints.
public final class OutputOptions {
    public static final String HEADING = "%nWhat is printed:%n";

    @Option(names = "--json", description = "Print exactly one JSON object on standard output.")
    public boolean json;

    @Option(names = "--quiet", description = "Print results and errors alone.")
    public boolean quiet;

    @Option(names = "--verbose", description = "Print more of what goes on, and stack traces of defects.")
    public boolean verbose;

    @Option(names = "--warnings-as-errors", description = "Fail when there is a warning.")
    public boolean warningsAsErrors;
}
