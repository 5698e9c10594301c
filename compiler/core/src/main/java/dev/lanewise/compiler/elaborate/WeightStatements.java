package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Meaning.SharedLayer;
import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression.Path;
import dev.lanewise.dsl.syntax.Statement;
import dev.lanewise.dsl.syntax.Type.Base;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Statements and names that have to do with weights: parameters, states, fitted values and named layers.
final class WeightStatements {
    private final Elaboration elaboration;
    private int kernelsSeen = -1;
    private List<WeightTable.Entry> foretold = List.of();

    WeightStatements(Elaboration elaboration) {
        this.elaboration = elaboration;
    }

    // `weights`

    /// The kernels that `weights` means: those of a first run where there was one, else those so far.
    List<WeightTable.Entry> kernels() {
        var kernels = foretold.isEmpty() ? elaboration.weights.kernels() : foretold;
        kernelsSeen = kernelsSeen < 0 ? kernels.size() : Math.min(kernelsSeen, kernels.size());
        return kernels;
    }

    /// Whether `weights` was read before all kernels were declared.
    boolean readTooEarly() {
        return kernelsSeen >= 0 && kernelsSeen < elaboration.weights.kernels().size();
    }

    void foretell(List<WeightTable.Entry> kernels) {
        foretold = kernels;
    }

    Tensor leaf(WeightTable.Entry entry, Scope scope) {
        var prim =
                entry.kind() == Weight.Kind.PARAMETER ? new Prim.Parameter(entry.name()) : new Prim.State(entry.name());
        var type = Type.batch(entry.shape());
        return new Tensor(scope.builder().leaf(prim, type, entry.scope().origin(entry.span())), 0);
    }

    // Declarations

    void param(Statement.Param param, Scope scope) {
        var shape = shape(param.type(), scope, param.name().text());
        var initial = elaboration.initialValues.of(param.initial(), scope);
        scope.bind(
                param.name().text(),
                declare(
                        param.name().text(),
                        shape,
                        Weight.Kind.PARAMETER,
                        scope.isFrozen() || param.frozen(),
                        initial,
                        scope,
                        param.span()));
    }

    /// A learned argument of an `fn`: a scalar parameter of its instance.
    Meaning learned(String name, Meaning initial, Scope scope, Span span) {
        boolean fits = initial instanceof Meaning.Initialiser || initial instanceof Meaning.Number;
        if (!fits) {
            throw scope.error(
                    ElaborationCode.NOT_KNOWN,
                    span,
                    "the first value of the learned `" + name + "` must be a number or an initialiser",
                    Note.found(Operators.describe(initial, scope)));
        }
        return declare(name, Shape.SCALAR, Weight.Kind.PARAMETER, scope.isFrozen(), initial, scope, span);
    }

    void state(Statement.State state, Scope scope) {
        var name = state.name().text();
        var unstated = scope.kind() == Kind.OPTIMIZER ? elaboration.ruleShape() : Shape.SCALAR;
        var shape = state.type().isStated() ? shape(state.type(), scope, name) : unstated;
        var initial = elaboration.initialValues.of(state.initial(), scope);
        var kind = scope.kind() == Kind.OPTIMIZER || scope.kind() == Kind.SCHEDULE
                ? Weight.Kind.OPTIMIZER
                : Weight.Kind.STATE;
        var full = elaboration.stateName(name, scope);
        scope.bind(name, declare(name, full, shape, kind, scope.isFrozen(), initial, null, scope, state.span()));
        scope.states().put(name, full);
    }

