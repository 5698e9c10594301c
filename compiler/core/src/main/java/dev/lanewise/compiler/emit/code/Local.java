package dev.lanewise.compiler.emit.code;

import org.objectweb.asm.Type;

/// A local variable of the method that is written.
public record Local(int number, Type type) {}
