/// Passes over graphs that keep the meaning and make the work less or the numbers better. Start reading at
/// `Optimizer`, then `Rewriting`.
@NullMarked
package dev.lanewise.compiler.optimize;

import org.jspecify.annotations.NullMarked;
