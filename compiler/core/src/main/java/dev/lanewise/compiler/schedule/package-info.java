/// From graphs to loop programs: which nodes share a kernel, what is stored, and where it lies. Start reading at
/// `Scheduler`, then `Fusion`, `Lowering`, `MemoryPlan`.
@NullMarked
package dev.lanewise.compiler.schedule;

import org.jspecify.annotations.NullMarked;
