/// Reverse mode: adds to a graph the nodes that compute its derivatives. Start reading at `Autodiff`, then
/// `Pullback`.
@NullMarked
package dev.lanewise.compiler.autodiff;

import org.jspecify.annotations.NullMarked;
