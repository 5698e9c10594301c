package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import dev.lanewise.compiler.loops.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/// Writes the statements of one kernel: opens loops, and turns values at coordinates into expressions. What is read
/// several times, or does not depend on the innermost loops, becomes a temporary in the outermost loop where it is
/// known.
final class Values {

    private record Known(int node, Place place) {}

    private static final class Loop {
        final int variable;
        final boolean vector;
        final List<Statement> body = new ArrayList<>();
        final Map<Known, Expression> known = new HashMap<>();

        Loop(int variable, boolean vector) {
            this.variable = variable;
            this.vector = vector;
        }
    }

    private final Facts facts;
    private final List<Uniform> uniforms;
    private final IntPredicate loads;
    private final List<Loop> loops = new ArrayList<>();
    /// What the kernel is handed.
    final Operands operands = new Operands();

    private int variables = 2;
    private int temporaries;
    private int guarded;

    /// The variable that numbers the group, and the lanes of it; -1 where there are none.
    int group = Kernel.GROUP;
    int lane = -1;
    /// Flat places count the numbers of a group's block, lanes included.
    boolean blocks;
    /// What was asked for cannot be had in this form.
    boolean failed;

    /// `loads` tells whether a node is read from memory.
    Values(Facts facts, List<Uniform> uniforms, IntPredicate loads) {
        this.facts = facts;
        this.uniforms = uniforms;
        this.loads = loads;
        loops.add(new Loop(-1, false));
    }

    // Loops and statements

    int variable() {
        return variables++;
    }

    void open(int variable, boolean vector) {
        loops.add(new Loop(variable, vector));
    }

    private List<Statement> shut() {
        return loops.removeLast().body;
    }

    void closeFor(int variable, int extent) {
        var body = shut();
        add(new Statement.For(variable, extent, body));
    }

    void closeVector(int variable, int extent) {
        var body = shut();
        add(new Statement.Vector(variable, extent, body));
    }

    void closeGroups(int variable) {
        var body = shut();
        add(new Statement.Groups(variable, body));
    }

    /// The statements so far of the innermost loop.
    List<Statement> innermost() {
        return List.copyOf(loops.getLast().body);
    }

    void add(Statement statement) {
        loops.getLast().body.add(statement);
    }

    List<Statement> statements() {
        return List.copyOf(loops.getFirst().body);
    }

    Expression.Temporary let(Expression value) {
        int temporary = temporaries++;
        add(new Statement.Let(temporary, value));
        return new Expression.Temporary(temporary);
    }

    /// The next temporary, defined elsewhere.
    Expression.Temporary temporary() {
        return new Expression.Temporary(temporaries++);
    }

    /// Makes the value of `node` at `place` known in the innermost loop.
    void know(int node, Place place, Expression value) {
        loops.getLast().known.put(new Known(node, normal(node, place)), value);
    }

    void store(int node, Place place, Expression value) {
        int storage = facts.storage(node);
        var index = index(node, place);
        operands.writing(Operand.of(storage), index);
        add(new Statement.Store(operands.number(Operand.of(storage)), index, value));
    }

    // Places in memory

    /// Where the element of `node` at `place` lies in its buffer.
    Index index(int node, Place place) {
        var type = facts.node(node).type();
        Index element;
        if (place.flat()) {
            element = place.axes().getFirst();
        } else {
            element = Affine.linear(place.axes(), type.shape().extents());
        }
        if (!type.perExample()) {
            return element;
        }
        var inGroup = element;
        if (!blocks || !place.flat()) {
            inGroup = Affine.plus(Affine.times(element, 32), lane < 0 ? Affine.ZERO : Affine.variable(lane));
        }
        int block = Math.toIntExact(Math.multiplyExact(type.shape().size(), 32L));
        return Affine.plus(inGroup, Affine.times(Affine.variable(group), block));
    }

    /// A sum over the examples as far as it goes.
    Expression waiting(int root, Index index) {
        var operand = new Operand(root, Operand.Form.WAITING);
        operands.reading(operand, index);
        return new Expression.Load(operands.number(operand), index);
    }

