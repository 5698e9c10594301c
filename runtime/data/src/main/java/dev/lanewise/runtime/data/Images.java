package dev.lanewise.runtime.data;

import dev.lanewise.runtime.Port;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Pictures in files, resized to what the network's input takes; `folders` are the names of their classes, `classes`
/// the place in it for each file. Pictures without classes have empty ones.
record Images(String origin, List<Path> files, List<String> folders, int[] classes) implements RawData {

    private static final String IMAGE = "image";
    private static final ValueLayout.OfInt LITTLE_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    Images {
        files = List.copyOf(files);
        folders = List.copyOf(folders);
    }

    /// Some pictures, to predict from.
    static RawData of(String origin, List<Path> files) {
        return new Images(origin, files, List.of(), new int[0]);
    }

    /// `images:DIR`: one folder below it for each class, in the order of their names.
    static RawData folder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new DataException(
                    folder + ": no such folder", "images:DIR is a folder with a folder of pictures for each class");
        }
        var names = new ArrayList<String>();
        var files = new ArrayList<Path>();
        var classes = new ArrayList<Integer>();
        for (var inside : list(folder)) {
            if (Files.isDirectory(inside)) {
                var pictures = list(inside).stream().filter(Images::isImage).toList();
                if (pictures.isEmpty()) {
                    throw new DataException(inside + ": holds no pictures: no file ends in .png, .jpg, .bmp or .gif");
                }
                pictures.forEach(_ -> classes.add(names.size()));
                files.addAll(pictures);
                names.add(inside.getFileName().toString());
            }
        }
        if (names.isEmpty()) {
            files.addAll(list(folder).stream().filter(Images::isImage).toList());
        }
        if (files.isEmpty()) {
            throw new DataException(
                    folder + ": holds neither folders nor pictures",
                    "images:DIR is a folder with a folder of pictures for each class");
        }
        return new Images(
                folder.toString(),
                files,
                names,
                classes.stream().mapToInt(Integer::intValue).toArray());
    }

    private static boolean isImage(Path file) {
        return ImageFile.isImage(file.getFileName().toString());
    }

    /// What is in a folder by name, but hidden files.
    private static List<Path> list(Path folder) {
        try (var all = Files.list(folder)) {
            return all.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Content.unreadable(folder.toString(), e);
        }
    }

    /// As the first picture is.
    @Override
    public List<Port> naturalInputs() {
        return List.of(Ports.numbers(IMAGE, ImageFile.shape(files.getFirst())));
    }

    @Override
    public List<Port> naturalTargets() {
        return folders.isEmpty() ? List.of() : List.of(Ports.classes("label", folders.size(), folders));
    }

    @Override
    public LoadedDataset bind(List<Port> inputs, List<Port> targets, DataOptions options) {
        var fields = new ArrayList<Field>();
        var shape = inputs.stream()
                .filter(port -> port.kind() == Port.Kind.FLOAT)
                .map(this::shapeOf)
                .findFirst()
                .orElseThrow(() -> new DataException(origin + ": holds pictures, and the network takes no numbers"));
        var wanted =
                targets.stream().filter(port -> port.kind() == Port.Kind.CLASS).findFirst();
        if (!folders.isEmpty()) {
            fields.add(labels(wanted.orElse(naturalTargets().getFirst())));
        }
        fields.addFirst(pictures(shape));
        return new Fields(origin, fields, Fields.Match.IMAGES).bind(inputs, targets, options);
    }

    /// Channels, height and width that fill a port.
    private List<Integer> shapeOf(Port port) {
        var shape = port.shape();
        int rank = shape.size();
        if (rank == 2) {
            return List.of(1, shape.get(0), shape.get(1));
        }
        if (rank == 3 && (shape.getFirst() == 1 || shape.getFirst() == 3)) {
            return shape;
        }
        for (int channels : new int[] {1, 3}) {
            int side = (int) Math.round(Math.sqrt((double) port.size() / channels));
            if (rank == 1 && channels * side * side == port.size()) {
                return List.of(channels, side, side);
            }
        }
        throw new DataException(
                origin + ": holds pictures, input " + port.name() + " is " + port.type(),
                "declare " + port.name() + ": float[1, height, width], or float[3, height, width] for colours");
    }

    /// The classes by the numbers of the port: by name where it has names, else the folders in order.
    private Field labels(Port port) {
        var names = port.labels().isEmpty() ? folders : port.labels();
        if (port.labels().isEmpty() && folders.size() != port.classes()) {
            throw new DataException(origin + ": has " + folders.size() + " folders, target " + port.name() + " is "
                    + port.type() + ": " + shortened(folders));
        }
        byte[] numbers = new byte[4 * classes.length];
        var all = MemorySegment.ofArray(numbers);
        for (int i = 0; i < classes.length; i++) {
            var folder = folders.get(classes[i]);
            int number = names.indexOf(folder);
            if (number < 0) {
                throw new DataException(origin + ": the folder " + folder + " is none of the classes of " + port.name()
                        + ": " + shortened(names));
            }
            all.set(LITTLE_INT, 4L * i, number);
        }
        var values = NumberArray.dense(all, NumberType.I32, ByteOrder.LITTLE_ENDIAN, 0, 1);
        return new Field("label", origin, classes.length, List.of(), true, values, values, names);
    }

    private static String shortened(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(10, names.size()))) + (names.size() > 10 ? ", ..." : "");
    }

    /// All pictures as bytes, decoded at once, so that what is wrong with one is told before the run.
    private Field pictures(List<Integer> shape) {
        int size = Ports.size(shape);
        long bytes = Math.multiplyExact((long) files.size(), size);
        Memory.require(origin, bytes);
        var pixels = Arena.ofAuto().allocate(bytes);
        IntStream.range(0, files.size())
                .parallel()
                .mapToObj(i -> {
                    try {
                        byte[] one = ImageFile.pixels(files.get(i), shape.get(0), shape.get(1), shape.get(2));
                        MemorySegment.copy(one, 0, pixels, ValueLayout.JAVA_BYTE, (long) i * size, size);
                        return Optional.<DataException>empty();
                    } catch (DataException wrong) {
                        return Optional.of(wrong);
                    }
                })
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(first -> {
                    throw first;
                });
        return Field.of(
                IMAGE,
                origin,
                files.size(),
                shape,
                NumberArray.dense(pixels, NumberType.U8, ByteOrder.LITTLE_ENDIAN, 0, size));
    }
}
