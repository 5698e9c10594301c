package dev.lanewise.runtime.data;

import java.util.List;
import java.util.Set;

/// What a first reading tells of a column: how many of its fields are numbers, text, or missing.
final class CsvColumn {

    /// What stands for a missing number, besides nothing.
    private static final Set<String> MISSING =
            Set.of("", "?", "NA", "N/A", "na", "n/a", "NaN", "nan", "NULL", "null", "None");

    private final String name;
    private int numbers;
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
        } else {
            texts++;
        }
    }

    /// Fields without a value; in a column of words, `?` or `NA` is a word.
    int missing() {
        return isCategorical() ? empty : empty + marked;
    }

    /// Mostly text: then a field that looks like a number is a word too. A column that is mostly numbers has wrong
    /// numbers.
    boolean isCategorical() {
        return texts > numbers;
    }

    boolean hasText() {
        return texts > 0;
    }

    static boolean isMissing(String field) {
        return MISSING.contains(field);
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
