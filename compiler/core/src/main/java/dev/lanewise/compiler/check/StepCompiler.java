package dev.lanewise.compiler.check;

import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Outcome;
import java.util.function.Function;

/// Compiles one training step of a variant of the network that is checked, in the precision that the variant asks
/// for, with the results LOSS, OUTPUT and UPDATE.
@FunctionalInterface
public interface StepCompiler {

    Step compile(Model variant);

    /// The step, on whatever weights and examples it is given.
    interface Step extends Function<Bindings, Outcome>, AutoCloseable {
        @Override
        void close();
    }
}
