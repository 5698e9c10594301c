package dev.lanewise.dsl.javafn;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ParserConfiguration.LanguageLevel;
import com.github.javaparser.Problem;
import com.github.javaparser.ast.CompilationUnit;
import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Reads the static methods of a Java file whose result is float or double as `fn` declarations, and those of other
/// files that they call, under the name of their class: `Other.scaled`. The spans of their trees lie in the Java
/// files.
public final class JavaFunctions {
    /// Deeper brackets are not given to the parser of Java.
    private static final int DEEPEST = 200;

    private final Function<String, Optional<Source>> files;
    private final Diagnostics diagnostics;
    private final Map<String, Optional<JavaClass>> others = new LinkedHashMap<>();
    private final List<Declaration> fromOthers = new ArrayList<>();

    private JavaFunctions(Function<String, Optional<Source>> files, Diagnostics diagnostics) {
        this.files = files;
        this.diagnostics = diagnostics;
    }

    /// The functions of a file that knows no other.
    public static List<Declaration> read(Source source, Diagnostics diagnostics) {
        return read(source, path -> Optional.empty(), diagnostics);
    }

    /// The functions in the order of the file, then those of other files that they need. A method that cannot be
    /// read is told and left out. `files` finds a file by its path from the folder of this one.
    public static List<Declaration> read(
            Source source, Function<String, Optional<Source>> files, Diagnostics diagnostics) {
        var functions = new JavaFunctions(files, diagnostics);
        var declarations = new ArrayList<Declaration>();
        functions.open(source, "").ifPresent(own -> declarations.addAll(own.all()));
        declarations.addAll(functions.fromOthers);
        return declarations;
    }

    /// A Java name as the language can write it.
    static String name(String java) {
        return switch (java) {
            case "and", "or", "not" -> java + "_";
            default -> java.replace('$', '_');
        };
    }

    /// The class in another file, by the path of that file from the folder of the first.
    Optional<JavaClass> other(String path, String type) {
        var known = others.get(path);
        if (known == null) {
            known = files.apply(path).flatMap(source -> open(source, type + "."));
            others.put(path, known);
        }
        return known;
    }

    /// Keeps a function of another file.
    void add(Declaration declaration) {
        fromOthers.add(declaration);
    }

    private Optional<JavaClass> open(Source source, String prefix) {
        var file = new JavaSource(source, diagnostics);
        int deep = tooDeep(source.text());
        if (deep >= 0) {
            tooLarge(source.span(deep, deep + 1));
            return Optional.empty();
        }
        try {
            return parsed(file).map(unit -> JavaClass.of(file, unit, prefix, this));
        } catch (StackOverflowError e) {
            tooLarge(source.span(0, 0));
            return Optional.empty();
        }
    }

    void tooLarge(Span span) {
        diagnostics.add(Diagnostic.error(JavaCode.TOO_LARGE, span, "this file is nested too deep to be read"));
    }

    /// Where brackets open deeper than the limit, or -1. Texts and comments count, which does no harm.
    private static int tooDeep(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '(', '[', '{' -> depth++;
                case ')', ']', '}' -> depth = Math.max(0, depth - 1);
                default -> {}
            }
            if (depth > DEEPEST) {
                return i;
            }
        }
        return -1;
    }

    private Optional<CompilationUnit> parsed(JavaSource file) {
        var configuration = new ParserConfiguration()
                .setLanguageLevel(LanguageLevel.JAVA_25)
                .setTabSize(1);
        var result = new JavaParser(configuration).parse(file.source().text());
        if (result.isSuccessful()) {
            return result.getResult();
        }
        result.getProblems().forEach(problem -> report(problem, file));
        return Optional.empty();
    }

    private static void report(Problem problem, JavaSource file) {
        var span = problem.getLocation()
                .flatMap(location -> location.toRange())
                .map(file::span)
                .orElse(file.source().span(0, 0));
        var message = problem.getMessage().lines().findFirst().orElse("");
        int expected = message.indexOf(", expected");
        file.diagnostics()
                .add(Diagnostic.error(
                        JavaCode.SYNTAX,
                        span,
                        "this is not Java",
                        Note.note(expected > 0 ? message.substring(0, expected) : message)));
    }
}
