/// Loop programs to class files: one class with the calls of each entry, and the kernels once for each vector width
/// and once without vectors. Start reading at `Emitter`, then `NestCode`.
@NullMarked
package dev.lanewise.compiler.emit;

import org.jspecify.annotations.NullMarked;
