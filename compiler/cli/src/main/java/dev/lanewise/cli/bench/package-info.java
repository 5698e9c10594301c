/// How fast steps are, and where their time goes.
/// Start reading at `Bench`.
@NullMarked
package dev.lanewise.cli.bench;

import org.jspecify.annotations.NullMarked;
