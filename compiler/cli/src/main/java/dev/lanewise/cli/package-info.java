/// The commands, a file each, and what only one of them needs; what they share stands in the packages below.
/// Start reading at `Main`.
@NullMarked
package dev.lanewise.cli;

import org.jspecify.annotations.NullMarked;
