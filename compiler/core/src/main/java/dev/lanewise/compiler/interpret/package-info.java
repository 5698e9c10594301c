/// The walk through a graph from node to node: what a network means, written as plainly as possible. Start reading at
/// `Interpreter`.
@NullMarked
package dev.lanewise.compiler.interpret;

import org.jspecify.annotations.NullMarked;
