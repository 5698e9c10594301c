package dev.lanewise.compiler.emit;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParserConfiguration;
import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.loops.Statement;
import java.util.List;
import java.util.function.ToIntFunction;

/// The kernels as Java, for reading: what the class of 512 bits does, a method a kernel. Register tiles are written
/// out.
public final class JavaSource {
    private static final int WIDTH = 512;

    private final StringBuilder out = new StringBuilder();
    private final boolean doubles;

    private JavaSource(boolean doubles) {
        this.doubles = doubles;
    }

    public static String print(LoopProgram program) {
        var source = new JavaSource(program.layout().doublePrecision());
        source.write(program);
        var parser =
                new JavaParser(new ParserConfiguration().setLanguageLevel(ParserConfiguration.LanguageLevel.JAVA_21));
        var result = parser.parse(source.out.toString());
        return result.getResult()
                .filter(_ -> result.isSuccessful())
                .orElseThrow(() -> new CompilerBug("not Java: " + result.getProblems() + "\n" + source.out))
                .toString();
    }

    private void write(LoopProgram program) {
        out.append("final class Kernels {\n");
        if (!doubles) {
            out.append("static final VectorSpecies<Float> S = FloatVector.SPECIES_512;\n");
        }
        for (int i = 0; i < program.kernels().size(); i++) {
            kernel(i, program.kernels().get(i));
        }
        out.append("}\n");
    }

    private void kernel(int number, Kernel kernel) {
        out.append("static void k").append(number).append('(');
        var type = doubles ? "double" : "float";
        for (int i = 0; i < kernel.operands(); i++) {
            out.append(type)
                    .append("[] a")
                    .append(i)
                    .append(", int o")
                    .append(i)
                    .append(", ");
        }
        for (int i = 0; i < kernel.scalars(); i++) {
            out.append(type).append(" s").append(i).append(", ");
        }
        out.append("int groups, int examples, int from, int to) {\n");
        switch (kernel.work()) {
            case Kernel.Nest nest -> {
                units(kernel);
                new JavaStatements(out, doubles).all(nest.body());
                out.append("}\n");
            }
            case Kernel.LaneTile tile -> lanes(kernel, tile);
            case Kernel.PatchTile tile -> patches(kernel, tile);
            case Kernel.ExampleTile tile -> examples(kernel, tile);
            case Kernel.RunTile tile -> runs(kernel, tile);
            case Kernel.RowTile tile -> rows(kernel, tile);
            case Kernel.Rearrange move -> {
                units(kernel);
                int width = move.panels().width();
                out.append("int first = Math.min(" + width + " * i1, " + (move.size() - width) + ");\n");
                out.append("for (int l = 0; l < 32; l++) for (int k = 0; k < " + width + "; k++) ");
                out.append("a1[o1 + " + place(move, move.to()) + "] = a0[o0 + " + place(move, move.from()) + "];\n}\n");
            }
            case Kernel.ToRuns move -> {
                units(kernel);
                int width = move.runs().width();
                out.append("for (int l = 0; l < 32; l++) for (int k = 0; k < "
                        + move.runs().length() + "; k++) ");
                out.append("a1[o1 + " + 32 * width + " * (" + move.places() + " * ("
                        + move.runs().panels()
                        + " * i0 + k / " + width + ") + i1) + " + width + " * l + k % " + width + "] = k < "
                        + move.columns() + " ? a0[o0 + 32 * (" + move.places() + " * (" + move.columns()
                        + " * i0 + k) + i1) + l] : 0;\n}\n");
            }
            case Kernel.ClearPadding(int size) -> {
                out.append("for (int l = examples - 32 * (groups - 1); l < 32; l++) for (int k = 0; k < " + size
                        + "; k++) ");
                out.append("a0[o0 + " + 32 * size + " * (groups - 1) + 32 * k + l] = 0;\n");
            }
        }
        out.append("}\n");
    }

