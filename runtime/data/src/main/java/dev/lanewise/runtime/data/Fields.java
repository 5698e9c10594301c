package dev.lanewise.runtime.data;

import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Data that are a few arrays, one entry per example in each.
record Fields(String origin, List<Field> fields, Match match) implements RawData {

    /// How a port finds its field.
    enum Match {
        /// The field of the port's name.
        NAME,
        /// The first port takes the first field, and so on.
        POSITION,
        /// Pixels first and classes second: a float of the pixels' size takes these, everything else takes the
        /// classes.
        IMAGES
    }

    Fields {
        fields = List.copyOf(fields);
    }

    @Override
    public List<Port> naturalInputs() {
        return fields.stream()
                .limit(match == Match.IMAGES ? 1 : fields.size())
                .map(Field::naturalPort)
                .toList();
    }

    @Override
    public List<Port> naturalTargets() {
        return fields.stream()
                .skip(match == Match.IMAGES ? 1 : fields.size())
                .map(Field::naturalPort)
                .toList();
    }

    @Override
    public LoadedDataset bind(List<Port> inputs, List<Port> targets, DataOptions options) {
        var ports = new ArrayList<Port>();
        var readers = new ArrayList<PortReader>();
        var used = new ArrayList<Field>();
        for (var port : Ports.joined(inputs, targets)) {
            boolean isTarget = ports.size() >= inputs.size();
            var field = fieldFor(port, isTarget, ports.size(), options);
            used.add(field);
            readers.add(field.readerFor(port, isTarget ? "target" : "input"));
            ports.add(Ports.labelled(port, field.labels()));
        }
        var first = used.isEmpty() ? fields.getFirst() : used.getFirst();
        for (var field : used) {
            if (field.examples() != first.examples()) {
                throw new DataException("%s: %d examples of %s, and %d of %s in %s; their numbers must be equal"
                        .formatted(
                                first.origin(),
                                first.examples(),
                                first.name(),
                                field.examples(),
                                field.name(),
                                field.origin()));
            }
        }
        if (first.examples() == 0) {
            throw new DataException(first.origin() + ": holds no examples");
        }
        return new LoadedDataset(first.examples(), ports, readers, DataSchema.EMPTY);
    }

    private Field fieldFor(Port port, boolean isTarget, int position, DataOptions options) {
        return switch (match) {
            case IMAGES -> {
                boolean pixels = port.kind() == Port.Kind.FLOAT
                        && (!isTarget
                                || port.size() == Ports.size(fields.getFirst().shape()));
                if (!pixels && fields.size() < 2) {
                    throw new DataException(origin + ": has no labels for " + port.name());
                }
                yield fields.get(pixels ? 0 : 1);
            }
            case POSITION -> {
                if (position >= fields.size()) {
                    throw new DataException(origin + ": names " + fields.size() + " files, and " + port.name()
                            + " is the network's port number " + (position + 1));
                }
                yield fields.get(position);
            }
            case NAME -> {
                String name = options.nameOf(port.name());
                yield fields.stream()
                        .filter(field -> field.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new DataException(
                                        "%s: no array %s for %s %s; it holds %s"
                                                .formatted(
                                                        origin,
                                                        name,
                                                        isTarget ? "target" : "input",
                                                        port.name(),
                                                        fields.stream()
                                                                .map(f -> f.name() + " " + f.shape())
                                                                .collect(Collectors.joining(", "))),
                                        isTarget ? "--target NAME says which array is the target" : "")
                                .instead(name, fields.stream().map(Field::name).toList()));
            }
        };
    }
}
