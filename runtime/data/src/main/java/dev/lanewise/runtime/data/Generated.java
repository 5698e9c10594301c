package dev.lanewise.runtime.data;

import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.data.DataOptions.Part;
import dev.lanewise.runtime.random.CounterRandom;
import java.util.ArrayList;
import java.util.List;

/// Made-up examples: `normal:N`, `spirals:N`, `xor`. Each is a function of the seed and of its own number, in single
/// precision, so that a run in double precision sees the same data. The test part is drawn anew.
record Generated(Shape shape, int examples) implements RawData {

    enum Shape {
        /// Standard-normal numbers, classes and indices with equal chances.
        NORMAL,
        /// Arms of a spiral around the origin, one per class, with noise of 0.2 radians.
        SPIRALS,
        /// The four corners of the unit square and their exclusive or.
        XOR
    }

    private static final long TEST_PART = 1L << 40;

    @Override
    public List<Port> naturalInputs() {
        return List.of(Ports.numbers("x", shape == Shape.NORMAL ? List.of() : List.of(2)));
    }

    @Override
    public List<Port> naturalTargets() {
        return switch (shape) {
            case NORMAL -> List.of();
            case SPIRALS -> List.of(Ports.classes("y", 3, List.of()));
            case XOR -> List.of(Ports.classes("y", 2, List.of()));
        };
    }

    @Override
    public LoadedDataset bind(List<Port> inputs, List<Port> targets, DataOptions options) {
        int arms = shape == Shape.SPIRALS ? arms(targets) : 2;
        var ports = Ports.joined(inputs, targets);
        Memory.require(name(), ports.stream().mapToLong(Port::size).sum() * examples * Float.BYTES);
        var readers = new ArrayList<PortReader>();
        for (int i = 0; i < ports.size(); i++) {
            var port = ports.get(i);
            boolean isTarget = i >= inputs.size();
            if (shape != Shape.NORMAL) {
                require(port, isTarget);
            }
            float[][] values = new float[examples][port.size()];
            for (int example = 0; example < examples; example++) {
                long step = example + (options.part() == Part.TEST ? TEST_PART : 0);
                var random = CounterRandom.of(options.seed(), CounterRandom.EXAMPLES - i, step);
                switch (shape) {
                    case NORMAL -> normal(port, random, values[example]);
                    case SPIRALS -> spiral(isTarget, example, arms, random, values[example]);
                    case XOR -> corner(isTarget, example, values[example]);
                }
            }
            readers.add(new Rows(values));
        }
        return new LoadedDataset(examples, ports, readers, DataSchema.EMPTY);
    }

    private static void normal(Port port, CounterRandom random, float[] target) {
        for (int i = 0; i < target.length; i++) {
            target[i] = port.kind() == Port.Kind.FLOAT ? (float) random.normal(i) : random.below(port.classes(), i);
        }
    }

    private void spiral(boolean isTarget, int example, int arms, CounterRandom random, float[] target) {
        int arm = example % arms;
        if (isTarget) {
            target[0] = arm;
            return;
        }
        int place = example / arms;
        double along = (place + 0.5) / Math.ceilDiv(examples, arms);
        double angle = 2 * Math.PI * arm / arms + 4 * along + 0.2 * random.normal(0);
        target[0] = (float) (along * StrictMath.sin(angle));
        target[1] = (float) (along * StrictMath.cos(angle));
    }

    private static void corner(boolean isTarget, int example, float[] target) {
        int first = example >> 1;
        int second = example & 1;
        if (isTarget) {
            target[0] = first ^ second;
        } else {
            target[0] = first;
            target[1] = second;
        }
    }

    private static int arms(List<Port> targets) {
        for (var port : targets) {
            return port.kind() == Port.Kind.FLOAT ? 2 : port.classes();
        }
        return 3;
    }

    private void require(Port port, boolean isTarget) {
        boolean fits = isTarget
                ? port.size() == 1 && (port.kind() == Port.Kind.FLOAT || port.classes() >= 2)
                : port.kind() == Port.Kind.FLOAT && port.size() == 2;
        if (!fits) {
            throw new DataException("%s: gives float[2] and a class, %s %s is %s"
                    .formatted(name(), isTarget ? "target" : "input", port.name(), port.type()));
        }
    }

    private String name() {
        return switch (shape) {
            case NORMAL -> "normal:" + examples;
            case SPIRALS -> "spirals:" + examples;
            case XOR -> "xor";
        };
    }

    private record Rows(float[][] values) implements PortReader {

        @Override
        public void read(int example, double[] target, int offset) {
            for (int i = 0; i < values[example].length; i++) {
                target[offset + i] = values[example][i];
            }
        }

        @Override
        public void read(int example, float[] target, int offset) {
            var row = values[example];
            if (row.length == 1) {
                // A target, mostly: a call would take longer than the copy.
                target[offset] = row[0];
            } else {
                System.arraycopy(row, 0, target, offset, row.length);
            }
        }
    }
}
