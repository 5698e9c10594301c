package dev.lanewise.runtime.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.FieldModifiers;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The rows of a text table, read as often as needed: UTF-8, quotes as in RFC 4180, blanks around fields dropped.
record CsvRows(String name, Supplier<InputStream> source, char separator) {

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
                if (columns < 0) {
                    columns = row.fields().size();
                } else if (columns != row.fields().size()) {
                    throw new DataException("%s:%d: %d fields, the first line has %d"
                            .formatted(name, row.line(), row.fields().size(), columns));
                }
                action.accept(row);
            }
        } catch (CsvParseException e) {
            throw new DataException(name + ": " + e.getMessage()
                    + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()));
        } catch (UncheckedIOException e) {
            throw unreadable(Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private DataException unreadable(IOException e) {
        return e instanceof CharacterCodingException
                ? new DataException(name + ": is not valid UTF-8 text", "save it as UTF-8")
                : Content.unreadable(name, e);
    }
}
