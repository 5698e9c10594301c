package dev.lanewise.runtime.train;

import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.model.ModelFile;
import dev.lanewise.runtime.model.ModelInfo;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;

/// What `java -jar MODEL.jar` does. Exit: 0 done, 1 the jar is wrong, 2 the command line is.
public final class JarCommands {

    private static final String USAGE = """
        usage: java -jar MODEL.jar info
        To predict use `lanewise predict`, or load it in an application.\
        """;

    private JarCommands() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    static int run(List<String> arguments) {
        return switch (arguments.isEmpty() ? "info" : arguments.getFirst()) {
            case "info" -> info();
            default -> {
                System.err.println(USAGE);
                yield 2;
            }
        };
    }

    private static int info() {
        try {
            var source = JarCommands.class.getProtectionDomain().getCodeSource();
            if (source == null) {
                throw new ModelException("this network does not lie in a jar");
            }
            for (var info : ModelFile.infos(Path.of(new URI(source.getLocation().toString())))) {
                System.out.print(describe(info));
            }
            return 0;
        } catch (ModelException | URISyntaxException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }

    private static String describe(ModelInfo info) {
        return """
            network     %s
            inputs      %s
            outputs     %s
            targets     %s
            parameters  %,d
            precision   %s
            compiler    %s
            source      %s
            """.formatted(
                        info.network(),
                        ports(info.inputs()),
                        ports(info.outputs()),
                        ports(info.targets()),
                        info.parameters(),
                        info.layout().doublePrecision() ? "f64" : "f32",
                        info.compiler(),
                        info.sourceDigest());
    }

    private static String ports(List<Port> ports) {
        var texts = new StringJoiner(", ").setEmptyValue("none");
        for (var port : ports) {
            texts.add(port.name() + ": " + port.type());
        }
        return texts.toString();
    }
}
