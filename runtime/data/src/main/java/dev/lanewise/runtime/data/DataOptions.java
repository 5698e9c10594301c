package dev.lanewise.runtime.data;

import java.io.InputStream;
import java.util.Map;

/// How a data set is to be opened.
///
/// `renames` gives the column or array of a port whose name differs (`--target`). `unknownZero` encodes a category
/// that was not seen in training as zeros instead of rejecting it. `known` is the encoding of an earlier fit, or
/// [DataSchema#EMPTY]. `standardInput` is what `-` reads.
public record DataOptions(
        Map<String, String> renames,
        boolean unknownZero,
        long seed,
        Part part,
        DataSchema known,
        InputStream standardInput) {

    /// Which part of a data set that comes in two; others have one part, and made-up data are drawn anew for the
    /// test.
    public enum Part {
        TRAIN,
        TEST
    }

    public static final DataOptions DEFAULT =
            new DataOptions(Map.of(), false, 1, Part.TRAIN, DataSchema.EMPTY, System.in);

    public DataOptions {
        renames = Map.copyOf(renames);
    }

    public DataOptions withRenames(Map<String, String> renames) {
        return new DataOptions(renames, unknownZero, seed, part, known, standardInput);
    }

    public DataOptions withUnknownZero(boolean unknownZero) {
        return new DataOptions(renames, unknownZero, seed, part, known, standardInput);
    }

    public DataOptions withSeed(long seed) {
        return new DataOptions(renames, unknownZero, seed, part, known, standardInput);
    }

    public DataOptions withPart(Part part) {
        return new DataOptions(renames, unknownZero, seed, part, known, standardInput);
    }

    public DataOptions withKnown(DataSchema known) {
        return new DataOptions(renames, unknownZero, seed, part, known, standardInput);
    }

    public DataOptions withStandardInput(InputStream standardInput) {
        return new DataOptions(renames, unknownZero, seed, part, known, standardInput);
    }

    /// The column or array that fills a port.
    String nameOf(String port) {
        return renames.getOrDefault(port, port);
    }
}
