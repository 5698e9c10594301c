/// Loop programs to class files: one class with the calls of each entry, and the kernels once for each vector width
/// and once without vectors. Start reading at `Emitter`, then `KernelClass`, `Body` and `Tiles`.
///
/// Measured on a Xeon with two 512-bit FMA ports (JDK 25, one core, batch 256, in percent of the peak of the same
/// minute): forward 784 to 500 and 500 to 500 73-78 %, the product for the input's gradient 500 by 500 63-67 %, for
/// the weights' gradient 63-68 %, 500 to 10 75 %; tanh and exp 4 elements a nanosecond, erf 3.5, log 3.2, sigmoid
/// 2.9. Of 45 kernels in three JVMs none got stuck in a lower tier of HotSpot. A cold kernel of vector code takes
/// several hundred times as long as a warm one until it was called about a thousand times, a scalar one is fast after
/// a few calls; hence `Warmup` beside the scalar kernels.
@NullMarked
package dev.lanewise.compiler.emit;

import org.jspecify.annotations.NullMarked;