    void fitted(Statement.Fitted fitted, Scope scope) {
        var name = fitted.name().text();
        var full = scope.instance().name(name);
        var before = elaboration.weights.find(full);
        if (!scope.drawing().isTraining() && before != null) {
            scope.instance().own();
            scope.bind(name, leaf(before, scope));
            return;
        }
        var value = scope.drawing()
                .fitting(() -> Operators.value(
                        elaboration.evaluator.evaluate(fitted.value(), scope),
                        scope,
                        fitted.value().span(),
                        name));
        if (scope.type(value).perExample()) {
            throw scope.error(
                    ElaborationCode.STATE_PER_EXAMPLE,
                    fitted.value().span(),
                    "`" + name + "` is fitted to the training set, so it is one value for all examples",
                    Note.found(
                            "a value per example, of shape " + scope.type(value).shape()),
                    Note.help("reduce it over the examples: `mean(..., over: examples)`"));
        }
        var graph = Graph.builder();
        graph.result(Result.Role.VALUE, full, extract(scope.builder().build(), value, graph));
        scope.bind(
                name,
                declare(
                        name,
                        full,
                        scope.type(value).shape(),
                        Weight.Kind.FITTED,
                        true,
                        Meaning.of(0),
                        graph.build(),
                        scope,
                        fitted.span()));
    }

    void layer(Statement.Layer layer, Scope scope) {
        var callee = layer.call().callee();
        var entry = elaboration.library.find(Calls.VALUES, callee.text(), scope.inLibrary());
        if (entry.isEmpty()) {
            throw elaboration.calls.unknown(
                    ElaborationCode.UNKNOWN_FUNCTION, "function or block", callee, Calls.VALUES, scope);
        }
        var home = scope.snapshot();
        var given = layer.call().arguments().stream()
                .map(argument -> Given.of(argument).in(home))
                .toList();
        var path = scope.instance().name(layer.name().text());
        scope.bind(
                layer.name().text(),
                new SharedLayer(entry.get().declaration(), given, home, path, scope.isFrozen() || layer.frozen()));
    }

    private Tensor declare(
            String local, Shape shape, Weight.Kind kind, boolean frozen, Meaning initial, Scope scope, Span span) {
        return declare(local, scope.instance().name(local), shape, kind, frozen, initial, null, scope, span);
    }

