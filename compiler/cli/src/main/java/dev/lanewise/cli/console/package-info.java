/// What all commands say and how: results, tables, figures, failures, the numbers that they end with.
/// Start reading at `Console`.
@NullMarked
package dev.lanewise.cli.console;

import org.jspecify.annotations.NullMarked;
