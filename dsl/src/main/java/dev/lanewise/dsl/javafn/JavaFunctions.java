package dev.lanewise.dsl.javafn;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ParserConfiguration.LanguageLevel;
import com.github.javaparser.Problem;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.Parameter;
import com.github.javaparser.ast.type.PrimitiveType;
import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.javafn.Value.Kind;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Body;
import dev.lanewise.dsl.syntax.Declaration.Definition;
import dev.lanewise.dsl.syntax.Declaration.Formula;
import dev.lanewise.dsl.syntax.Documentation;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Identifier;
import dev.lanewise.dsl.syntax.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads the static methods of a Java file whose result is float or double as `fn` declarations. The spans of their
/// trees lie in the Java file.
public final class JavaFunctions {
    /// Deeper brackets are not given to the parser of Java.
    private static final int DEEPEST = 200;

    private final JavaSource file;

    private JavaFunctions(JavaSource file) {
        this.file = file;
    }

    /// The functions in the order of the file. A method that cannot be read is told and left out.
    public static List<Declaration> read(Source source, Diagnostics diagnostics) {
        return new JavaFunctions(new JavaSource(source, diagnostics)).declarations();
    }

    /// A Java name as the language can write it.
    static String name(String java) {
        return switch (java) {
            case "and", "or", "not" -> java + "_";
            default -> java.replace('$', '_');
        };
    }

    private List<Declaration> declarations() {
        int deep = tooDeep(file.source().text());
        if (deep >= 0) {
            tooLarge(file.source().span(deep, deep + 1));
            return List.of();
        }
        try {
            return parsed().map(this::declarations).orElse(List.of());
        } catch (StackOverflowError e) {
            tooLarge(file.source().span(0, 0));
            return List.of();
        }
    }

    private void tooLarge(Span span) {
        file.diagnostics().add(Diagnostic.error(JavaCode.TOO_LARGE, span, "this file is nested too deep to be read"));
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

    private Optional<CompilationUnit> parsed() {
        var configuration = new ParserConfiguration()
                .setLanguageLevel(LanguageLevel.JAVA_25)
                .setTabSize(1);
        var result = new JavaParser(configuration).parse(file.source().text());
        if (result.isSuccessful()) {
            return result.getResult();
        }
        result.getProblems().forEach(this::report);
        return Optional.empty();
    }

    private void report(Problem problem) {
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

    private List<Declaration> declarations(CompilationUnit unit) {
        var methods = new ArrayList<MethodDeclaration>();
        var others = new HashSet<String>();
        var fields = new HashSet<String>();
        var functions = new LinkedHashMap<String, Integer>();
        for (var type : unit.getTypes()) {
            for (var method : type.getMethods()) {
                if (isFunction(method)) {
                    methods.add(method);
                    functions.putIfAbsent(
                            method.getNameAsString(), method.getParameters().size());
                } else {
                    others.add(method.getNameAsString());
                }
            }
            type.getFields()
                    .forEach(field -> field.getVariables().forEach(variable -> fields.add(variable.getNameAsString())));
        }
        boolean imported = unit.getImports().stream()
                .anyMatch(line -> line.isStatic()
                        && (line.getNameAsString().startsWith("java.lang.Math")
                                || line.getNameAsString().startsWith("java.lang.StrictMath")));
        var types = unit.getTypes().stream().map(type -> type.getNameAsString()).collect(Collectors.toSet());
        var scope = new Scope(functions, others, fields, types, imported);
        var declarations = new ArrayList<Declaration>();
        var seen = new HashSet<String>();
        for (var method : methods) {
            boolean fresh = seen.add(method.getNameAsString());
            read(method, fresh, scope).ifPresent(declarations::add);
        }
        return declarations;
    }

    private Optional<Declaration> read(MethodDeclaration method, boolean fresh, Scope scope) {
        try {
            if (!fresh) {
                throw file.fail(
                        JavaCode.DUPLICATE,
                        method.getName(),
                        "there is already a method `" + method.getNameAsString() + "`",
                        Note.help("give one of them another name"));
            }
            return Optional.of(declaration(method, scope));
        } catch (Unreadable reported) {
            return Optional.empty();
        }
    }

    private static boolean isFunction(MethodDeclaration method) {
        return method.isStatic() && isReal(method.getType());
    }

    private static boolean isReal(com.github.javaparser.ast.type.Type type) {
        return type instanceof PrimitiveType primitive
                && (primitive.getType() == PrimitiveType.Primitive.FLOAT
                        || primitive.getType() == PrimitiveType.Primitive.DOUBLE);
    }

    private Declaration declaration(MethodDeclaration method, Scope scope) {
        var span = file.span(method);
        var parameters = new ArrayList<dev.lanewise.dsl.syntax.Parameter>();
        var variables = new LinkedHashMap<String, Value>();
        for (var parameter : method.getParameters()) {
            var name = parameter(parameter);
            variables.put(parameter.getNameAsString(), new Value(Trees.name(name.text(), name.span()), Kind.REAL));
            parameters.add(new dev.lanewise.dsl.syntax.Parameter(
                    name,
                    new dev.lanewise.dsl.syntax.Parameter.Plain(),
                    new Expression.Missing(name.span()),
                    file.span(parameter)));
        }
        return new Declaration(
                Declaration.Kind.FN,
                new Identifier(name(method.getNameAsString()), file.span(method.getName())),
                parameters,
                definition(method, scope, variables),
                documentation(method, span),
                span);
    }

    private Identifier parameter(Parameter java) {
        if (!isReal(java.getType()) || java.isVarArgs()) {
            throw file.unsupported(java.getType(), "a parameter of type " + java.getType());
        }
        return new Identifier(name(java.getNameAsString()), file.span(java.getName()));
    }

    private Definition definition(MethodDeclaration method, Scope scope, Map<String, Value> variables) {
        var body = method.getBody();
        Set<String> taken = variables.values().stream()
                .map(value -> Trees.text(value.expression()))
                .collect(Collectors.toSet());
        var reader = new JavaMethod(file, scope, taken);
        var value = body.flatMap(block -> reader.value(block, variables));
        if (value.isEmpty()) {
            throw file.fail(
                    JavaCode.NO_VALUE, method.getName(), "`" + method.getNameAsString() + "` can end without a return");
        }
        var result = value.get();
        if (reader.bindings().isEmpty()) {
            return new Formula(result, result.span());
        }
        var statements = new ArrayList<Statement>(reader.bindings());
        statements.add(new Statement.Return(result, result.span()));
        return new Body(statements, body.map(file::span).orElse(result.span()));
    }

    /// The text of the Javadoc above its tags; its last line may be `Source: ...`.
    private static Documentation documentation(MethodDeclaration method, Span span) {
        var lines = new ArrayList<String>();
        method.getComment().filter(comment -> comment.isJavadocComment()).ifPresent(comment -> {
            for (var line : comment.getContent().lines().toList()) {
                var text = line.strip();
                text = text.startsWith("*") ? text.substring(1).strip() : text;
                if (text.startsWith("@")) {
                    break;
                }
                lines.add(text.startsWith("///") ? text.substring(3).strip() : text);
            }
        });
        while (!lines.isEmpty() && lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        while (!lines.isEmpty() && lines.getFirst().isEmpty()) {
            lines.removeFirst();
        }
        return Documentation.of(lines, span);
    }
}