    private Tensor declare(
            String local,
            String name,
            Shape shape,
            Weight.Kind kind,
            boolean frozen,
            Meaning initial,
            @Nullable Graph fitted,
            Scope scope,
            Span span) {
        Operators.tooLarge(shape, scope, span);
        scope.instance().own();
        var before = elaboration.weights.find(name);
        if (before == null) {
            if (elaboration.weights.isComplete()) {
                throw scope.error(
                        ElaborationCode.PREDICTION_WEIGHT,
                        span,
                        "the weight `" + name + "` is declared for prediction, but not for training");
            }
            boolean kernel = kind == Weight.Kind.PARAMETER
                    && shape.rank() >= 2
                    && !local.equals("bias")
                    && !(scope.inLibrary() && scope.declaration().endsWith("_norm"));
            var entry = new WeightTable.Entry(name, shape, kind, frozen, kernel, initial, fitted, scope, span);
            elaboration.weights.add(entry);
            elaboration.declared(name);
            return leaf(entry, scope);
        }
        boolean first = elaboration.declared(name);
        if (!first && !scope.instance().isShared()) {
            throw scope.error(
                    ElaborationCode.DUPLICATE_WEIGHT,
                    span,
                    "there is a weight `" + name + "` already",
                    Note.at(before.scope().at(before.span()), "the other one is here"),
                    Note.help("put it in a block: each use of a block has weights of its own"));
        }
        if (!before.shape().equals(shape)) {
            throw scope.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    span,
                    "`" + name + "` got its shape where it was used first",
                    Note.found("float" + shape),
                    Note.expected("float" + before.shape()),
                    Note.at(before.scope().at(before.span()), "the first use is here"));
        }
        return leaf(before, scope);
    }

    // Reading

    /// `shared.weight`: a weight of a named layer.
    Meaning read(Path path, Scope scope) {
        var first = path.first().text();
        var found = scope.names().get(first) instanceof SharedLayer layer
                ? elaboration.weights.find(layer.path() + path.text().substring(first.length()))
                : elaboration.weights.find(scope.instance().name(path.text()));
        if (found != null) {
            return leaf(found, scope);
        }
        if (scope.names().get(first) instanceof SharedLayer layer) {
            var prefix = layer.path() + ".";
            var inside = new ArrayList<String>();
            for (var entry : elaboration.weights.all()) {
                if (entry.name().startsWith(prefix)) {
                    inside.add(first + "." + entry.name().substring(prefix.length()));
                }
            }
            throw scope.error(
                    ElaborationCode.UNKNOWN_NAME,
                    path.span(),
                    inside.isEmpty()
                            ? "the layer `" + first + "` has no weights before its first use"
                            : "the layer `" + first + "` has no weight `" + path.text() + "`",
                    inside.isEmpty()
                            ? Note.help("read its weights below `... |> " + first + "`")
                            : Note.expected(String.join(", ", inside)));
        }
        if (scope.names().get(first) instanceof Meaning.Tensor) {
            var last = path.parts().getLast().text();
            throw scope.error(
                    ElaborationCode.UNKNOWN_NAME,
                    path.span(),
                    "a value has no parts with names: there is no `" + path.text() + "`",
                    Note.help(
                            elaboration.library.find(Calls.VALUES, last, false).isPresent()
                                    ? "write " + last + "(" + first + ")"
                                    : "shape(" + first + "), size(" + first + "), rank(" + first
                                            + ") tell of its shape"));
        }
        throw scope.error(
                ElaborationCode.UNKNOWN_NAME,
                path.span(),
                "there is no weight `" + path.text() + "` here",
                Names.suggestion(
                        path.text(),
                        elaboration.weights.all().stream()
                                .map(WeightTable.Entry::name)
                                .toList(),
                        Note.help("`layer NAME = ...` names a layer, whose weights are `NAME.weight` and so on")));
    }

    // Types

    /// The shape that a type of floats states.
    Shape shape(dev.lanewise.dsl.syntax.Type type, Scope scope, String what) {
        if (type.base() == Base.UNKNOWN) {
            throw new Abandoned();
        }
        if (type.base() != Base.FLOAT) {
            throw scope.error(
                    ElaborationCode.WRONG_KIND,
                    type.span(),
                    "`" + what + "` holds numbers: its type is float or float[...]",
                    Note.help("write `" + what + ": float[...] = ...`"));
        }
        var shape = new Shape(elaboration.evaluator.sizes(type.dimensions(), scope, "an extent of `" + what + "`"));
        Operators.tooLarge(shape, scope, type.span());
        return shape;
    }

    /// Checks an argument against the type that a parameter states.
    void check(dev.lanewise.dsl.syntax.Type type, Meaning meaning, String name, Span span, Scope scope) {
        var value = Operators.value(meaning, scope, span, name);
        var found = scope.type(value).shape();
        var dimensions = type.base() == Base.FLOAT
                ? type.dimensions()
                : type.dimensions().subList(0, Math.max(0, type.dimensions().size() - 1));
        var wanted = new Shape(elaboration.evaluator.sizes(dimensions, scope, "an extent of `" + name + "`"));
        if (!found.equals(wanted)) {
            throw scope.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    span,
                    "`" + name + "` takes another shape",
                    Note.found("float" + found),
                    Note.expected(type.base().word() + wanted));
        }
    }

    /// Copies the part of a graph that `value` needs, and gives the copy of the value.
    static Value extract(Graph whole, Value value, Graph.Builder out) {
        var needed = new BitSet();
        needed.set(value.node());
        for (int i = value.node(); i >= 0; i--) {
            if (needed.get(i)) {
                whole.nodes().get(i).inputs().forEach(input -> needed.set(input.node()));
            }
        }
        var copies = new ArrayList<Value>();
        for (int i = 0; i <= value.node(); i++) {
            var node = whole.nodes().get(i);
            copies.add(
                    needed.get(i)
                            ? out.add(new Node(
                                    node.prim(),
                                    node.inputs().stream()
                                            .map(v -> copies.get(v.node()))
                                            .toList(),
                                    node.type(),
                                    node.origin()))
                            : new Value(0));
        }
        return copies.get(value.node());
    }
}
