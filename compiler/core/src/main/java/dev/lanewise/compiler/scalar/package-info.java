/// The operations on single numbers, defined once: as recipes of basic operations in single precision (the
/// interpreter evaluates them, the emitter turns them into vector and scalar code), by `StrictMath` in double
/// precision. Start reading at `Basic`, then `Recipes`.
@NullMarked
package dev.lanewise.compiler.scalar;

import org.jspecify.annotations.NullMarked;
