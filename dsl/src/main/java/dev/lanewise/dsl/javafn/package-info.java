/// Scalar functions written in Java, read into the tree of the language. Start reading at `JavaFunctions`.
@NullMarked
package dev.lanewise.dsl.javafn;

import org.jspecify.annotations.NullMarked;
