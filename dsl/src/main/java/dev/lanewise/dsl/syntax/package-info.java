/// Text to syntax tree, and the tree back to text. Start reading at `SourceFile`, then `Parser`.
@NullMarked
package dev.lanewise.dsl.syntax;

import org.jspecify.annotations.NullMarked;
