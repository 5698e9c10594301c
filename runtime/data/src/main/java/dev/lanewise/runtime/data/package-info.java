/// Readers of data sets: from a string such as `digits` or `csv:iris.csv` to examples that fill a network's ports.
/// Start reading at `DataSource`.
@NullMarked
package dev.lanewise.runtime.data;

import org.jspecify.annotations.NullMarked;
