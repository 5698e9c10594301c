package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Value;
import java.util.Optional;

/// Something better than a node whose inputs have been rewritten already; empty where the rule does not apply.
interface Rule {
    Optional<Value> apply(Node node, Sight sight);
}
