package dev.lanewise.runtime.data;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What a first reading tells of a column: how many of its fields are numbers, words, dates, or missing.
///
/// A column is categorical when it consists of words. Where more than a tenth of what it holds looks like numbers, in
/// whatever notation, it is a column of numbers, and a word in it an error with its line: no stray word makes classes
/// of all the numbers. A column of dates is neither.
final class CsvColumn {

    /// What stands for a missing number, besides nothing.
    private static final Set<String> MISSING = Set.of(
            "", "?", "-", "--", ".", "NA", "N/A", "na", "n/a", "#N/A", "NaN", "nan", "NAN", "NULL", "null", "None",
            "none", "missing");

    /// A number as other countries and spreadsheets write it: 3,5 and 1.234,5 and 1,234.5 and 12 % and $3.50.
    private static final Pattern FOREIGN =
            Pattern.compile("[-+]?[$\u20ac\u00a3]? ?[-+]?[0-9]+(?:[.,' \u00a0\u2019][0-9]+)*(?: ?[%$\u20ac\u00a3])?");
    private static final Pattern DATE = Pattern.compile("[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?:[T"
            + " ][0-9:.]+(?:Z|[-+][0-9:]+)?)?|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})(?:"
            + " [0-9:]+)?|[0-9]{1,2}:[0-9]{2}(?::[0-9.]+)?");

    private final String name;
    private int numbers;
    private int foreign;
    private int dates;
    private int texts;
    private int empty;
    private int marked;

    CsvColumn(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    void look(String field) {
        if (isNumber(field)) {
            numbers++;
        } else if (field.isEmpty()) {
            empty++;
        } else if (isMissing(field)) {
            marked++;
        } else if (isDate(field)) {
            dates++;
        } else if (isForeignNumber(field)) {
            foreign++;
        } else {
            texts++;
        }
    }

    /// Fields without a value; in a column of words, `?` or `NA` is a word.
    int missing() {
        return isCategorical() ? empty : empty + marked;
    }

    boolean isCategorical() {
        long all = (long) numbers + foreign + dates + texts;
        return texts > 0 && (numbers + foreign) * 10L <= all && !isDates();
    }

    /// Whether most of it are dates or times of day.
    boolean isDates() {
        return dates > numbers + foreign + texts;
    }

    boolean hasText() {
        return texts + dates + foreign > 0;
    }

    /// `40 numbers and 60 words`, where it holds both.
    String mixture() {
        int all = numbers + foreign;
        return all > 0 && texts + dates > 0 ? all + " numbers and " + (texts + dates) + " words" : "";
    }

    static boolean isMissing(String field) {
        return MISSING.contains(field);
    }

    static boolean isDate(String field) {
        return field.length() <= 40 && DATE.matcher(field).matches();
    }

    /// A number in a notation that is not read; not one that is too large.
    static boolean isForeignNumber(String field) {
        return field.length() <= 40 && FOREIGN.matcher(field).matches();
    }

    /// A number in another notation as it is to be written; where 1,234 may mean 1.234 or 1234, both.
    static String written(String field) {
        var bare = field.replaceAll("[^-+0-9.,]", "");
        int comma = bare.lastIndexOf(',');
        int point = bare.lastIndexOf('.');
        boolean several = bare.indexOf(',') != comma || bare.indexOf('.') != point;
        var dropped = bare.replace(",", "").replace(".", "");
        if (comma < 0 && point < 0 || several && (comma < 0 || point < 0)) {
            return dropped;
        }
        int decimal = Math.max(comma, point);
        var read = bare.substring(0, decimal).replaceAll("[.,]", "") + "." + bare.substring(decimal + 1);
        boolean thousands = point < 0 && bare.length() - comma == 4;
        return thousands ? read + " or " + dropped : read;
    }

    /// Decimal notation only; Java's own parser also takes `1f`, `0x1p3` and `NaN`.
    static boolean isNumber(String field) {
        if (field.isEmpty()) {
            return false;
        }
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
                return false;
            }
        }
        try {
            return Double.isFinite(Double.parseDouble(field));
        } catch (NumberFormatException _) {
            return false;
        }
    }

    static boolean areNumbers(List<String> fields) {
        return fields.stream().allMatch(CsvColumn::isNumber);
    }
}
