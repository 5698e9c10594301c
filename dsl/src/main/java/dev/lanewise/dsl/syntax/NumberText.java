package dev.lanewise.dsl.syntax;

/// The value of a number as it is written.
final class NumberText {
    /// More digits than this are not read one by one.
    private static final int LONGEST = 400;

    private NumberText() {}

    /// Zero for what is no number, which has been reported.
    static double value(String text) {
        if (text.length() > LONGEST) {
            return Double.POSITIVE_INFINITY;
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
