package dev.lanewise.dsl.javafn;

import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.AssignExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import com.github.javaparser.ast.expr.VariableDeclarationExpr;
import com.github.javaparser.ast.stmt.BlockStmt;
import com.github.javaparser.ast.stmt.DoStmt;
import com.github.javaparser.ast.stmt.EmptyStmt;
import com.github.javaparser.ast.stmt.ExpressionStmt;
import com.github.javaparser.ast.stmt.ForEachStmt;
import com.github.javaparser.ast.stmt.ForStmt;
import com.github.javaparser.ast.stmt.IfStmt;
import com.github.javaparser.ast.stmt.ReturnStmt;
import com.github.javaparser.ast.stmt.WhileStmt;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.javafn.Value.Kind;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Identifier;
import dev.lanewise.dsl.syntax.Statement;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The statements of one method. Each assignment binds a new name, so that a name means one value everywhere; both
/// sides of an `if` are computed, and `where` takes the one that holds.
final class JavaMethod {
    /// Statements followed along all ways and rounds; conditions that return on some of their ways multiply them.
    private static final int MOST_STEPS = 5000;

    private final JavaSource file;
    private final JavaExpressions expressions;
    private final List<Statement> bindings = new ArrayList<>();
    private final Set<String> names;
    private int steps;

    /// `taken` are the names of the parameters.
    JavaMethod(JavaSource file, JavaClass home, Set<String> taken) {
        this.file = file;
        this.expressions = new JavaExpressions(file, home);
        this.names = new HashSet<>(taken);
    }

    /// The local names, in order.
    List<Statement> bindings() {
        return bindings;
    }

    /// The value that the method returns; nothing when a way through it ends without a return.
    Optional<Expression> value(BlockStmt body, Map<String, Value> variables) {
        return run(body.getStatements(), new LinkedHashMap<>(variables), 0);
    }

    /// Goes through statements with the present values of the variables, which it changes, up to a return.
    private Optional<Expression> run(
            List<com.github.javaparser.ast.stmt.Statement> statements, Map<String, Value> variables, int depth) {
        for (int i = 0; i < statements.size(); i++) {
            var statement = statements.get(i);
            if (++steps > MOST_STEPS || depth > 200) {
                throw file.fail(JavaCode.TOO_LARGE, statement, "there are too many ways or rounds through this method");
            }
            switch (statement) {
                case EmptyStmt _ -> {}
                case ExpressionStmt simple -> simple(simple, variables);
                case ReturnStmt result -> {
                    return Optional.of(result(result, variables));
                }
                case BlockStmt block -> {
                    if (!returns(block)) {
                        inside(block.getStatements(), variables, depth);
                        break;
                    }
                    return run(joined(block, rest(statements, i)), variables, depth + 1);
                }
                case IfStmt branching
                when decided(branching, variables).isPresent() -> {
                    var way = decided(branching, variables).get();
                    if (!returns(way)) {
                        inside(joined(way, List.of()), variables, depth);
                        break;
                    }
                    return run(joined(way, rest(statements, i)), variables, depth + 1);
                }
                case IfStmt branching -> {
                    if (!returns(branching)) {
                        branch(branching, variables, depth);
                        break;
                    }
                    return choice(branching, rest(statements, i), variables, depth);
                }
                case ForStmt loop -> {
                    var rounds = JavaLoops.of(loop);
                    if (!returns(loop)) {
                        inside(rounds, variables, depth);
                        break;
                    }
                    return run(joined(rounds, rest(statements, i)), variables, depth + 1);
                }
                case DoStmt loop -> {
                    return run(joined(JavaLoops.of(loop), rest(statements, i)), variables, depth + 1);
                }
                case WhileStmt loop -> {
                    if (another(loop, variables)) {
                        var round = new ArrayList<com.github.javaparser.ast.stmt.Statement>();
                        round.add(loop.getBody());
                        round.add(loop);
                        return run(joined(round, rest(statements, i)), variables, depth);
                    }
                }
                case ForEachStmt _ -> throw file.unsupported(statement, "a loop over a collection");
                default -> throw file.unsupported(statement, "this statement");
            }
        }
        return Optional.empty();
    }

