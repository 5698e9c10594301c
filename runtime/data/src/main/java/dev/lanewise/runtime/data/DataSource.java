package dev.lanewise.runtime.data;

import dev.lanewise.runtime.Port;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Opens data by one string: `digits`, `mnist:DIR`, `idx:IMAGES,LABELS`, `cifar10:DIR`, `csv:FILE`, `npz:FILE`,
/// `npy:FILE,FILE`, `safetensors:FILE`, `images:DIR`, `normal:N`, `spirals:N`, `xor`, or `-` for a table on standard
/// input. A path with a known suffix needs no prefix.
///
/// Whatever is wrong with the data is a [DataException].
public final class DataSource {

    private static final String KNOWN = "digits, mnist:DIR, idx:IMAGES,LABELS, cifar10:DIR, csv:FILE, npz:FILE, "
            + "npy:FILE, safetensors:FILE, images:DIR, normal:N, spirals:N, xor";

    private DataSource() {}

    /// The data of `spec`, fitted to the ports of a network. Paths are relative to `base`. Without targets the data
    /// are for prediction, and need not hold any.
    public static LoadedDataset open(
            String spec, Path base, List<Port> inputs, List<Port> targets, DataOptions options) {
        try {
            return read(spec, base, options).bind(inputs, targets, options);
        } catch (OutOfMemoryError _) {
            throw tooLarge(spec);
        }
    }

    /// The data of `spec` as they are, without a network.
    public static LoadedDataset open(String spec, Path base, DataOptions options) {
        try {
            var data = read(spec, base, options);
            return data.bind(data.naturalInputs(), data.naturalTargets(), options);
        } catch (OutOfMemoryError _) {
            throw tooLarge(spec);
        }
    }

    /// Pictures by their files, fitted to the inputs of a network that predicts from them.
    public static LoadedDataset openImages(List<Path> files, List<Port> inputs) {
        try {
            return Images.of(files.getFirst().toString(), files).bind(inputs, List.of(), DataOptions.DEFAULT);
        } catch (OutOfMemoryError _) {
            throw tooLarge(files.getFirst().toString());
        }
    }

    /// Whether a file's name is that of a picture.
    public static boolean isImage(Path file) {
        return ImageFile.isImage(file.toString());
    }

    /// What was foreseen names the size; this is the rest, such as a column of many long words.
    private static DataException tooLarge(String spec) {
        return new DataException(
                "data '" + spec + "': needs more memory than the Java machine has", "give it more with -Xmx");
    }

    /// Whether `spec` has a test part, which `part: TEST` opens.
    public static boolean hasTest(String spec) {
        return spec.startsWith("mnist:") || spec.startsWith("cifar10:");
    }

    private static RawData read(String spec, Path base, DataOptions options) {
        int colon = spec.indexOf(':');
        String kind = colon < 0 ? spec : spec.substring(0, colon);
        String rest = colon < 0 ? "" : spec.substring(colon + 1);
        return switch (kind) {
            case "digits" -> Digits.read();
            case "mnist" -> Idx.mnist(path(spec, base, rest), options.part());
            case "idx" -> idx(spec, base, rest);
            case "cifar10" -> Cifar.read(path(spec, base, rest), options.part());
            case "csv" -> csv(path(spec, base, rest), options);
            case "npz" -> Npy.zip(path(spec, base, rest));
            case "npy" ->
                Npy.arrays(List.of(rest.split(",", -1)).stream()
                        .map(file -> path(spec, base, file))
                        .toList());
            case "safetensors" -> Tensors.read(path(spec, base, rest));
            case "normal" -> new Generated(Generated.Shape.NORMAL, count(spec, rest));
            case "spirals" -> new Generated(Generated.Shape.SPIRALS, count(spec, rest));
            case "xor" -> new Generated(Generated.Shape.XOR, 4);
            case "-" -> standardInput(options);
            case "images" -> Images.folder(path(spec, base, rest));
            case "text" -> throw new DataException(spec + ": reading " + kind + " is not there yet");
            default -> bySuffix(spec, base, options);
        };
    }

    private static RawData bySuffix(String spec, Path base, DataOptions options) {
        String name = spec.toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
        if (name.endsWith(".csv") || name.endsWith(".tsv")) {
            return csv(path(spec, base, spec), options);
        }
        if (name.endsWith(".npz")) {
            return Npy.zip(path(spec, base, spec));
        }
        if (name.endsWith(".npy")) {
            return Npy.arrays(List.of(path(spec, base, spec)));
        }
        if (name.endsWith(".safetensors")) {
            return Tensors.read(path(spec, base, spec));
        }
        if (ImageFile.isImage(name)) {
            return Images.of(spec, List.of(path(spec, base, spec)));
        }
        throw new DataException(
                "data '" + spec + "': not a known source",
                "known are " + KNOWN
                        + "; a file is known by .csv, .tsv, .npz, .npy, .safetensors, .png, .jpg, .bmp or .gif");
    }

    private static RawData idx(String spec, Path base, String rest) {
        String[] files = rest.split(",", -1);
        return switch (files.length) {
            case 1 -> Idx.images(path(spec, base, files[0]));
            case 2 -> Idx.pair(path(spec, base, files[0]), path(spec, base, files[1]));
            default -> throw new DataException(spec + ": expected idx:IMAGES,LABELS");
        };
    }

    private static RawData csv(Path file, DataOptions options) {
        if (file.getFileName().toString().equals("-")) {
            return standardInput(options);
        }
        return new CsvTable(CsvRows.of(file.toString(), () -> Content.open(file)));
    }

    private static RawData standardInput(DataOptions options) {
        String name = "standard input";
        try {
            var bytes = Content.readAll(name, Content.unpacked(options.standardInput()), 0)
                    .toArray(ValueLayout.JAVA_BYTE);
            return new CsvTable(CsvRows.of(name, () -> new ByteArrayInputStream(bytes)));
        } catch (IOException e) {
            throw Content.unreadable(name, e);
        }
    }

    private static Path path(String spec, Path base, String file) {
        if (file.isEmpty()) {
            throw new DataException("data '" + spec + "': a path is missing", "known are " + KNOWN);
        }
        try {
            return base.resolve(file);
        } catch (InvalidPathException _) {
            throw new DataException("data '" + spec + "': not a path");
        }
    }

    private static int count(String spec, String number) {
        if (!number.matches("[0-9]{1,9}") || Integer.parseInt(number) == 0) {
            throw new DataException("data '" + spec + "': expected a number of examples, as in normal:1000");
        }
        return Integer.parseInt(number);
    }
}
