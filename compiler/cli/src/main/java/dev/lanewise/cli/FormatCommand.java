package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.console.Rejected;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.dsl.syntax.Formatter;
import dev.lanewise.dsl.syntax.Parser;
import dev.lanewise.runtime.model.ModelFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise format FILE.net... [--check]`
@Command(name = "format", description = "Brings .net files into the canonical form.", mixinStandardHelpOptions = true)
final class FormatCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    OutputOptions output = new OutputOptions();

    @Parameters(paramLabel = "FILE.net", arity = "1..*", description = "The files, changed in place.")
    List<Path> files = List.of();

    @Option(
            names = "--check",
            description = "Change nothing; name the files that are not in form, and fail when there is one.")
    boolean check;

    FormatCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        int exit = Exit.DONE;
        for (var file : files) {
            var diagnostics = new Diagnostics();
            var source = SourceReader.read(file, file.toString(), diagnostics);
            var tree = Parser.parse(source, diagnostics);
            if (diagnostics.hasErrors()) {
                throw new Rejected(diagnostics.all());
            }
            var formatted = Formatter.format(tree);
            if (formatted.equals(source.text())) {
                continue;
            }
            if (check) {
                console.print(file + ": not in the canonical form");
                exit = Exit.WRONG_OUTCOME;
            } else {
                ModelFile.writeWhole(file, out -> out.write(formatted.getBytes(StandardCharsets.UTF_8)));
                console.tell(output, file + ": formatted");
            }
        }
        return exit;
    }
}
