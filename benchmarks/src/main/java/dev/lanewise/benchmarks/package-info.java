/// What is measured with JMH. `Peak` first: the figure that all others are a share of.
@NullMarked
package dev.lanewise.benchmarks;

import org.jspecify.annotations.NullMarked;
