/// Random numbers that are a pure function of seed, stream, step and element.
/// Start reading at `CounterRandom`.
@NullMarked
package dev.lanewise.runtime.random;

import org.jspecify.annotations.NullMarked;
