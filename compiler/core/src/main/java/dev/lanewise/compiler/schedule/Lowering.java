package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import dev.lanewise.compiler.loops.Statement;
import dev.lanewise.compiler.schedule.Cluster.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Turns a cluster into a kernel.
final class Lowering {
    /// About so many numbers are a unit of flat work.
    private static final int CHUNK = 1024;

    private final Facts facts;
    private final Fusion fusion;
    private final List<Uniform> uniforms;

    Lowering(Facts facts, Fusion fusion, List<Uniform> uniforms) {
        this.facts = facts;
        this.fusion = fusion;
        this.uniforms = uniforms;
    }

    Step lower(Cluster cluster) {
        return switch (cluster.kind) {
            case MAP -> map(cluster);
            case LANE_TILE -> laneTile(cluster);
            case EXAMPLE_TILE -> exampleTile(cluster);
            case OVER_EXAMPLES -> new Reductions(facts, fusion, uniforms).overExamples(cluster);
            case OVER_BATCH -> new Reductions(facts, fusion, uniforms).overBatch(cluster);
            case SINGLE -> new Nests(facts, fusion, uniforms).lower(cluster);
        };
    }

    private boolean loads(Cluster cluster, int n) {
        return fusion.stored[n] && fusion.home[n] != cluster;
    }

    /// Numbers of memory that a batch-wide value takes: whole vectors, and for large ones whole chunks, so that
    /// flat loops have no remainder.
    static long padded(long size) {
        long unit = size <= 32 * CHUNK ? 32 : CHUNK;
        return (size + unit - 1) / unit * unit;
    }

    // Elementwise work

    private Step map(Cluster cluster) {
        if (cluster.inner.isEmpty()) {
            if (cluster.perExample || cluster.full.size() > 1) {
                var flat = flatMap(cluster);
                if (flat != null) {
                    return flat;
                }
            }
            if (!cluster.perExample) {
                int rank = cluster.full.rank();
                var vector = rank > 0 && cluster.full.extent(rank - 1) > 1 ? batchMap(cluster, true) : null;
                return vector != null ? vector : Objects.requireNonNull(batchMap(cluster, false));
            }
        }
        return new Phases(facts, fusion, uniforms, cluster).lower();
    }

    private @Nullable Step flatMap(Cluster cluster) {
        var values = new Values(facts, uniforms, n -> loads(cluster, n));
        long size = cluster.full.size();
        long numbers = cluster.perExample ? size * 32 : padded(size);
        int chunk = 32 * divisor(Math.toIntExact(numbers / 32), CHUNK / 32);
        values.blocks = cluster.perExample;
        int variable = values.variable();
        values.open(variable, true);
        var place =
                Place.flat(Affine.plus(Affine.times(Affine.variable(Kernel.UNIT), chunk), Affine.variable(variable)));
        storeAll(cluster, values, place);
        values.closeVector(variable, chunk);
        if (values.failed) {
            return null;
        }
        int units = Math.toIntExact(numbers / chunk);
        return finish(cluster, values, cluster.perExample, units, Cost.nanos(chunk, cluster.weight), nest(values));
    }

    /// The largest divisor that is at most `most`.
    static int divisor(int number, int most) {
        for (int d = Math.min(number, most); d > 1; d--) {
            if (number % d == 0) {
                return d;
            }
        }
        return 1;
    }

    private void storeAll(Cluster cluster, Values values, Place place) {
        var stores = new ArrayList<Expression>();
        var nodes = cluster.members.keySet().stream()
                .filter(n -> fusion.stored[n] && fusion.home[n] == cluster)
                .toList();
        if (nodes.size() == 1) {
            values.store(nodes.getFirst(), place, values.at(nodes.getFirst(), place));
            return;
        }
        for (int n : nodes) {
            stores.add(values.held(n, place));
        }
        for (int i = 0; i < nodes.size(); i++) {
            values.store(nodes.get(i), place, stores.get(i));
        }
    }

    private @Nullable Step batchMap(Cluster cluster, boolean vector) {
        var values = new Values(facts, uniforms, n -> loads(cluster, n));
        var extents = cluster.full.extents();
        int rank = extents.size();
        boolean split = rank > (vector ? 1 : 0);
        var at = new ArrayList<Index>();
        var variables = new ArrayList<Integer>();
        for (int axis = 0; axis < rank; axis++) {
            if (axis == 0 && split) {
                at.add(Affine.variable(Kernel.UNIT));
                continue;
            }
            int variable = values.variable();
            variables.add(variable);
            at.add(Affine.variable(variable));
            values.open(variable, vector && axis == rank - 1);
        }
        storeAll(cluster, values, Place.of(at));
        for (int i = variables.size() - 1; i >= 0; i--) {
            int extent = extents.get(rank - variables.size() + i);
            if (vector && i == variables.size() - 1) {
                values.closeVector(variables.get(i), extent);
            } else {
                values.closeFor(variables.get(i), extent);
            }
        }
        if (values.failed) {
            return null;
        }
        int units = split ? extents.getFirst() : 1;
        double perUnit = (double) cluster.full.size() / units;
        return finish(
                cluster, values, false, units, Cost.nanos(perUnit, cluster.weight) * (vector ? 1 : 8), nest(values));
    }

