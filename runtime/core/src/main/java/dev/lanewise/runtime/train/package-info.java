/// Feeding, running and training a compiled network. Start reading at `Session`, then `ModelTrainer`.
@NullMarked
package dev.lanewise.runtime.train;

import org.jspecify.annotations.NullMarked;
