/// The text of a file, its lines, and ranges of it. Start reading at `Source`.
@NullMarked
package dev.lanewise.dsl.source;

import org.jspecify.annotations.NullMarked;
