/// A method body written as a loop nest: locals, loops, and operations on one number or on a vector of neighbours.
/// Alone in naming ASM and the Vector API. Start reading at `Code`, then `Form`.
@NullMarked
package dev.lanewise.compiler.emit.code;

import org.jspecify.annotations.NullMarked;
