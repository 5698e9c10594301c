/// Whether a network's gradients are right, and whether it can learn at all. Start reading at `NetworkCheck`.
@NullMarked
package dev.lanewise.compiler.check;

import org.jspecify.annotations.NullMarked;