    /// Where number `first + k` of the example in lane `l` is.
    private static String place(Kernel.Rearrange move, Kernel.Arrangement arrangement) {
        int stride = move.stride(arrangement);
        var start = arrangement == Kernel.Arrangement.PANELS
                ? 32 * stride + " * (groups * i1 + i0)"
                : 32 * move.size() + " * i0 + " + move.step(arrangement) + " * first";
        return start + " + " + stride + " * l + " + move.step(arrangement) + " * k";
    }

    /// Opens the loop over this worker's units.
    private void units(Kernel kernel) {
        out.append("for (int n = from; n < to; n++) {\n");
        out.append("int i0 = ")
                .append(kernel.perGroup() ? "n / " + kernel.unitsPerGroup() : "0")
                .append(";\n");
        out.append("int i1 = ")
                .append(kernel.perGroup() ? "n % " + kernel.unitsPerGroup() : "n")
                .append(";\n");
    }

    private TileShape fit(TileShape shape) {
        return doubles ? new TileShape(Math.min(shape.rows(), 4), shape.columns(), 1) : shape;
    }

    private void lanes(Kernel kernel, Kernel.LaneTile tile) {
        var shape = fit(TileShape.lanes(kernel.unitsPerGroup(), doubles ? 0 : WIDTH));
        out.append("for (int n = from; n < to; n++) {\n");
        int tiles = Math.ceilDiv(kernel.unitsPerGroup(), shape.rows());
        out.append("int i0 = n / " + tiles + "; int row = n % " + tiles + " * " + shape.rows() + ";\n");
        int across = shape.columns() * shape.lanes();
        out.append("for (int lane = 0; lane < 32; lane += " + across + ") {\n");
        zeros(shape);
        out.append("for (int k = 0; k < " + tile.depth() + "; k++) {\n");
        multiply(
                shape,
                "o1 + " + tile.bGroup() + " * i0 + " + tile.bDepth() + " * k + lane",
                "o0 + " + tile.aRow() + " * row + " + tile.aDepth() + " * k",
                tile.aRow());
        out.append("}\n");
        for (int i = 0; i < shape.rows(); i++) {
            for (int j = 0; j < shape.columns(); j++) {
                stored(tile.store(), i, j * shape.lanes(), "c" + i + "_" + j);
            }
        }
        out.append("}\n}\n");
    }

    private void stored(List<Statement> store, int row, int lane, String sum) {
        out.append("{ int i1 = row + " + row + "; int i2 = lane + " + lane + "; ");
        out.append(vectorType()).append(" t0 = " + sum + ";\n");
        new JavaStatements(out, doubles).inVector(Kernel.LANE, store);
        out.append("}\n");
    }

    private void examples(Kernel kernel, Kernel.ExampleTile tile) {
        var shape = fit(TileShape.rows(kernel.unitsPerGroup(), tile.columns(), doubles ? 0 : WIDTH));
        int across = shape.columns() * shape.lanes();
        int width = tile.panels().width();
        out.append("for (int panel = 0; panel < " + tile.panels().count() + "; panel++) ");
        out.append("for (int from1 = 0; from1 < " + width + "; from1 += " + across + ") ");
        out.append("for (int row = from; row < to; row += " + shape.rows() + ") {\n");
        out.append("int at = Math.min(from1, " + (width - across) + ");\n");
        out.append("int column = Math.min(" + width + " * panel, " + (tile.columns() - width) + ") + at;\n");
        zeros(shape);
        out.append("for (int g = 0; g < groups; g++) for (int l = 0; l < 32; l++) {\n");
        multiply(
                shape,
                "o1 + " + width + " * (32 * (groups * panel + g) + l) + at",
                "o0 + " + tile.aGroup() + " * g + " + tile.aRow() + " * row + l",
                tile.aRow());
        out.append("}\n");
        for (int i = 0; i < shape.rows(); i++) {
            for (int j = 0; j < shape.columns(); j++) {
                var place = "o2 + " + tile.columns() + " * (row + " + i + ") + column + " + j * shape.lanes();
                var sum = "c" + i + "_" + j;
                stored(shape, place, sum);
            }
        }
        out.append("}\n");
    }

