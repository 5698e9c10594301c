package dev.lanewise.runtime.data;

import dev.lanewise.runtime.Port;
import java.util.List;

/// One array of a data set, an entry for each example. `origin` is the file, for messages; `scaled` is how float
/// ports read it (bytes become numbers in [0, 1]), `plain` how classes and indices do.
record Field(
        String name,
        String origin,
        int examples,
        List<Integer> shape,
        boolean integers,
        PortReader plain,
        PortReader scaled,
        List<String> labels) {

    Field {
        shape = List.copyOf(shape);
        labels = List.copyOf(labels);
    }

    /// Bytes become numbers in [0, 1]; a single one is no pixel and stays as it is.
    static Field of(String name, String origin, int examples, List<Integer> shape, NumberArray values) {
        boolean integers = values.type().compareTo(NumberType.F16) < 0;
        var scaled = values.type() == NumberType.U8 && values.size() > 1 ? values.dividedBy(255) : values;
        return new Field(name, origin, examples, shape, integers, values, scaled, List.of());
    }

    /// The same, with bytes read as they are.
    Field unscaled() {
        return new Field(name, origin, examples, shape, integers, plain, plain, labels);
    }

    /// The port that the field would fill by itself: a class when it holds one integer that can be one.
    Port naturalPort() {
        if (integers && Ports.size(shape) == 1) {
            double[] value = new double[1];
            double least = 0;
            double most = 0;
            for (int example = 0; example < examples; example++) {
                plain.read(example, value, 0);
                least = Math.min(least, value[0]);
                most = Math.max(most, value[0]);
            }
            if (least == 0 && most < 10_000) {
                return Ports.classes(name, (int) most + 1, labels.size() == (int) most + 1 ? labels : List.of());
            }
        }
        return Ports.numbers(name, shape);
    }

    /// A reader for `port`, after a look at whether the field fits it.
    PortReader readerFor(Port port, String role) {
        if (Ports.size(shape) != port.size()) {
            throw new DataException(
                    "%s: an example of %s has %d numbers %s, %s %s is %s and takes %d"
                            .formatted(
                                    origin,
                                    name,
                                    Ports.size(shape),
                                    shape,
                                    role,
                                    port.name(),
                                    port.type(),
                                    port.size()),
                    port.kind() == Port.Kind.FLOAT && integers && Ports.size(shape) == 1
                            ? "for classes declare " + port.name() + ": class[" + port.size() + "]"
                            : role.equals("input")
                                    ? "declare " + port.name() + ": float" + shape
                                            + " (the first axis of an array counts the examples)"
                                    : "");
        }
        if (port.kind() == Port.Kind.FLOAT) {
            return scaled;
        }
        double[] values = new double[port.size()];
        for (int example = 0; example < examples; example++) {
            plain.read(example, values, 0);
            for (double value : values) {
                if (!(value >= 0 && value < port.classes() && value == Math.rint(value))) {
                    throw new DataException("%s: example %d of %s is %s; %s %s is %s, 0 to %d"
                            .formatted(
                                    origin,
                                    example + 1,
                                    name,
                                    value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value),
                                    role,
                                    port.name(),
                                    port.type(),
                                    port.classes() - 1));
                }
            }
        }
        return plain;
    }
}
