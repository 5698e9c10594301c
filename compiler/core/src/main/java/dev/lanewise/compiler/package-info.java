/// The way from text to a network that runs. Start reading at `Compiler`; applications use `Lanewise`.
@NullMarked
package dev.lanewise.compiler;

import org.jspecify.annotations.NullMarked;