    private void runs(Kernel kernel, Kernel.RunTile tile) {
        int width = tile.runs().width();
        var shape = TileShape.runs(width, doubles ? 0 : WIDTH).withRows(1);
        int across = shape.columns() * shape.lanes();
        out.append("for (int n = from; n < to; n++) ");
        out.append("for (int panel = 0; panel < " + tile.runs().panels() + "; panel++) ");
        out.append("for (int column = 0; column < " + width + "; column += " + across + ") {\n");
        unitsPlaces(kernel.unitsPerGroup(), tile.rows());
        zeros(shape);
        out.append("for (int g = 0; g < groups; g++) ");
        overDepth(tile.depth());
        var a = "o0 + " + tile.aFirst() + " + " + tile.aGroup() + " * g" + places("u", tile.rows(), Kernel.Axis::a)
                + places("k", tile.depth(), Kernel.Axis::a);
        var b = "o1 + " + tile.panel() + " * (" + tile.runs().panels() + " * g + panel) + column"
                + places("k", tile.depth(), Kernel.Axis::b);
        multiply(shape, b, a, 0);
        out.append("}\n");
        for (int j = 0; j < shape.columns(); j++) {
            var place = "o2 + " + width + " * panel + column + " + j * shape.lanes()
                    + places("u", tile.rows(), Kernel.Axis::c);
            stored(shape, place, "c0_" + j);
        }
        out.append("}\n");
    }

    private void rows(Kernel kernel, Kernel.RowTile tile) {
        int rows = tile.row().extent();
        var shape = fit(TileShape.single(rows, tile.columns(), doubles ? 0 : WIDTH));
        int across = shape.columns() * shape.lanes();
        out.append("for (int n = from; n < to; n++) ");
        out.append("for (int row = 0; row < " + rows + "; row += " + shape.rows() + ") ");
        out.append("for (int at = 0; at < " + tile.columns() + "; at += " + across + ") {\n");
        out.append("int column = Math.min(at, " + (tile.columns() - across) + ");\n");
        unitsPlaces(kernel.unitsPerGroup(), tile.outer());
        zeros(shape);
        overDepth(tile.depth());
        var a = "o0 + " + tile.aFirst() + " + " + tile.row().a() + " * row" + places("u", tile.outer(), Kernel.Axis::a)
                + places("k", tile.depth(), Kernel.Axis::a);
        var b = "o1 + " + tile.bFirst() + " + column" + places("u", tile.outer(), Kernel.Axis::b)
                + places("k", tile.depth(), Kernel.Axis::b);
        multiply(shape, b, a, tile.row().a());
        out.append("}\n");
        for (int i = 0; i < shape.rows(); i++) {
            for (int j = 0; j < shape.columns(); j++) {
                stored(
                        shape,
                        "o2 + " + tile.row().c() + " * (row + " + i + ") + column + " + j * shape.lanes()
                                + places("u", tile.outer(), Kernel.Axis::c),
                        "c" + i + "_" + j);
            }
        }
        out.append("}\n");
    }

    /// `u0`, `u1` ...: the places of unit n of so many along these axes.
    private void unitsPlaces(int units, List<Kernel.Axis> axes) {
        int behind = units;
        for (int i = 0; i < axes.size(); i++) {
            int extent = axes.get(i).extent();
            behind /= extent;
            out.append("int u" + i + " = n / " + behind + " % " + extent + ";\n");
        }
    }

    /// Opens the loops over the axes of the depth.
    private void overDepth(List<Kernel.Axis> axes) {
        for (int i = 0; i < axes.size(); i++) {
            out.append("for (int k" + i + " = 0; k" + i + " < " + axes.get(i).extent() + "; k" + i + "++) ");
        }
        out.append("{\n");
    }

