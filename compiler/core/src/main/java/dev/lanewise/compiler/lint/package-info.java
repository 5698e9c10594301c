/// What is known about training deep networks, as warnings: which signals die out or explode, computed on the graph
/// before anything runs, and mistakes of structure. Start reading at `Lint`, then `Propagation`.
@NullMarked
package dev.lanewise.compiler.lint;

import org.jspecify.annotations.NullMarked;
