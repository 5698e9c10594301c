package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Constants;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Lanes;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// Statements of a loop program as code of one method: inside a vector loop in lanes, outside, and in what is left
/// over of it, number by number.
final class Body {
    private static final String RANDOM = "dev/lanewise/runtime/random/CounterRandom";

    private final Code code;
    private final Arguments arguments;
    private final Trees trees;
    private final Constants constants;
    private final Form single;
    private final Form wide;
    private final Map<Integer, Whole> variables = new HashMap<>();
    private final Map<Integer, Local> temporaries = new HashMap<>();
    /// Single temporaries and uniform numbers, repeated in every lane.
    private final Map<Integer, Local> widened = new HashMap<>();
    private final Map<Integer, Local> scalars = new HashMap<>();
    private final Map<Integer, Local> streams = new HashMap<>();
    private final Map<Local, Local> truths = new HashMap<>();
    /// Variables of groups all of whose examples are real.
    private final Set<Integer> fullGroups = new HashSet<>();
    private Form form;
    private int vector = -1;
    /// Temporaries from this one on are free.
    private int free;

    Body(Code code, Arguments arguments, Trees trees, Constants constants, Form single, Form wide) {
        this.trees = trees;
        this.constants = constants;
        this.code = code;
        this.arguments = arguments;
        this.single = single;
        this.wide = wide;
        this.form = single;
    }

    Code code() {
        return code;
    }

    Arguments arguments() {
        return arguments;
    }

    /// The form of vectors.
    Form wide() {
        return wide;
    }

    void variable(int number, Whole value) {
        variables.put(number, value);
    }

    /// Makes what does not change in the whole method: constants and uniform numbers in lanes, streams of draws.
    void prepare(List<Statement> statements) {
        free = Uses.temporaries(statements);
        for (int number : Uses.draws(statements)) {
            code.load(arguments.draws().get(0));
            code.push(number);
            code.op(Opcodes.I2L);
            code.load(arguments.draws().get(1));
            code.op(Opcodes.I2L);
            code.callStatic(RANDOM, "of", "(JJJ)L" + RANDOM + ";");
            streams.put(number, code.keep(Type.getObjectType(RANDOM)));
        }
        var wideStatements = new ArrayList<Statement>();
        Uses.each(statements, statement -> {
            if (statement instanceof Statement.Vector loop && inLanes(loop)) {
                wideStatements.addAll(loop.body());
            }
        });
        if (wide instanceof Lanes lanes) {
            lanes.hoist(code, constants, Uses.constants(wideStatements), Uses.operands(wideStatements));
            widenScalars(Uses.scalars(wideStatements));
        }
    }

    private void widenScalars(Set<Integer> numbers) {
        for (int number : numbers) {
            if (!scalars.containsKey(number)) {
                wide.widen(code, arguments.scalars().get(number));
                scalars.put(number, code.keep(wide.type()));
            }
        }
    }

    private boolean inLanes(Statement.Vector loop) {
        return loop.extent() >= wide.lanes() && !Uses.singly(loop.body());
    }

    void all(List<Statement> statements) {
        statements.forEach(this::statement);
    }

    /// Statements inside of a vector loop over `variable`, with temporary 0 known: the store of a tile.
    void inVector(int variable, Whole first, Local zero, List<Statement> statements) {
        vector = variable;
        form = wide;
        variables.put(variable, first);
        temporaries.put(0, zero);
        int mark = code.mark();
        all(statements);
        forget(mark);
        form = single;
        vector = -1;
    }

    private void statement(Statement statement) {
        switch (statement) {
            case Statement.For loop when isWide() && Chains.pays(loop) -> all(Chains.of(loop));
            case Statement.For loop -> loop(loop.variable(), Whole.ZERO, Whole.of(loop.extent()), 1, loop.body());
            case Statement.Groups loop -> groups(loop);
            case Statement.Vector loop -> vector(loop);
            case Statement.Let let -> let(let);
            case Statement.Set set -> {
                int mark = code.mark();
                var target = CompilerBug.expect(temporaries, set.temporary());
                code.load(evaluate(set.value()));
                code.store(target);
                truths.clear();
                code.release(mark);
            }
            case Statement.Store store -> {
                int mark = code.mark();
                form.store(
                        code, array(store.operand()), place(store.operand(), store.index()), evaluate(store.value()));
                forget(mark);
            }
            case Statement.Tree tree -> tree(tree);
        }
    }

