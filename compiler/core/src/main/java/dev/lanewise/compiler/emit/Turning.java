package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Lanes;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import java.util.ArrayList;
import java.util.List;

/// Blocks of numbers that are copied, or turned: rows become columns. In vectors a square of as many rows as a vector
/// has lanes is turned at once, in registers; the last square overlaps the one before where they do not divide the
/// block.
final class Turning {
    private final Code code;
    private final Form single;
    private final Form wide;
    private final List<Local> choices = new ArrayList<>();

    /// Writes what is the same for all blocks.
    Turning(Body body, Form single) {
        this.code = body.code();
        this.single = single;
        this.wide = body.wide();
        if (wide instanceof Lanes lanes) {
            choices.addAll(lanes.choices(code));
        }
    }

    /// Where a block lies: its rows `stride` apart, their numbers `step`.
    record Block(Local array, Whole start, int stride, int step) {
        /// With rows and columns exchanged.
        Block acrossRows() {
            return new Block(array, start, /* stride= */ step, /* step= */ stride);
        }

        Whole at(Whole row, Whole column) {
            return start.plus(row.times(stride)).plus(column.times(step));
        }
    }

    /// Between blocks whose numbers lie side by side in both.
    void copy(Block from, Block to, int rows, int columns) {
        var form = columns % wide.lanes() == 0 ? wide : single;
        code.loop(
                Whole.of(rows),
                row -> code.loop(Whole.ZERO, Whole.of(columns), form.lanes(), column -> {
                    int mark = code.mark();
                    form.load(code, from.array(), from.at(row, column));
                    form.store(code, to.array(), to.at(row, column), code.keep(form.type()));
                    code.release(mark);
                }));
    }

    /// Numbers that lie side by side in a row of `from` go to rows of `to`, where those of a column of `from` lie
    /// side by side.
    void turn(Block from, Block to, int rows, int columns) {
        if (wide instanceof Lanes lanes && rows >= lanes.lanes() && columns >= lanes.lanes()) {
            squares(columns, lanes, column -> squares(rows, lanes, row -> square(from, to, lanes, row, column)));
            return;
        }
        code.loop(
                Whole.of(rows),
                row -> code.loop(Whole.of(columns), column -> {
                    int mark = code.mark();
                    single.load(code, from.array(), from.at(row, column));
                    single.store(code, to.array(), to.at(row, column), code.keep(single.type()));
                    code.release(mark);
                }));
    }

    private interface Start {
        void from(Whole first);
    }

    private void squares(int extent, Lanes lanes, Start body) {
        int size = lanes.lanes();
        code.loop(Whole.of(Math.ceilDiv(extent, size)), i -> {
            int mark = code.mark();
            var first = i.times(size);
            body.from(extent % size == 0 ? first : code.smaller(first, Whole.of(extent - size)));
            code.release(mark);
        });
    }

    private void square(Block from, Block to, Lanes lanes, Whole row, Whole column) {
        int mark = code.mark();
        var source = Whole.of(code.keep(from.at(row, column)));
        var target = Whole.of(code.keep(to.at(row, column)));
        var vectors = new ArrayList<Local>();
        for (int i = 0; i < lanes.lanes(); i++) {
            lanes.load(code, from.array(), source.plus(i * from.stride()));
            vectors.add(code.keep(lanes.type()));
        }
        lanes.turn(code, vectors, choices);
        for (int i = 0; i < lanes.lanes(); i++) {
            lanes.store(code, to.array(), target.plus(i * to.step()), vectors.get(i));
        }
        code.release(mark);
    }
}
