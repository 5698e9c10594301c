/// Threads that work on one batch together. Start reading at `Team`.
@NullMarked
package dev.lanewise.runtime.team;

import org.jspecify.annotations.NullMarked;