    // Contractions

    private Step laneTile(Cluster cluster) {
        var tile = Objects.requireNonNull(Tiles.lane(facts, cluster.root));
        var values = new Values(facts, uniforms, n -> loads(cluster, n));
        values.lane = values.variable();
        var sum = values.temporary();
        var a = Operand.of(facts.storage(tile.batch()));
        var b = Operand.of(facts.storage(tile.example()));
        values.operands.reading(a, Affine.constant(-1));
        values.operands.reading(b, Affine.constant(-1));
        var rank = cluster.full.rank();
        var place = rank > 1
                ? Place.flat(Affine.variable(Kernel.UNIT))
                : Place.of(rank == 0 ? List.of() : List.of(Affine.variable(Kernel.UNIT)));
        values.open(values.lane, true);
        values.know(cluster.root, place, sum);
        storeAll(cluster, values, place);
        var store = Tidy.statements(values.innermost(), 1);
        int bGroup = Math.toIntExact(facts.shape(tile.example()).size() * 32);
        boolean isAcross = tile.aDepth() > tile.aRow();
        boolean isDivided = isAcross
                ? tile.aRow() == 1 && Kernel.LaneTile.isPacked(tile.rows(), tile.depth(), facts.batch)
                : Kernel.LaneTile.isDivided(tile.rows(), tile.depth());
        int partial = isDivided ? waiting(store, tile.rows()) : -1;
        int packed = isAcross && partial >= 0 ? values.operands.number(Operand.SCRATCH) : -1;
        var work = new Kernel.LaneTile(
                tile.depth(), tile.aRow(), tile.aDepth(), bGroup, tile.bDepth(), partial, packed, store);
        return finish(cluster, values, true, tile.rows(), tile.depth() * 0.8 + 4, work);
    }

    /// The operand of a tile's store where its sums can wait for the rest of the depth, or -1.
    private static int waiting(List<Statement> store, int rows) {
        var place = Affine.plus(
                Affine.plus(
                        Affine.times(Affine.variable(Kernel.GROUP), 32 * rows),
                        Affine.times(Affine.variable(Kernel.UNIT), 32)),
                Affine.variable(Kernel.LANE));
        return store.stream()
                .mapMulti((Statement statement, Consumer<Integer> found) -> {
                    if (statement instanceof Statement.Store(int operand, var index, var _) && index.equals(place)) {
                        found.accept(operand);
                    }
                })
                .findFirst()
                .orElse(-1);
    }

    private Step exampleTile(Cluster cluster) {
        var tile = Objects.requireNonNull(Tiles.example(facts, cluster.root));
        int a = facts.input(cluster.root, tile.rows());
        int b = facts.input(cluster.root, tile.columns());
        var values = new Values(facts, uniforms, n -> loads(cluster, n));
        int rows = Math.toIntExact(facts.shape(a).size());
        int columns = Math.toIntExact(facts.shape(b).size());
        values.operands.reading(Operand.of(facts.storage(a)), Affine.ZERO);
        values.operands.reading(new Operand(facts.storage(b), Operand.Form.PANELS), Affine.ZERO);
        values.operands.writing(Operand.of(cluster.root), Affine.constant(-1));
        var work = new Kernel.ExampleTile(columns, rows * 32, 32);
        return finish(cluster, values, false, rows, columns * 8 * 0.8 + 4, work);
    }

    // Reductions over examples and over elements

    private Step finish(
            Cluster cluster, Values values, boolean perGroup, int units, double unitCost, Kernel.Work work) {
        return finish(facts, cluster, values, perGroup, units, unitCost, work);
    }

    static Kernel.Nest nest(Values values) {
        return new Kernel.Nest(Tidy.statements(values.statements(), 0));
    }

    static Step finish(
            Facts facts,
            Cluster cluster,
            Values values,
            boolean perGroup,
            int units,
            double unitCost,
            Kernel.Work work) {
        var operands = values.operands.all();
        var kernel = new Kernel(operands.size(), values.operands.scalars().size(), perGroup, units, unitCost, work);
        boolean plain = work instanceof Kernel.LaneTile tile
                ? tile.partial() < 0
                : cluster.kind == Cluster.Kind.MAP && cluster.inner.isEmpty();
        return new Step(
                kernel,
                operands,
                values.operands.scalars(),
                values.operands.reads(),
                values.operands.writes(),
                plain ? values.operands.sameIndex() : Set.of(),
                List.copyOf(cluster.members.keySet()),
                origin(facts, cluster));
    }

    private static Origin origin(Facts facts, Cluster cluster) {
        int n = cluster.root >= 0
                ? cluster.root
                : cluster.members.keySet().iterator().next();
        return facts.node(n).origin();
    }

    static boolean isOuter(Cluster cluster, int n) {
        var at = cluster.members.get(n);
        return at != null && cluster.level(at) == Level.OUTER;
    }
}