    private static List<com.github.javaparser.ast.stmt.Statement> rest(
            List<com.github.javaparser.ast.stmt.Statement> statements, int done) {
        return statements.subList(done + 1, statements.size());
    }

    private static List<com.github.javaparser.ast.stmt.Statement> joined(
            List<com.github.javaparser.ast.stmt.Statement> first, List<com.github.javaparser.ast.stmt.Statement> rest) {
        var all = new ArrayList<>(first);
        all.addAll(rest);
        return all;
    }

    /// Whether a loop is gone through once more, which must be known without any argument.
    private boolean another(WhileStmt loop, Map<String, Value> variables) {
        var known = Trees.truth(expressions.condition(loop.getCondition(), variables));
        if (known.isEmpty()) {
            throw file.fail(
                    JavaCode.UNSUPPORTED,
                    loop.getCondition(),
                    "how often this loop runs depends on a value of the network",
                    Note.expected("a count that is known: literals, constants, and integers made of them"));
        }
        return known.get();
    }

    private static List<com.github.javaparser.ast.stmt.Statement> joined(
            com.github.javaparser.ast.stmt.Statement first, List<com.github.javaparser.ast.stmt.Statement> rest) {
        var all = new ArrayList<com.github.javaparser.ast.stmt.Statement>();
        if (first instanceof BlockStmt block) {
            all.addAll(block.getStatements());
        } else {
            all.add(first);
        }
        all.addAll(rest);
        return all;
    }

    private static boolean returns(com.github.javaparser.ast.stmt.Statement statement) {
        return statement instanceof ReturnStmt
                || statement.findFirst(ReturnStmt.class).isPresent();
    }

    private Expression result(ReturnStmt java, Map<String, Value> variables) {
        var value = java.getExpression();
        if (value.isEmpty()) {
            throw file.fail(JavaCode.NO_VALUE, java, "a number is returned here");
        }
        return expressions.number(value.get(), variables);
    }

    /// Statements without a return, in a scope of their own: what they assign to outer variables stays.
    private void inside(
            List<com.github.javaparser.ast.stmt.Statement> statements, Map<String, Value> variables, int depth) {
        var inner = new LinkedHashMap<>(variables);
        run(statements, inner, depth + 1);
        variables.replaceAll((name, value) -> inner.getOrDefault(name, value));
    }

    /// The side of an `if` whose condition is known.
    private Optional<com.github.javaparser.ast.stmt.Statement> decided(IfStmt java, Map<String, Value> variables) {
        return Trees.truth(expressions.condition(java.getCondition(), variables))
                .map(yes -> yes ? java.getThenStmt() : java.getElseStmt().orElseGet(EmptyStmt::new));
    }

    /// An `if` without a return: each variable that one side changes becomes a choice.
    private void branch(IfStmt java, Map<String, Value> variables, int depth) {
        var condition = expressions.condition(java.getCondition(), variables);
        var yes = new LinkedHashMap<>(variables);
        inside(joined(java.getThenStmt(), List.of()), yes, depth);
        var no = new LinkedHashMap<>(variables);
        java.getElseStmt().ifPresent(otherwise -> inside(joined(otherwise, List.of()), no, depth));
        for (var variable : List.copyOf(variables.entrySet())) {
            var name = variable.getKey();
            var left = yes.getOrDefault(name, variable.getValue());
            var right = no.getOrDefault(name, variable.getValue());
            if (left.equals(right)) {
                variables.put(name, left);
            } else if (left.isUnset() || right.isUnset()) {
                variables.put(name, left.isUnset() ? left : right);
            } else {
                bind(name, expressions.choice(condition, left, right, java), java, variables);
            }
        }
    }