    private void loop(int variable, Whole from, Whole to, int step, List<Statement> body) {
        int mark = code.mark();
        code.loop(from, to, step, i -> {
            variables.put(variable, i);
            all(body);
        });
        forget(mark);
    }

    /// Where work that is not heavy leaves padded examples out, full groups have a loop of their own that knows of
    /// none.
    private void groups(Statement.Groups loop) {
        var all = Whole.of(arguments.groups());
        if (!isWide() || !Uses.leavesOut(loop) || KernelSize.estimate(loop.body()) > KernelSize.TWICE) {
            loop(loop.variable(), Whole.ZERO, all, 1, loop.body());
            return;
        }
        code.load(arguments.examples());
        code.push(5);
        code.op(Opcodes.ISHR);
        var full = Whole.of(code.keep(Type.INT_TYPE));
        fullGroups.add(loop.variable());
        loop(loop.variable(), Whole.ZERO, full, 1, loop.body());
        fullGroups.remove(loop.variable());
        loop(loop.variable(), full, all, 1, loop.body());
    }

    private boolean isWide() {
        return form.equals(wide) && wide.lanes() > 1;
    }

    /// Gives back locals, and what is known of them.
    private void forget(int mark) {
        truths.keySet().removeIf(l -> l.number() >= mark);
        truths.values().removeIf(l -> l.number() >= mark);
        code.release(mark);
    }

    private void vector(Statement.Vector loop) {
        vector = loop.variable();
        int done = 0;
        if (inLanes(loop) && wide.lanes() > 1) {
            int copies = Jam.copies(loop, wide.lanes());
            int step = copies * wide.lanes();
            done = loop.extent() - loop.extent() % step;
            int mark = code.mark();
            for (int number : Uses.outer(loop.body())) {
                wide.widen(code, CompilerBug.expect(temporaries, number));
                widened.put(number, code.keep(wide.type()));
            }
            form = wide;
            var body = copies == 1 ? loop.body() : Jam.body(loop, wide.lanes(), copies, free);
            loop(loop.variable(), Whole.ZERO, Whole.of(done), step, body);
            form = single;
            widened.clear();
            forget(mark);
        }
        loop(loop.variable(), Whole.of(done), Whole.of(loop.extent()), 1, loop.body());
        vector = -1;
    }

    private void let(Statement.Let let) {
        var target = code.local(form.type());
        int mark = code.mark();
        var value = evaluate(let.value());
        code.load(value);
        code.store(target);
        temporaries.put(let.temporary(), target);
        widened.remove(let.temporary());
        truths.remove(target);
        var truth = truths.get(value);
        if (truth == null) {
            forget(mark);
        } else {
            truths.put(target, truth);
        }
    }

    private void tree(Statement.Tree tree) {
        trees.call(
                code,
                tree,
                array(tree.scratch()),
                place(tree.scratch(), tree.from()),
                array(tree.operand()),
                place(tree.operand(), tree.index()));
    }

    private Local array(int operand) {
        return arguments.arrays().get(operand);
    }

    private Whole place(int operand, Index index) {
        return Whole.of(arguments.offsets().get(operand)).plus(whole(index));
    }

    private Whole whole(Index index) {
        var sum = Whole.of(index.constant());
        for (var term : index.terms()) {
            sum = sum.plus(CompilerBug.expect(variables, term.variable()).times(term.stride()));
        }
        return sum;
    }

