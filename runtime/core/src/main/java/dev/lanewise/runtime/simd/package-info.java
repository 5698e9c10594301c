/// What the machine can do: the width of its vectors, whether the JDK's vector module is there, and how arrays lie in
/// memory. Start reading at `Simd`.
@NullMarked
package dev.lanewise.runtime.simd;

import org.jspecify.annotations.NullMarked;
