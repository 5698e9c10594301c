/// Weights that come from the training data: their graphs, which reduce over a whole data set, become stages that
/// read it part by part. Start reading at `Stages`.
@NullMarked
package dev.lanewise.compiler.fit;

import org.jspecify.annotations.NullMarked;
