package dev.lanewise.runtime.model;

import dev.lanewise.runtime.ModelException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// The jar of a network as a file: read without loading a class from it, written with the same bytes for the same
/// contents.
public final class ModelFile {
    /// Entries larger than this, or more of them, are no model's code.
    private static final int LARGEST_ENTRY = 1 << 26;

    private static final int LARGE = 1 << 17;

    private static final int MOST_ENTRIES = 10_000;
    /// What all entries together may hold when they are unpacked.
    private static final long LARGEST_CODE = 1L << 28;
    private static final LocalDateTime WRITTEN = LocalDateTime.of(2026, 1, 1, 0, 0);

    private ModelFile() {}

    /// The description in a jar, the first network's where it holds several.
    ///
    /// @throws ModelException when the file is missing or is no model of a version that this runtime reads
    public static ModelInfo info(Path jar) {
        return infos(jar).getFirst();
    }

    /// The description of the network of that name; of the first without a name.
    public static ModelInfo info(Path jar, String network) {
        var names = new StringJoiner(", ");
        for (var info : infos(jar)) {
            if (network.isEmpty() || info.network().equals(network)) {
                return info;
            }
            names.add(info.network());
        }
        throw new ModelException(jar + ": there is no network " + network + "; it holds " + names);
    }

    /// The descriptions of all networks in a jar.
    public static List<ModelInfo> infos(Path jar) {
        var infos = new ArrayList<ModelInfo>();
        try (var zip = open(jar)) {
            var entries = zip.entries();
            while (entries.hasMoreElements()) {
                var entry = entries.nextElement();
                var name = entry.getName();
                if (name.startsWith(ModelInfo.FOLDER) && name.endsWith(ModelInfo.DESCRIPTION)) {
                    int place = name.equals(ModelInfo.ENTRY) ? 0 : infos.size();
                    infos.add(place, info(jar + ": " + name, read(zip, entry, jar)));
                }
            }
        } catch (IOException e) {
            throw damaged(jar, e);
        }
        if (infos.isEmpty()) {
            throw new ModelException(jar + ": this is a jar, but no network: it has no " + ModelInfo.ENTRY);
        }
        return infos;
    }

    private static ModelInfo info(String name, byte[] json) {
        try {
            return ModelJson.read(json);
        } catch (ModelException e) {
            throw new ModelException(name + " is damaged: " + e.getMessage(), e);
        }
    }

    /// The weights in a jar of the network described.
    public static WeightStore weights(Path jar, ModelInfo info) {
        var store = WeightStore.zeros(info.layout());
        try (var zip = open(jar)) {
            var name = own(zip, info.network() + ModelInfo.TENSORS, ModelInfo.WEIGHTS);
            var entry = zip.getEntry(name);
            if (entry == null) {
                throw new ModelException(jar + ": it has no entry " + name);
            }
            try (var file = Safetensors.open(jar + "!" + name, zip.getInputStream(entry), entry.getSize())) {
                store.load(file, jar + "!" + name);
            }
        } catch (IOException e) {
            throw damaged(jar, e);
        }
        return store;
    }

    /// Where something of a network lies: under the network's name, but for the first one in the jar.
    private static String own(ZipFile zip, String named, String first) {
        return zip.getEntry(named) == null ? first : named;
    }

    /// All entries but the description and the weights of one network: what a trained copy of the jar takes over.
    public static Map<String, byte[]> code(Path jar, ModelInfo info) {
        var code = new LinkedHashMap<String, byte[]>();
        try (var zip = open(jar)) {
            if (zip.size() > MOST_ENTRIES) {
                throw new ModelException(jar + ": " + zip.size() + " entries; a network has at most " + MOST_ENTRIES);
            }
            long total = 0;
            var description = own(zip, ModelInfo.FOLDER + info.network() + ModelInfo.DESCRIPTION, ModelInfo.ENTRY);
            var weights = own(zip, info.network() + ModelInfo.TENSORS, ModelInfo.WEIGHTS);
            var entries = zip.entries();
            while (entries.hasMoreElements()) {
                var entry = entries.nextElement();
                if (!entry.getName().equals(description) && !entry.getName().equals(weights)) {
                    var bytes = read(zip, entry, jar);
                    total += bytes.length;
                    if (total > LARGEST_CODE) {
                        throw new ModelException(jar + ": its entries are larger than a network's may be");
                    }
                    code.put(entry.getName(), bytes);
                }
            }
        } catch (IOException e) {
            throw damaged(jar, e);
        }
        return code;
    }

