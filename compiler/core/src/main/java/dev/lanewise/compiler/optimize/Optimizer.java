package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim.StopGradient;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Verifier;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The passes in their order. Each round is linear in the size of the graph; rounds end when nothing changes, or
/// after [#ROUNDS].
public final class Optimizer {

    private static final int ROUNDS = 12;

    private static final List<Rule> RULES = List.of(
            new FoldConstants(),
            new Algebra(),
            new SimplifyViews(),
            new SimplifySums(),
            new MaximumFirst(),
            new SimplifyContractions(),
            new Stabilise());
    private static final Pass SIMPLIFY = new Rewriting("Simplify", RULES);
    /// What would hide the careful forms from `Stabilise`.
    private static final Pass QUICKEN = new Rewriting(
            "Quicken",
            Stream.concat(
                            RULES.stream(),
                            Stream.of(
                                    new LinearSums(),
                                    new Reciprocals(),
                                    new CommonFactors(),
                                    new Scales(),
                                    new ChosenClass(),
                                    new PatchesOnce(),
                                    new PartsOnly()))
                    .toList());
    private static final Pass DROP_STOPS = new Rewriting("DropStops", List.of((node, _) -> withoutStop(node)));
    private static final Pass DECAY = new Rewriting("Decays", List.of(new Decays(), new ChosenNumbers()));
    private static final Pass FILTER = new Rewriting("MinimalFilters", List.of(new MinimalFilters()));
    private static final Pass BY_UNIT = new SumsByUnit();
    private static final Pass FUSE =
            new Rewriting("FuseMultiplyAdd", List.of(new FuseMultiplyAdd(), new SumsOfProducts()));
    private static final Pass FLUSH = new FlushGradients();
    private static final Pass DROP_DEAD = new DropDead();

    private final boolean verify;

    /// With `verify` the verifier looks at the graph after each pass.
    public Optimizer(boolean verify) {
        this.verify = verify;
    }

    /// Before differentiation: formulas in their careful form, so that their derivatives are careful too.
    public Graph prepare(Graph graph) {
        return rounds(SIMPLIFY, graph);
    }

    /// The model with its training graph prepared, and without layers, which name nodes of the graph as it was. Its
    /// prediction graph is not differentiated: it stays.
    public Model prepare(Model model) {
        return model.with(prepare(model.training()), model.prediction(), List.of());
    }

    /// After differentiation; the last passes decide which multiplications and additions are one, and which
    /// cotangents may not be subnormal.
    public Graph optimize(Graph graph) {
        var stable = rounds(SIMPLIFY, run(DROP_STOPS, graph));
        return run(FLUSH, run(DROP_DEAD, run(FUSE, run(DECAY, run(BY_UNIT, run(FILTER, rounds(QUICKEN, stable)))))));
    }

    @SuppressWarnings("ReferenceEquality") // a pass that changed nothing gives back the same graph
    private Graph rounds(Pass pass, Graph graph) {
        var now = run(DROP_DEAD, graph);
        for (int round = 0; round < ROUNDS; round++) {
            var before = now;
            now = run(pass, before);
            if (now == before) {
                break;
            }
            now = run(DROP_DEAD, now);
        }
        return now;
    }

    @SuppressWarnings("ReferenceEquality") // as above
    private Graph run(Pass pass, Graph graph) {
        var result = pass.apply(graph);
        return verify && result != graph ? Verifier.verify(result) : result;
    }

    private static Optional<Value> withoutStop(Node node) {
        return node.prim() instanceof StopGradient ? Optional.of(node.inputs().getFirst()) : Optional.empty();
    }

    /// The names of the patterns that are made numerically careful, with the form that each becomes.
    public static List<String> stablePatterns() {
        return Stabilise.published();
    }
}
