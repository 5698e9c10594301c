package dev.lanewise.compiler.check;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.interpret.Outcome;
import java.util.function.Function;

/// What runs graphs in double precision: the interpreter, or compiled code that is to be checked.
public interface Engine {

    Program prepare(Graph graph);

    /// A graph made ready.
    interface Program {
        Outcome run(Bindings bindings);

        /// Runs that differ from `base` in one parameter alone.
        default Function<double[], Outcome> along(Bindings base, String parameter) {
            return data -> run(base.withWeight(parameter, data));
        }
    }

    static Engine interpreter() {
        return graph -> new Interpreted(new Interpreter(graph, true));
    }

    /// What does not depend on the parameter is computed once.
    record Interpreted(Interpreter interpreter) implements Program {
        @Override
        public Outcome run(Bindings bindings) {
            return interpreter.run(bindings);
        }

        @Override
        public Function<double[], Outcome> along(Bindings base, String parameter) {
            return interpreter.along(base, parameter);
        }
    }
}
