package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.loops.Kernel;
import java.util.List;
import java.util.Set;

/// One call of an entry, before its operands have places: a kernel with what it is called with. `replaceable` are
/// operands whose elements are read just before the same element of every result is stored and nowhere else: a result
/// may take their place.
record Step(
        Kernel kernel,
        List<Operand> operands,
        List<Integer> uniforms,
        Set<Operand> reads,
        Set<Operand> writes,
        Set<Operand> replaceable,
        List<Integer> nodes,
        Origin origin) {}
