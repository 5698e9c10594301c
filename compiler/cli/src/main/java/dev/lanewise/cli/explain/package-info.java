/// A declaration, a network or a trained model made plain: texts, curves, pictures.
/// Start reading at `ExplainedNetwork`.
@NullMarked
package dev.lanewise.cli.explain;

import org.jspecify.annotations.NullMarked;
