package dev.lanewise.dsl.javafn;

import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.body.FieldDeclaration;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.Parameter;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.nodeTypes.NodeWithSimpleName;
import com.github.javaparser.ast.type.PrimitiveType;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.javafn.Value.Kind;
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
import org.jspecify.annotations.Nullable;

/// What one Java file declares, as far as formulas may name it. Its functions are known under `prefix` and their
/// name.
final class JavaClass {
    private final JavaSource file;
    private final CompilationUnit unit;
    private final String prefix;
    private final JavaFunctions all;
    private final Map<String, MethodDeclaration> functions = new LinkedHashMap<>();
    private final List<MethodDeclaration> twins = new ArrayList<>();
    private final Set<String> others = new HashSet<>();
    private final Map<String, FieldDeclaration> fields = new LinkedHashMap<>();
    private final Set<String> read = new HashSet<>();
    private boolean imported;

    private JavaClass(JavaSource file, CompilationUnit unit, String prefix, JavaFunctions all) {
        this.file = file;
        this.unit = unit;
        this.prefix = prefix;
        this.all = all;
    }

    static JavaClass of(JavaSource file, CompilationUnit unit, String prefix, JavaFunctions all) {
        var own = new JavaClass(file, unit, prefix, all);
        own.look();
        return own;
    }

    private void look() {
        for (var type : unit.getTypes()) {
            for (var method : type.getMethods()) {
                if (!isFunction(method)) {
                    others.add(method.getNameAsString());
                } else if (functions.putIfAbsent(method.getNameAsString(), method) != null) {
                    twins.add(method);
                }
            }
            for (var field : type.getFields()) {
                field.getVariables().forEach(variable -> fields.put(variable.getNameAsString(), field));
            }
        }
        imported = unit.getImports().stream()
                .anyMatch(line -> line.isStatic()
                        && (line.getNameAsString().startsWith("java.lang.Math")
                                || line.getNameAsString().startsWith("java.lang.StrictMath")));
    }

    // What the file knows

    /// Static methods of float or double, with the number of their parameters.
    Map<String, Integer> functions() {
        var counts = new LinkedHashMap<String, Integer>();
        functions.forEach(
                (name, method) -> counts.put(name, method.getParameters().size()));
        return counts;
    }

    /// Whether a function of the file would be called under this name of the language.
    boolean isOwnName(String name) {
        return prefix.isEmpty() && functions.containsKey(name);
    }

    /// Other methods.
    Set<String> others() {
        return others;
    }

    /// Whether the functions of Math are imported by their names.
    boolean isMathImported() {
        return imported;
    }

    boolean hasType(String name) {
        return unit.getTypes().stream().map(NodeWithSimpleName::getNameAsString).anyMatch(name::equals);
    }

    /// Another class, in a file beside this one or where an import says.
    Optional<JavaClass> other(String type) {
        var path = unit.getImports().stream()
                .filter(line -> !line.isStatic()
                        && !line.isAsterisk()
                        && line.getNameAsString().endsWith("." + type))
                .map(line -> root() + line.getNameAsString().replace('.', '/'))
                .findFirst()
                .orElse(type);
        return all.other(path + ".java", type);
    }

    /// The way from the file's folder to where packages begin.
    private String root() {
        return unit.getPackageDeclaration()
                .map(line -> "../".repeat(line.getNameAsString().split("\\.", -1).length))
                .orElse("");
    }

    // Constants

    boolean hasField(String name) {
        return fields.containsKey(name);
    }

    /// The value of a constant, which `use` names; nothing when there is no such field.
    Value constant(String name, com.github.javaparser.ast.Node use, JavaSource from) {
        var field = fields.get(name);
        var variable = field == null ? null : variable(field, name);
        if (field == null || variable == null || variable.getInitializer().isEmpty()) {
            throw from.unsupported(use, "the field `" + name + "`");
        }
        if (!field.isStatic() || !field.isFinal()) {
            throw from.fail(
                    JavaCode.UNSUPPORTED,
                    use,
                    "`" + name + "` may change, and a formula is made of constants",
                    Note.help("declare it `static final`"));
        }
        var expressions = new JavaExpressions(file, this);
        return expressions.converted(
                expressions.read(variable.getInitializer().get(), Map.of()),
                expressions.kind(variable.getType()),
                variable);
    }

    private static @Nullable VariableDeclarator variable(FieldDeclaration field, String name) {
        return field.getVariables().stream()
                .filter(one -> one.getNameAsString().equals(name))
                .findFirst()
                .orElse(null);
    }

    // Functions

    /// All functions of the file, in its order.
    List<Declaration> all() {
        var declarations = new ArrayList<Declaration>();
        for (var method : functions.values()) {
            declared(method).ifPresent(declarations::add);
        }
        for (var method : twins) {
            file.fail(
                    JavaCode.DUPLICATE,
                    method.getName(),
                    "there is already a method `" + method.getNameAsString() + "`",
                    Note.help("give one of them another name"));
        }
        return declarations;
    }

    /// The name by which a function of this file is called; what another file calls is read now.
    String called(String function) {
        var method = functions.get(function);
        if (method != null && !prefix.isEmpty() && read.add(function)) {
            declared(method).ifPresent(all::add);
        }
        return prefix + JavaFunctions.name(function);
    }

    private Optional<Declaration> declared(MethodDeclaration method) {
        try {
            return Optional.of(declaration(method));
        } catch (Unreadable reported) {
            return Optional.empty();
        } catch (StackOverflowError e) {
            all.tooLarge(file.span(method.getName()));
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

    private Declaration declaration(MethodDeclaration method) {
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
                new Identifier(prefix + JavaFunctions.name(method.getNameAsString()), file.span(method.getName())),
                parameters,
                definition(method, variables),
                documentation(method, span),
                span);
    }

    private Identifier parameter(Parameter java) {
        if (!isReal(java.getType()) || java.isVarArgs()) {
            throw file.unsupported(java.getType(), "a parameter of type " + java.getType());
        }
        return new Identifier(JavaFunctions.name(java.getNameAsString()), file.span(java.getName()));
    }

    private Definition definition(MethodDeclaration method, Map<String, Value> variables) {
        var body = method.getBody();
        Set<String> taken = variables.values().stream()
                .map(value -> Trees.text(value.expression()))
                .collect(Collectors.toSet());
        var reader = new JavaMethod(file, this, taken);
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
