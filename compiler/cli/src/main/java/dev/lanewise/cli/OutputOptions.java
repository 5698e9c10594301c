package dev.lanewise.cli;

import picocli.CommandLine.Option;

/// What every command takes that prints.
final class OutputOptions {
    static final String HEADING = "%nWhat is printed:%n";

    @Option(names = "--json", description = "Print exactly one JSON object on standard output.")
    boolean json;

    @Option(names = "--quiet", description = "Print results and errors alone.")
    boolean quiet;

    @Option(names = "--verbose", description = "Print more of what goes on, and stack traces of defects.")
    boolean verbose;

    @Option(names = "--warnings-as-errors", description = "Fail when there is a warning.")
    boolean warningsAsErrors;
}
