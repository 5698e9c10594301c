/// What the compiler tells its user, how it is collected and how it is printed. Start reading at `Diagnostic`.
@NullMarked
package dev.lanewise.dsl.diagnostic;

import org.jspecify.annotations.NullMarked;
