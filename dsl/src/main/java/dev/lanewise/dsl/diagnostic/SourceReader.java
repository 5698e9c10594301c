package dev.lanewise.dsl.diagnostic;

import dev.lanewise.dsl.source.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads a file as UTF-8. What is wrong with it is told; there is always a source, perhaps an empty one.
public final class SourceReader {
    private static final long LARGEST = 64L << 20;

    private SourceReader() {}

    /// `name` is how messages call the file.
    public static Source read(Path file, String name, Diagnostics diagnostics) {
        try {
            if (Files.isDirectory(file)) {
                return unreadable(name, "this is a folder", diagnostics);
            }
            if (Files.size(file) > LARGEST) {
                var empty = new Source(name, "");
                diagnostics.add(
                        Diagnostic.error(ReadCode.FILE_TOO_LARGE, empty.span(0, 0), "the file is larger than 64 MB"));
                return empty;
            }
            return decode(Files.readAllBytes(file), name, diagnostics);
        } catch (NoSuchFileException e) {
            return unreadable(name, "there is no such file", diagnostics);
        } catch (IOException e) {
            return unreadable(name, "the file cannot be read: " + e.getMessage(), diagnostics);
        }
    }

    private static Source unreadable(String name, String why, Diagnostics diagnostics) {
        var empty = new Source(name, "");
        diagnostics.add(Diagnostic.error(ReadCode.UNREADABLE_FILE, empty.span(0, 0), why));
        return empty;
    }

    /// Bytes to text: a byte order mark is dropped, bytes that are not UTF-8 become U+FFFD and one error.
    public static Source decode(byte[] bytes, String name, Diagnostics diagnostics) {
        if (isUtf16(bytes)) {
            var empty = new Source(name, "");
            diagnostics.add(Diagnostic.error(
                    ReadCode.INVALID_UTF8,
                    empty.span(0, 0),
                    "the file is UTF-16, expected UTF-8",
                    Note.help("save the file as UTF-8")));
            return empty;
        }
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length + 1);
        int first = -1;
        int firstByte = 0;
        int count = 0;
        while (true) {
            var result = decoder.decode(in, out, true);
            if (result.isUnderflow()) {
                break;
            }
            if (count++ == 0) {
                first = out.position();
                firstByte = Byte.toUnsignedInt(bytes[in.position()]);
            }
            out.put('\uFFFD');
            in.position(in.position() + result.length());
        }
        out.flip();
        var text = out.toString();
        boolean marked = text.startsWith("\uFEFF");
        var source = new Source(name, marked ? text.substring(1) : text);
        if (count > 0) {
            int at = marked ? first - 1 : first;
            diagnostics.add(Diagnostic.error(
                    ReadCode.INVALID_UTF8,
                    source.span(at, at + 1),
                    "this is not UTF-8",
                    Note.found("byte 0x%02X%s"
                            .formatted(firstByte, count > 1 ? ", and " + (count - 1) + " more such places" : "")),
                    Note.help("save the file as UTF-8")));
        }
        return source;
    }

    /// Whether the bytes begin with the mark of UTF-16: reading on would tell of every second byte.
    private static boolean isUtf16(byte[] bytes) {
        return bytes.length >= 2 && (bytes[0] == -2 && bytes[1] == -1 || bytes[0] == -1 && bytes[1] == -2);
    }
}