    /// An `if` that returns on some of its ways: what follows belongs to both sides.
    private Optional<Expression> choice(
            IfStmt java, List<com.github.javaparser.ast.stmt.Statement> rest, Map<String, Value> variables, int depth) {
        var condition = expressions.condition(java.getCondition(), variables);
        var yes = run(joined(java.getThenStmt(), rest), new LinkedHashMap<>(variables), depth + 1);
        var otherwise = java.getElseStmt().map(no -> joined(no, rest)).orElse(new ArrayList<>(rest));
        var no = run(otherwise, new LinkedHashMap<>(variables), depth + 1);
        if (yes.isEmpty() || no.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Trees.where(condition, yes.get(), no.get(), file.span(java)));
    }

    private void simple(ExpressionStmt statement, Map<String, Value> variables) {
        switch (statement.getExpression()) {
            case VariableDeclarationExpr declaration ->
                declaration.getVariables().forEach(variable -> declare(variable, variables));
            case AssignExpr assign
            when assign.getTarget() instanceof NameExpr target -> assign(assign, target, variables);
            case UnaryExpr unary
            when unary.getExpression() instanceof NameExpr target -> count(unary, target, variables);
            default -> throw file.unsupported(statement, "this statement");
        }
    }

    private void declare(VariableDeclarator java, Map<String, Value> variables) {
        var type = java.getType();
        boolean inferred = type.isVarType();
        var kind = Kind.REAL;
        if (!inferred) {
            kind = expressions.kind(type);
        }
        var initial = java.getInitializer();
        if (initial.isEmpty()) {
            variables.put(java.getNameAsString(), new Value(new Expression.Missing(file.span(java)), kind));
            return;
        }
        var value = expressions.read(initial.get(), variables);
        store(java.getNameAsString(), inferred ? value : expressions.converted(value, kind, java), java, variables);
    }

    private void assign(AssignExpr java, NameExpr target, Map<String, Value> variables) {
        var name = target.getNameAsString();
        var value = expressions.read(java.getValue(), variables);
        var old = known(target, variables);
        if (java.getOperator() != AssignExpr.Operator.ASSIGN) {
            var sign = java.getOperator().asString().replace("=", "");
            value = expressions.arithmetic(sign, expressions.read(target, variables), value, java);
        }
        store(name, expressions.converted(value, old.kind(), java), java, variables);
    }

    private void count(UnaryExpr java, NameExpr target, Map<String, Value> variables) {
        var sign = switch (java.getOperator()) {
            case POSTFIX_INCREMENT, PREFIX_INCREMENT -> "+";
            case POSTFIX_DECREMENT, PREFIX_DECREMENT -> "-";
            default -> throw file.unsupported(java, "this statement");
        };
        known(target, variables);
        var one = new Value(Trees.number(BigDecimal.ONE, file.span(java)), Kind.INTEGER);
        var value = expressions.arithmetic(sign, expressions.read(target, variables), one, java);
        store(target.getNameAsString(), value, java, variables);
    }

    private Value known(NameExpr target, Map<String, Value> variables) {
        var old = variables.get(target.getNameAsString());
        if (old == null) {
            throw file.fail(
                    JavaCode.UNKNOWN_NAME,
                    target,
                    "there is no local variable `" + target + "`",
                    Note.note("methods cannot write to fields"));
        }
        return old;
    }

    /// Conditions and numbers that are written out are put where they are used; the rest gets a name.
    private void store(String name, Value value, com.github.javaparser.ast.Node java, Map<String, Value> variables) {
        if (value.kind() == Kind.CONDITION || value.isWrittenOut()) {
            variables.put(name, value);
        } else {
            bind(name, value, java, variables);
        }
    }

    private void bind(String name, Value value, com.github.javaparser.ast.Node java, Map<String, Value> variables) {
        if (value.kind() == Kind.CONDITION) {
            variables.put(name, value);
            return;
        }
        var fresh = JavaFunctions.name(name);
        for (int i = 2; !names.add(fresh); i++) {
            fresh = JavaFunctions.name(name) + "_" + i;
        }
        var span = file.span(java);
        bindings.add(new Statement.Binding(new Identifier(fresh, span), value.expression(), span));
        variables.put(name, new Value(Trees.name(fresh, span), value.kind()));
    }
}
