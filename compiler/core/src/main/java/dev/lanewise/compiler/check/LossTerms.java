package dev.lanewise.compiler.check;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Reshape;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Prim.Transpose;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Uniforms;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.interpret.Outcome;
import dev.lanewise.compiler.interpret.Tensor;
import dev.lanewise.compiler.optimize.DropDead;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// A loss taken apart into the numbers that it adds up: the losses of single examples, the squares of an l2.
///
/// The difference of two losses is then the sum of many small differences, and not the small difference of two large
/// sums, whose rounding would hide slopes below 1e-10.
final class LossTerms {

    /// Every number of `values` enters the loss times `factor`.
    private record Term(Value value, double factor) {}

    private final Graph graph;
    private final double[] factors;

    private LossTerms(Graph graph, List<Term> terms) {
        this.graph = graph;
        this.factors = terms.stream().mapToDouble(Term::factor).toArray();
    }

    /// The terms of the graph's LOSS, which are results of [#graph] in their order.
    static LossTerms of(Graph losses, Bindings at) {
        var terms = new Search(losses, at).terms();
        var results = new ArrayList<Result>();
        for (int i = 0; i < terms.size(); i++) {
            results.add(new Result(Role.VALUE, "term " + i, terms.get(i).value()));
        }
        return new LossTerms(DropDead.keeping(new Graph(losses.nodes(), results), _ -> true), terms);
    }

    /// The difference of two losses, by the weights that make them; all but one parameter are those of `base`.
    Function<double[], Outcome> along(Bindings base, String parameter) {
        return new Interpreter(graph, true).along(base, parameter);
    }

    double difference(Outcome above, Outcome below) {
        double sum = 0;
        for (int t = 0; t < factors.length; t++) {
            sum += factors[t]
                    * difference(above.tensors().get(t), below.tensors().get(t));
        }
        return sum;
    }

    private static double difference(Tensor above, Tensor below) {
        double sum = 0;
        for (int i = 0; i < above.data().length; i++) {
            sum += above.data()[i] - below.data()[i];
        }
        return sum;
    }

    /// Walks from the loss backwards as long as it is a sum with known factors.
    private static final class Search {
        private final Graph graph;
        private final BitSet uniform;
        private final ToDoubleFunction<Value> number;
        private final BitSet reached = new BitSet();
        private final double[] factors;

        Search(Graph graph, Bindings at) {
            this.graph = graph;
            this.uniform = Uniforms.of(graph);
            this.factors = new double[graph.nodes().size()];
            var values =
                    new Interpreter(withResults(graph, uniform), true).run(at).all(Role.VALUE);
            this.number = v -> CompilerBug.expect(values, v.toString()).number();
        }

        private static Graph withResults(Graph graph, BitSet wanted) {
            var results = wanted.stream()
                    .mapToObj(Value::new)
                    .map(v -> new Result(Role.VALUE, v.toString(), v))
                    .toList();
            return DropDead.keeping(new Graph(graph.nodes(), results), _ -> true);
        }

        List<Term> terms() {
            graph.results().stream().filter(r -> r.role() == Role.LOSS).forEach(r -> add(r.value(), 1));
            var terms = new ArrayList<Term>();
            for (int i = factors.length - 1; i >= 0; i--) {
                if (reached.get(i) && !uniform.get(i) && !passOn(graph.nodes().get(i), factors[i])) {
                    terms.add(new Term(new Value(i), factors[i]));
                }
            }
            return terms;
        }

        private void add(Value value, double factor) {
            reached.set(value.node());
            factors[value.node()] += factor;
        }

        /// Gives the factor to what the node adds up; false when it is no sum.
        private boolean passOn(Node node, double factor) {
            var in = node.inputs();
            if (node.prim() instanceof Elementwise(var op)) {
                return switch (op) {
                    case NEG -> pass(in.getFirst(), -factor);
                    case ADD -> pass(in.get(0), factor) && pass(in.get(1), factor);
                    case SUB -> pass(in.get(0), factor) && pass(in.get(1), -factor);
                    case MUL -> product(in.get(0), in.get(1), factor);
                    case FMA -> product(in.get(0), in.get(1), factor) && pass(in.get(2), factor);
                    case DIV -> isNumber(in.get(1)) && pass(in.get(0), factor / number.applyAsDouble(in.get(1)));
                    default -> false;
                };
            }
            return switch (node.prim()) {
                case Sum _, Reshape _, Transpose _ -> pass(in.getFirst(), factor);
                default -> false;
            };
        }

        private boolean product(Value a, Value b, double factor) {
            return isNumber(b)
                    ? pass(a, factor * number.applyAsDouble(b))
                    : isNumber(a) && pass(b, factor * number.applyAsDouble(a));
        }

        private boolean pass(Value value, double factor) {
            add(value, factor);
            return true;
        }

        private boolean isNumber(Value value) {
            return uniform.get(value.node());
        }
    }
}
