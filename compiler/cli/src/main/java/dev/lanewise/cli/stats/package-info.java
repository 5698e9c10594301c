/// What is seen of activations and gradients, layer by layer, and the table and the page that show it.
/// Start reading at `Probe`.
@NullMarked
package dev.lanewise.cli.stats;

import org.jspecify.annotations.NullMarked;
