package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the parts of one elaboration share.
final class Elaboration {
    /// Draws of first values are numbered from here, so that a dropout more in the network changes none of them.
    private static final int FIRST_INITIAL_DRAW = 1 << 20;

    final Library library;
    final Diagnostics diagnostics;
    final WeightTable weights = new WeightTable();
    final Evaluator evaluator = new Evaluator(this);
    final Calls calls = new Calls(this);
    final Arguments arguments = new Arguments(this);
    final InitialValues initialValues = new InitialValues(this);
    final Statements statements = new Statements(this);
    final Builtins builtins = new Builtins(this);
    final WeightStatements weightStatements = new WeightStatements(this);
    final StateWrites stateWrites = new StateWrites(this);
    final Drawing.Counter draws = new Drawing.Counter(0);
    final Drawing.Counter initialDraws = new Drawing.Counter(FIRST_INITIAL_DRAW);
    private final Set<String> declared = new HashSet<>();
    private @Nullable NetworkPass network;
    private String ruleStates = "";
    private String ruleWeight = "";
    private Shape ruleShape = Shape.SCALAR;

    Elaboration(Library library, Diagnostics diagnostics) {
        this.library = library;
        this.diagnostics = diagnostics;
    }

    /// Begins a walk over the network's statements.
    void begin(NetworkPass pass) {
        network = pass;
        declared.clear();
    }

    NetworkPass network() {
        if (network == null) {
            throw new CompilerBug("a network's statement outside a network");
        }
        return network;
    }

    /// Notes that a weight was declared in this walk; whether that is the first time.
    boolean declared(String name) {
        return declared.add(name);
    }

    /// The weight whose update rule is elaborated, and what the names of its states begin with.
    void rule(String states, String weight, Shape shape) {
        ruleStates = states;
        ruleWeight = weight;
        ruleShape = shape;
    }

    Shape ruleShape() {
        return ruleShape;
    }

    /// The full name of a state: an optimizer's belongs to one weight.
    String stateName(String local, Scope scope) {
        if (scope.kind() == Kind.OPTIMIZER) {
            return "optimizer." + ruleStates + local + "." + ruleWeight;
        }
        return scope.kind() == Kind.SCHEDULE
                ? "optimizer.schedule." + local
                : scope.instance().name(local);
    }
}
