/// The commands, a file each.
/// Start reading at `Main`.
@NullMarked
package dev.lanewise.cli;

import org.jspecify.annotations.NullMarked;
