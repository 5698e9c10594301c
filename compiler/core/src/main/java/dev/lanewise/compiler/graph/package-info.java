/// The intermediate representation: a list of nodes in topological order, each a primitive over the values of one
/// example or of the whole batch. Start reading at `Prim`, then `Graph`.
@NullMarked
package dev.lanewise.compiler.graph;

import org.jspecify.annotations.NullMarked;
