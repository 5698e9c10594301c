/// What an application sees of a compiled network: `Network`, `Trainer`, `Predictor`, and the data that they take.
/// Start reading at `Network`.
@NullMarked
package dev.lanewise.runtime;

import org.jspecify.annotations.NullMarked;
