/// What a generated class and the runtime agree on, and the files that weights travel in. Start reading at `Program`.
@NullMarked
package dev.lanewise.runtime.model;

import org.jspecify.annotations.NullMarked;
