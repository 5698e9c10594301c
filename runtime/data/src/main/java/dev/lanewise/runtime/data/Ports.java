package dev.lanewise.runtime.data;

import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.List;

/// Small questions about ports.
final class Ports {

    private Ports() {}

    static Port numbers(String name, List<Integer> shape) {
        return new Port(name, Port.Kind.FLOAT, shape, 0, List.of());
    }

    static Port classes(String name, int classes, List<String> labels) {
        return new Port(name, Port.Kind.CLASS, List.of(), classes, labels);
    }

    /// Labels for exactly as many classes as the port has, or none.
    static Port labelled(Port port, List<String> labels) {
        boolean fits = port.kind() == Port.Kind.CLASS && labels.size() == port.classes();
        return fits ? new Port(port.name(), port.kind(), port.shape(), port.classes(), labels) : port;
    }

    static int size(List<Integer> shape) {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    static <T> List<T> joined(List<T> inputs, List<T> targets) {
        var all = new ArrayList<>(inputs);
        all.addAll(targets);
        return all;
    }
}
