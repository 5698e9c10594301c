/// Syntax tree to graph: names, imports, hyper-parameters, blocks, shapes, weights, metrics, update rules. Start
/// reading at `Elaborator`, then `Evaluator` and `Meaning`.
@NullMarked
package dev.lanewise.compiler.elaborate;

import org.jspecify.annotations.NullMarked;