    private static ZipFile open(Path jar) throws IOException {
        if (!Files.exists(jar)) {
            throw new ModelException(jar + ": there is no such file");
        }
        if (Files.isDirectory(jar)) {
            throw new ModelException(jar + ": this is a folder, not a jar");
        }
        return new ZipFile(jar.toFile());
    }

    private static byte[] read(ZipFile zip, ZipEntry entry, Path jar) throws IOException {
        try (var in = zip.getInputStream(entry)) {
            var bytes = in.readNBytes(LARGEST_ENTRY + 1);
            if (bytes.length > LARGEST_ENTRY) {
                throw new ModelException(jar + ": the entry " + entry.getName() + " is larger than a network's may be");
            }
            return bytes;
        }
    }

    private static ModelException damaged(Path jar, IOException e) {
        var why = e instanceof ZipException ? "it is no jar, or it is damaged" : "it cannot be read";
        return new ModelException(jar + ": " + why + ": " + e.getMessage(), e);
    }

    /// Writes a jar: the description, the code, the weights last. Beside the target first, then moved over it.
    /// Where the code holds the description of another network, this one's entries bear its name.
    public static void write(Path jar, ModelInfo info, Map<String, byte[]> code, WeightStore weights) {
        writeWhole(jar, out -> {
            var zip = new ZipOutputStream(out);
            var manifest = code.get("META-INF/MANIFEST.MF");
            if (manifest != null) {
                put(zip, "META-INF/MANIFEST.MF", manifest);
            }
            boolean isFirst = !code.containsKey(ModelInfo.ENTRY);
            var name = info.network();
            put(
                    zip,
                    isFirst ? ModelInfo.ENTRY : ModelInfo.FOLDER + name + ModelInfo.DESCRIPTION,
                    ModelJson.write(info).getBytes(StandardCharsets.UTF_8));
            for (var entry : code.entrySet()) {
                if (!entry.getKey().equals("META-INF/MANIFEST.MF")) {
                    put(zip, entry.getKey(), entry.getValue());
                }
            }
            put(
                    zip,
                    isFirst ? ModelInfo.WEIGHTS : name + ModelInfo.TENSORS,
                    weights.writer().toBytes());
            zip.finish();
        });
    }

    /// Weights are stored as they are, everything else is compressed.
    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        var crc = new CRC32();
        crc.update(bytes);
        var entry = new ZipEntry(name);
        entry.setTimeLocal(WRITTEN);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        if (name.endsWith(ModelInfo.TENSORS)) {
            entry.setMethod(ZipEntry.STORED);
        } else {
            // What is large is compressed as well and five times as fast a little below the best level.
            int level = bytes.length > LARGE ? 7 : Deflater.BEST_COMPRESSION;
            zip.setLevel(level);
            entry.setCompressedSize(compressedSize(bytes, level));
        }
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    /// The size in front of the entry saves the 16 bytes behind it that would tell the size.
    private static int compressedSize(byte[] bytes, int level) {
        try (var deflater = new Deflater(level, true)) {
            deflater.setInput(bytes);
            deflater.finish();
            var part = new byte[1 << 13];
            int size = 0;
            while (!deflater.finished()) {
                size += deflater.deflate(part);
            }
            return size;
        }
    }

    /// What writes a file's bytes.
    public interface Writing {
        void to(OutputStream out) throws IOException;
    }

    /// Writes a file beside its target and moves it over it when whole.
    ///
    /// @throws ModelException when it cannot be written; the target is then as it was
    public static void writeWhole(Path target, Writing writing) {
        var folder = target.toAbsolutePath().getParent();
        Path part = target.resolveSibling(
                "." + target.getFileName() + ".part" + ProcessHandle.current().pid());
        try {
            if (folder != null && !Files.isDirectory(folder)) {
                throw new ModelException(target + ": cannot be written: there is no folder " + folder);
            }
            if (Files.isDirectory(target)) {
                throw new ModelException(target + ": cannot be written: it is a folder");
            }
            try (var out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16)) {
                writing.to(out);
            }
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING); // in one folder: renamed at once
        } catch (IOException e) {
            throw new ModelException(target + ": cannot be written: " + e.getMessage(), e);
        } finally {
            try {
                Files.deleteIfExists(part);
            } catch (IOException _) {
                // the target is what matters; a left part file is named so that it can be told
            }
        }
    }
}
