package dev.lanewise.runtime.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.FieldModifiers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// The rows of a text table, read as often as needed: UTF-8, quotes as in RFC 4180, blanks around fields dropped.
record CsvRows(String name, Supplier<InputStream> source, char separator) {
    private static final Pattern STARTING_LINE = Pattern.compile("starting at line ([0-9]+)");

    /// Takes comma, semicolon or tab, whichever is most frequent in the first line.
    static CsvRows of(String name, Supplier<InputStream> source) {
        int[] counts = new int[128];
        try (var in = source.get()) {
            boolean quoted = false;
            for (int i = 0, c = in.read(); i < 1 << 20 && c >= 0 && c != '\n'; i++, c = in.read()) {
                quoted ^= c == '"';
                counts[c < 128 && !quoted ? c : 0]++;
            }
        } catch (IOException e) {
            throw Content.unreadable(name, e);
        }
        char separator = counts[';'] > counts[','] ? ';' : ',';
        return new CsvRows(name, source, counts['\t'] > counts[separator] ? '\t' : separator);
    }

    /// One row and the line of the file at which it begins.
    record Row(long line, List<String> fields) {}

    /// Hands over all rows that are not empty, the header first; all have as many fields as that.
    void forEach(Consumer<Row> action) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try (var in = source.get();
                var reader = CsvReader.builder()
                        .fieldSeparator(separator)
                        .trimWhitespacesAroundQuotes(true)
                        .allowUnclosedQuote(false)
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .build(
                                CsvRecordHandler.of(handler -> handler.fieldModifier(FieldModifiers.STRIP)),
                                new InputStreamReader(in, decoder))) {
            int columns = -1;
            for (CsvRecord csvRow : reader) {
                var row = new Row(csvRow.getStartingLineNumber(), csvRow.getFields());
                if (row.fields().stream().anyMatch(field -> field.indexOf('\0') >= 0)) {
                    throw new DataException(
                            name + ":" + row.line() + ": holds a NUL byte: this is no text",
                            "expected a table of text with a header, in UTF-8");
                }
                if (columns < 0) {
                    columns = row.fields().size();
                } else if (columns != row.fields().size()) {
                    throw uneven(row, columns);
                }
                action.accept(row);
            }
        } catch (CsvParseException e) {
            throw unclosed(String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            throw unreadable(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private DataException uneven(Row row, int columns) {
        boolean trailing =
                row.fields().size() == columns + 1 && row.fields().getLast().isEmpty();
        return new DataException(
                "%s:%d: %d field%s, the first line has %d"
                        .formatted(
                                name,
                                row.line(),
                                row.fields().size(),
                                row.fields().size() == 1 ? "" : "s",
                                columns),
                trailing
                        ? "leave out the separator at the end of the line"
                        : "a field that holds the separator `" + separator + "` itself stands in double quotes");
    }

    /// The reader of tables stops at a field that has no end, or is too long for its buffer.
    private DataException unclosed(String message) {
        var begin = STARTING_LINE.matcher(message);
        var place = name + (begin.find() ? ":" + begin.group(1) : "");
        return message.contains("buffer size")
                ? new DataException(
                        place + ": a field of more than 16 million characters",
                        "a quote that is opened and not closed? A quote inside a field is written twice")
                : new DataException(
                        place + ": a field begins with a double quote and never ends",
                        "close the quote; one inside a field is written twice");
    }

    private DataException unreadable(IOException e) {
        return e instanceof CharacterCodingException ? notUtf8() : Content.unreadable(name, e);
    }

    private DataException notUtf8() {
        try (var in = source.get()) {
            int first = in.read();
            int second = in.read();
            if (first == 0xff && second == 0xfe || first == 0xfe && second == 0xff) {
                return new DataException(name + ": is UTF-16 text, expected UTF-8", "save it as UTF-8");
            }
        } catch (IOException e) {
            return Content.unreadable(name, e);
        }
        return new DataException(name + ":" + lineNotUtf8() + ": is not valid UTF-8 text", "save it as UTF-8");
    }

    /// The first line that cannot be decoded.
    private long lineNotUtf8() {
        var line = new ByteArrayOutputStream();
        long number = 1;
        try (var in = source.get()) {
            for (int c = in.read(); c >= 0; c = in.read()) {
                line.write(c);
                if (c == '\n') {
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line.toByteArray()));
                    line.reset();
                    number++;
                }
            }
        } catch (IOException e) {
            return number; // what cannot be decoded is such an exception
        }
        return number;
    }
}
