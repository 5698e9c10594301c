/// Loop programs to class files: one class with the calls of each entry, and the kernels once for each vector width
/// and once without vectors. Start reading at `Emitter`, then `KernelClass`, `Body` and `Tiles`.
///
/// Measured on a Xeon with two 512-bit FMA ports (JDK 25, one core, batch 256, in percent of the peak of the same
/// minute, within whole steps): forward 784 to 500 61-66 %, 500 to 500 71-77 %, the product for the input's gradient
/// 500 by 500 58-60 %, for the weights' gradient 64-68 %, 500 to 10 52 %; tanh and exp 4 elements a nanosecond, erf
/// 3.5, log 3.2, sigmoid 2.9. On two threads, each product takes 25-40 microseconds more than half: half of what it
/// reads was written by the other core (15), and rows in the first cache serve half as many tiles.
/// A cold kernel of vector code takes several hundred times as long as a warm one until HotSpot's last tier has
/// compiled it, a scalar one is fast after a few calls: so each kernel is scalar until `Warmup` finds its vector form
/// fast. Vector methods begin with an empty loop for that. Before the first step of 784-500-500-500-10 this takes
/// half a second, most of it in HotSpot's compiler, at 30 to 80 ms a tile.
@NullMarked
package dev.lanewise.compiler.emit;

import org.jspecify.annotations.NullMarked;