    private void patches(Kernel kernel, Kernel.PatchTile tile) {
        int rows = tile.row().extent();
        var shape = fit(TileShape.lanes(rows, doubles ? 0 : WIDTH));
        out.append("for (int n = from; n < to; n++) ");
        out.append("for (int row = 0; row < " + rows + "; row += " + shape.rows() + ") ");
        out.append("for (int lane = 0; lane < 32; lane += " + shape.columns() * shape.lanes() + ") {\n");
        int units = kernel.unitsPerGroup();
        out.append("int group = n / " + units + ";\n");
        unitsPlaces(units, tile.places());
        zeros(shape);
        overDepth(tile.depth());
        var a = "o0 + " + tile.aFirst() + " + " + tile.row().a() + " * row" + places("u", tile.places(), Kernel.Axis::a)
                + places("k", tile.depth(), Kernel.Axis::a);
        var b = "o1 + " + tile.bFirst() + " + " + tile.bGroup() + " * group + lane"
                + places("u", tile.places(), Kernel.Axis::b) + places("k", tile.depth(), Kernel.Axis::b);
        multiply(shape, b, a, tile.row().a());
        out.append("}\n");
        for (int i = 0; i < shape.rows(); i++) {
            for (int j = 0; j < shape.columns(); j++) {
                stored(
                        shape,
                        "o2 + " + tile.cGroup() + " * group + " + tile.row().c() + " * (row + " + i + ") + lane + "
                                + j * shape.lanes() + places("u", tile.places(), Kernel.Axis::c),
                        "c" + i + "_" + j);
            }
        }
        out.append("}\n");
    }

    private static String places(String variable, List<Kernel.Axis> axes, ToIntFunction<Kernel.Axis> stride) {
        var text = new StringBuilder();
        for (int i = 0; i < axes.size(); i++) {
            text.append(" + " + stride.applyAsInt(axes.get(i)) + " * " + variable + i);
        }
        return text.toString();
    }

    private void stored(TileShape shape, String place, String sum) {
        out.append(shape.lanes() == 1 ? "a2[" + place + "] = " + sum : sum + ".intoArray(a2, " + place + ")");
        out.append(";\n");
    }

    private String vectorType() {
        return doubles ? "double" : "FloatVector";
    }

    private void zeros(TileShape shape) {
        for (int i = 0; i < shape.rows(); i++) {
            for (int j = 0; j < shape.columns(); j++) {
                out.append(shape.lanes() == 1 ? (doubles ? "double" : "float") : "FloatVector");
                out.append(" c" + i + "_" + j + " = ").append(shape.lanes() == 1 ? "0" : "FloatVector.zero(S)");
                out.append(";\n");
            }
        }
    }

    /// One step along the depth.
    private void multiply(TileShape shape, String b, String a, int aRow) {
        boolean single = shape.lanes() == 1;
        for (int j = 0; j < shape.columns(); j++) {
            var place = b + " + " + j * shape.lanes();
            out.append("var b" + j + " = ");
            out.append(single ? "a1[" + place + "]" : "FloatVector.fromArray(S, a1, " + place + ")")
                    .append(";\n");
        }
        for (int i = 0; i < shape.rows(); i++) {
            var element = "a0[" + a + " + " + i * aRow + "]";
            out.append("var x" + i + " = ");
            out.append(single ? element : "FloatVector.broadcast(S, " + element + ")")
                    .append(";\n");
            for (int j = 0; j < shape.columns(); j++) {
                var sum = "c" + i + "_" + j;
                out.append(sum + " = ");
                out.append((single ? "Math.fma(x%d, b%d, %s)" : "x%d.fma(b%d, %s)").formatted(i, j, sum));
                out.append(";\n");
            }
        }
    }
}
