import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Checks that the Java sources below a folder are in the form of palantir-java-format, or with `write` brings them into it.
/// Maven starts it with JDK 25, which the formatter needs to read today's Java; Spotless would run it in Maven's own JVM.
public final class Format {

    private enum Verdict {
        RIGHT,
        WRONG,
        UNREADABLE
    }

    private static final int COLUMNS = 118;
    private static final Pattern DOCUMENTATION = Pattern.compile("(\\s*/// )\\S.*");
    private static final Pattern PROSE = Pattern.compile("(?![-*+] |[0-9]+[.)] |\\||#|```)\\S");

    private final Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .formatJavadoc(false)
            .build());
    private final boolean write;

    private Format(boolean write) {
        this.write = write;
    }

    public static void main(String[] arguments) throws IOException {
        var format = new Format(arguments[0].equals("write"));
        var verdicts = sources(Path.of(arguments[1])).parallelStream().map(format::file).toList();
        if (verdicts.contains(Verdict.UNREADABLE) || !format.write && verdicts.contains(Verdict.WRONG)) {
            System.out.println("To bring all sources into form: mvn -Pformat validate");
            System.exit(1);
        }
    }

    /// The sources below the modules' src folders, in the order of their names; what a build leaves behind is skipped.
    private static List<Path> sources(Path root) throws IOException {
        var found = new ArrayList<Path>();
        try (Stream<Path> walk = Files.find(root, 3, (path, attributes) -> path.endsWith("src") && attributes.isDirectory())) {
            for (var folder : walk.toList()) {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
                }
            }
        }
        return found.stream().sorted().toList();
    }

    private Verdict file(Path file) {
        try {
            var before = Files.readString(file);
            var after = formatter.formatSourceAndFixImports(withNarrowDocumentation(before));
            if (before.equals(after)) {
                return Verdict.RIGHT;
            }
            if (write) {
                Files.writeString(file, after);
                System.out.println("formatted " + file);
            } else {
                System.out.println("not in form: " + file + ":" + firstDifference(before, after));
            }
            return Verdict.WRONG;
        } catch (FormatterException | IOException problem) {
            System.out.println("unreadable: " + file + ": " + problem.getMessage());
            return Verdict.UNREADABLE;
        }
    }

    /// The formatter takes `///` for a line comment and would go on with `//` where it breaks one, so it gets none to break:
    /// the words beyond the last column move to the next line of their paragraph.
    private static String withNarrowDocumentation(String source) {
        var lines = new ArrayList<>(source.lines().toList());
        for (int line = 0; line < lines.size(); line++) {
            var matcher = DOCUMENTATION.matcher(lines.get(line));
            if (!matcher.matches()) {
                continue;
            }
            var prefix = matcher.group(1);
            // The formatter counts the indentation of all lines but the first twice.
            int columns = Math.min(COLUMNS, COLUMNS + 2 - prefix.indexOf('/'));
            if (lines.get(line).length() <= columns) {
                continue;
            }
            int end = lines.get(line).lastIndexOf(' ', columns);
            if (end <= prefix.length()) {
                continue;
            }
            var rest = lines.get(line).substring(end + 1);
            lines.set(line, lines.get(line).substring(0, end));
            if (line + 1 < lines.size() && continues(lines.get(line + 1), prefix)) {
                lines.set(line + 1, prefix + rest + " " + lines.get(line + 1).substring(prefix.length()));
            } else {
                lines.add(line + 1, prefix + rest);
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /// Whether a line is prose that goes on with the paragraph above it: no blank, list, table, heading, code.
    private static boolean continues(String line, String prefix) {
        return line.startsWith(prefix) && line.length() > prefix.length() && PROSE.matcher(line.substring(prefix.length())).lookingAt();
    }

    private static String firstDifference(String before, String after) {
        var found = before.lines().toList();
        var expected = after.lines().toList();
        int line = 0;
        while (line < found.size() && line < expected.size() && found.get(line).equals(expected.get(line))) {
            line++;
        }
        var wanted = line < expected.size() ? expected.get(line) : "(end of file)";
        return (line + 1) + "\n    expected: " + wanted.strip();
    }
}