    private Local evaluate(Expression expression) {
        switch (expression) {
            case Expression.Temporary temporary -> {
                var local = widened.get(temporary.number());
                return local != null && form.equals(wide) ? local : CompilerBug.expect(temporaries, temporary.number());
            }
            case Expression.Scalar scalar -> {
                if (!form.equals(wide) || wide.equals(single)) {
                    return arguments.scalars().get(scalar.number());
                }
                var local = scalars.get(scalar.number());
                if (local != null) {
                    return local;
                }
                form.widen(code, arguments.scalars().get(scalar.number()));
            }
            case Expression.Apply apply -> {
                return form.apply(
                        code,
                        apply.op(),
                        apply.arguments().stream().map(this::evaluate).toList(),
                        truths);
            }
            case Expression.Within within -> {
                return within(within);
            }
            case Expression.Constant constant -> form.constant(code, constant.value());
            case Expression.Load load -> {
                expect(Uses.stride(load.index(), vector), vector < 0 ? 0 : 1, load);
                form.load(code, array(load.operand()), place(load.operand(), load.index()));
            }
            case Expression.Splat splat -> {
                expect(Uses.stride(splat.index(), vector), 0, splat);
                form.splat(code, array(splat.operand()), place(splat.operand(), splat.index()));
            }
            case Expression.Position position ->
                form.positions(code, whole(position.index()), Uses.stride(position.index(), vector));
            case Expression.WhereReal where -> {
                return whereReal(where);
            }
            case Expression.Draw draw -> draw(draw);
            case Expression.Gather gather -> gather(gather);
        }
        return code.keep(form.type());
    }

    private static void expect(int stride, int expected, Expression expression) {
        if (stride != expected) {
            throw new CompilerBug("stride " + stride + " along the lanes in " + expression);
        }
    }

    private Local within(Expression.Within within) {
        var result = code.local(form.type());
        int mark = code.mark();
        var index = code.keep(whole(within.index()));
        var outside = code.label();
        var end = code.label();
        code.load(index);
        code.jump(Opcodes.IFLT, outside);
        code.load(index);
        code.push(within.below());
        code.jump(Opcodes.IF_ICMPGE, outside);
        code.load(evaluate(within.value()));
        code.store(result);
        code.jump(Opcodes.GOTO, end);
        code.mark(outside);
        form.constant(code, 0);
        code.store(result);
        code.mark(end);
        forget(mark);
        return result;
    }

    private Local whereReal(Expression.WhereReal where) {
        var value = evaluate(where.value());
        if (fullGroups.contains(where.group())) {
            return value;
        }
        form.below(
                code,
                whole(where.lane()),
                Whole.of(arguments.examples())
                        .plus(CompilerBug.expect(variables, where.group()).times(-32)));
        var truth = code.keep(form.truth());
        form.select(code, truth, value, evaluate(where.otherwise()));
        return code.keep(form.type());
    }

    private void draw(Expression.Draw draw) {
        if (isWide() && form instanceof Lanes lanes) {
            inLanes(lanes, draw);
            return;
        }
        boolean doubles = form.type().equals(Type.DOUBLE_TYPE);
        code.load(CompilerBug.expect(streams, draw.number()));
        code.push(whole(draw.example()).plus(whole(draw.element())));
        if (draw.normal()) {
            code.callVirtual(RANDOM, "normal", "(I)D");
            if (!doubles) {
                code.op(Opcodes.D2F);
            }
        } else {
            code.callVirtual(RANDOM, doubles ? "uniform" : "uniformFloat", doubles ? "(I)D" : "(I)F");
        }
    }

    private void inLanes(Lanes lanes, Expression.Draw draw) {
        var stream = CompilerBug.expect(streams, draw.number());
        code.load(stream);
        code.callVirtual(RANDOM, "increment", "()I");
        var increment = code.keep(Type.INT_TYPE);
        code.push(whole(draw.example()).plus(whole(draw.element())));
        code.load(increment);
        code.op(Opcodes.IMUL);
        code.load(stream);
        code.callVirtual(RANDOM, "start", "()I");
        code.op(Opcodes.IADD);
        var counter = code.keep(Type.INT_TYPE);
        code.push(Uses.stride(draw.example(), vector) + Uses.stride(draw.element(), vector));
        code.load(increment);
        code.op(Opcodes.IMUL);
        lanes.uniform(code, counter, code.keep(Type.INT_TYPE));
    }

    private void gather(Expression.Gather gather) {
        code.load(evaluate(gather.row()));
        code.op(form.type().equals(Type.DOUBLE_TYPE) ? Opcodes.D2I : Opcodes.F2I);
        code.push(0);
        code.callStatic("java/lang/Math", "max", "(II)I");
        code.push(gather.rows() - 1);
        code.callStatic("java/lang/Math", "min", "(II)I");
        var row = Whole.of(code.keep(Type.INT_TYPE));
        form.load(
                code,
                array(gather.operand()),
                place(gather.operand(), gather.index()).plus(row.times(gather.stride())));
    }
}