    private Expression load(int node, Place place) {
        var operand = Operand.of(facts.storage(node));
        var type = facts.node(node).type();
        if (place.flat() && type.shape().size() != 1 && blocks && !type.perExample()) {
            failed = true;
            return new Expression.Constant(0);
        }
        var index = type.shape().size() == 1 && !type.perExample() ? Affine.ZERO : index(node, place);
        operands.reading(operand, index);
        int number = operands.number(operand);
        int vector = vector();
        if (vector < 0) {
            return new Expression.Load(number, index);
        }
        return switch (Affine.stride(index, vector)) {
            case 0 -> new Expression.Splat(number, index);
            case 1 -> new Expression.Load(number, index);
            default -> {
                failed = true;
                yield new Expression.Constant(0);
            }
        };
    }

    private int vector() {
        for (var loop : loops) {
            if (loop.vector) {
                return loop.variable;
            }
        }
        return -1;
    }

    // Expressions

    Expression at(int node, Place place) {
        if (facts.isUniform(node)) {
            if (uniforms.get(facts.uniform[node]) instanceof Uniform.Number(var value)) {
                return new Expression.Constant(value);
            }
            return new Expression.Scalar(operands.scalar(facts.uniform[node]));
        }
        var prim = facts.node(node).prim();
        if (prim instanceof Prim.Fill(var value)) {
            return new Expression.Constant(value);
        }
        var key = new Known(node, normal(node, place));
        for (int i = loops.size() - 1; i >= 0; i--) {
            var known = loops.get(i).known.get(key);
            if (known != null) {
                return known;
            }
        }
        var expression = loads.test(node) ? load(node, place) : compute(node, place);
        boolean trivial = expression instanceof Expression.Constant
                || expression instanceof Expression.Scalar
                || expression instanceof Expression.Temporary
                || expression instanceof Expression.Position;
        int level = level(node, place);
        if (trivial || guarded > 0 || level == loops.size() - 1 && facts.readers[node] <= 1) {
            return expression;
        }
        var temporary = new Expression.Temporary(temporaries++);
        var loop = loops.get(level);
        loop.body.add(new Statement.Let(temporary.number(), expression));
        loop.known.put(key, temporary);
        return temporary;
    }

    /// Axes of extent 1 have one place only.
    private Place normal(int node, Place place) {
        var shape = facts.shape(node);
        if (place.flat() || !shape.extents().contains(1)) {
            return place;
        }
        var axes = new ArrayList<>(place.axes());
        for (int i = 0; i < axes.size(); i++) {
            if (shape.extent(i) == 1) {
                axes.set(i, Affine.ZERO);
            }
        }
        return Place.of(axes);
    }

    /// A temporary that holds the value, for when stores of other values come before its own.
    Expression held(int node, Place place) {
        var expression = at(node, place);
        if (expression instanceof Expression.Temporary || expression instanceof Expression.Constant) {
            return expression;
        }
        var temporary = let(expression);
        know(node, place, temporary);
        return temporary;
    }

    /// The outermost loop in which the value at `place` is known.
    private int level(int node, Place place) {
        int level = 0;
        for (int i = 0; i < loops.size(); i++) {
            var loop = loops.get(i);
            boolean depends = loop.vector
                    || (loop.variable == group || loop.variable == lane)
                            && facts.node(node).type().perExample();
            for (var index : place.axes()) {
                depends |= Affine.stride(index, loop.variable) != 0;
            }
            if (depends) {
                level = i;
            }
        }
        return level;
    }

