package dev.lanewise.compiler.check;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.interpret.Outcome;

/// What runs graphs in double precision: the interpreter, or compiled code that is to be checked.
public interface Engine {

    Program prepare(Graph graph);

    /// A graph made ready.
    interface Program {
        Outcome run(Bindings bindings);
    }

    static Engine interpreter() {
        return graph -> new Interpreter(graph, true)::run;
    }
}
