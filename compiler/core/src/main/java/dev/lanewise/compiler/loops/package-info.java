/// Kernels as small loop programs, between the schedule and the bytecode. Start reading at `Kernel`, then
/// `Statement`.
@NullMarked
package dev.lanewise.compiler.loops;

import org.jspecify.annotations.NullMarked;