    private Expression compute(int node, Place place) {
        var prim = facts.node(node).prim();
        var inputs = facts.node(node).inputs();
        return switch (prim) {
            case Prim.Elementwise(var op) -> {
                var arguments = new ArrayList<Expression>();
                for (var input : inputs) {
                    arguments.add(at(input.node(), place));
                }
                yield new Expression.Apply(op, arguments);
            }
            case Prim.Positions(int axis) ->
                place.flat() && (blocks || facts.shape(node).rank() != 1)
                        ? fail()
                        : new Expression.Position(place.axes().get(place.flat() ? 0 : axis));
            case Prim.Random(boolean normal, int number) -> draw(node, place, normal, number);
            case Prim.Gather _ -> gather(node, place);
            case Prim.Reshape _ -> reshape(node, place);
            case Prim.Pad(int axis, int before, int _, int _) -> {
                if (place.flat()) {
                    yield fail();
                }
                int input = facts.input(node, 0);
                var from = facts.graph.type(inputs.getFirst()).shape();
                var index = Affine.plus(place.axes().get(axis), -before);
                if (vector() >= 0 && Affine.stride(index, vector()) != 0) {
                    yield fail();
                }
                guarded++;
                var value = at(input, Place.of(Views.input(prim, from, place.axes())));
                guarded--;
                yield new Expression.Within(index, from.extent(axis), value);
            }
            case Prim.StopGradient _ -> at(facts.input(node, 0), place);
            case Prim.Broadcast _ -> broadcast(node, place);
            case Prim.Transpose _, Prim.Slice _, Prim.Windows _ -> {
                var from = facts.graph.type(inputs.getFirst()).shape();
                boolean sameIndex = place.flat() && facts.isAlias(node);
                yield sameIndex
                        ? at(facts.input(node, 0), place)
                        : place.flat()
                                ? fail()
                                : at(facts.input(node, 0), Place.of(Views.input(prim, from, place.axes())));
            }
            default -> throw new CompilerBug("%" + node + " " + prim + " is not computed in this kernel");
        };
    }

    private Expression fail() {
        failed = true;
        return new Expression.Constant(0);
    }

    private Expression broadcast(int node, Place place) {
        int input = facts.input(node, 0);
        var from = facts.node(input).type();
        var to = facts.node(node).type();
        if (place.flat()) {
            if (from.shape().size() == 1) {
                if (from.perExample() && blocks && to.shape().size() != 1) {
                    return fail();
                }
                return at(
                        input,
                        from.perExample() && blocks
                                ? place
                                : Place.of(zeros(from.shape().rank())));
            }
            boolean same = from.shape().size() == to.shape().size();
            return same && (!blocks || from.perExample()) ? at(input, place) : fail();
        }
        return at(input, Place.of(Views.input(facts.node(node).prim(), from.shape(), place.axes())));
    }

    static List<Index> zeros(int rank) {
        return java.util.Collections.nCopies(rank, Affine.ZERO);
    }

    private Expression reshape(int node, Place place) {
        int input = facts.input(node, 0);
        if (place.flat()) {
            return at(input, place);
        }
        var from = facts.shape(input);
        var to = facts.shape(node);
        if (Views.squeezes(from, to)) {
            return at(input, Place.of(Views.squeeze(place.axes(), from, to)));
        }
        int storage = facts.storage(node);
        if (!loads.test(storage)) {
            return at(input, Place.flat(Affine.linear(place.axes(), to.extents())));
        }
        // With single coordinates the flat index counts elements, whatever form flat places have in this kernel.
        var index = index(node, place);
        var operand = Operand.of(storage);
        operands.reading(operand, index);
        int stride = vector() < 0 ? 1 : Affine.stride(index, vector());
        failed |= stride != 0 && stride != 1;
        return stride == 0
                ? new Expression.Splat(operands.number(operand), index)
                : new Expression.Load(operands.number(operand), index);
    }

    private Expression draw(int node, Place place, boolean normal, int number) {
        if (place.flat() && blocks) {
            return fail();
        }
        var type = facts.node(node).type();
        var element = place.flat()
                ? place.axes().getFirst()
                : Affine.linear(place.axes(), type.shape().extents());
        var example = !type.perExample()
                ? Affine.ZERO
                : Affine.times(
                        Affine.plus(Affine.times(Affine.variable(group), 32), Affine.variable(lane)),
                        Math.toIntExact(type.shape().size()));
        return new Expression.Draw(normal, number, example, element);
    }

    private Expression gather(int node, Place place) {
        if (place.flat()) {
            return fail();
        }
        int table = facts.input(node, 0);
        var rows = facts.shape(facts.input(node, 1)).rank();
        var shape = facts.shape(table);
        var width = shape.extents().subList(1, shape.rank());
        var row = at(facts.input(node, 1), Place.of(place.axes().subList(0, rows)));
        var index = Affine.linear(place.axes().subList(rows, place.axes().size()), width);
        int stride = Math.toIntExact(shape.size() / shape.extent(0));
        var operand = Operand.of(facts.storage(table));
        operands.reading(operand, index);
        return new Expression.Gather(operands.number(operand), row, shape.extent(0), stride, index);
    }
}
