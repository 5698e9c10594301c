/// Classes, weights, description and runtime to a reproducible jar. Start reading at `JarContents`, then `Facade`.
@NullMarked
package dev.lanewise.compiler.jar;

import org.jspecify.annotations.NullMarked;
