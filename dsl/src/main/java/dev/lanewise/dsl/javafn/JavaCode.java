package dev.lanewise.dsl.javafn;

import dev.lanewise.dsl.diagnostic.Code;

/// What can be wrong with a function that is written in Java. Each has a golden file.
public enum JavaCode implements Code {
    SYNTAX("java-syntax", "The file is not Java. A Java compiler tells more."),
    UNSUPPORTED(
            "java-unsupported",
            "Functions in Java are formulas of one number: static methods whose parameters and result are float or"
                + " double, with local numbers and conditions, if, the choice `a ? b : c`, loops that are counted by"
                + " known integers, arithmetic, comparisons, constants, calls of Math and of other such methods."),
    INTEGER_DIVISION(
            "java-integer-division",
            "Java drops the fraction when it divides two integers: 1 / 2 is 0. A formula means the fraction; give one"
                    + " of the two a decimal point or an f."),
    UNKNOWN_NAME("java-unknown-name", "There is no variable, parameter or static method of this name."),
    NO_VALUE("java-no-value", "The method can reach its end without a return, or a variable has no value yet."),
    DUPLICATE(
            "java-duplicate",
            "Functions are told apart by their names alone, so that a file has one method of a name, and none of the"
                    + " name of a function of Math that the file uses."),
    TOO_LARGE(
            "java-too-large",
            "The method has more nested expressions or more ways through its conditions than any formula; split it.");

    private final String id;
    private final String explanation;

    JavaCode(String id, String explanation) {
        this.id = id;
        this.explanation = explanation;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String explanation() {
        return explanation;
    }
}
