package dev.lanewise.cli.network;

import dev.lanewise.cli.console.Failure;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.Split;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataOptions.Part;
import dev.lanewise.runtime.data.DataSchema;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.data.LoadedDataset;
import dev.lanewise.runtime.model.ModelInfo;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The examples of a run as the command line and the train block say: what is trained on, and what is held back to
/// test on, if anything. `whole` is what was opened for training, with the encoding of its columns.
public record TrainingData(
        LoadedDataset whole, Dataset training, @Nullable Dataset test) {

    /// Paths of the train block are relative to `folder`, those of the command line to the working directory.
    public static TrainingData open(ModelInfo info, Path folder, DataSelection selection, long seed) {
        var opening = new Opening(info, folder, selection, seed);
        var whole = opening.training();
        var options = opening.options(Part.TEST, whole.schema());
        var separate = opening.test(options);
        if (separate != null) {
            return new TrainingData(whole, whole, separate);
        }
        double share = opening.share();
        if (share == 0) {
            return new TrainingData(whole, whole, null);
        }
        var split = Split.of(whole, share, seed, stratified(info, whole));
        return new TrainingData(whole, split.training(), split.held());
    }

    /// What a trained network is measured on: `--data` as it is (its test part where it has one), else the test
    /// data of the train block, else what it was trained on.
    public static Dataset evaluated(ModelInfo info, Path folder, DataSelection selection) {
        long seed = info.train().seed();
        var opening = new Opening(info, folder, selection, seed);
        var options = opening.options(Part.TEST, opening.known());
        if (!selection.data.isEmpty()) {
            return opening.open(selection.data, Path.of(""), options);
        }
        var separate = opening.test(options);
        if (separate != null) {
            return separate;
        }
        var data = open(info, folder, selection, seed);
        return data.test() == null ? data.training() : data.test();
    }

    /// The place of the first target of classes, whose shares a split keeps.
    private static int stratified(ModelInfo info, Dataset data) {
        for (var target : info.targets()) {
            if (target.kind() == Port.Kind.CLASS) {
                return data.ports().stream().map(Port::name).toList().indexOf(target.name());
            }
        }
        return Split.NOT_STRATIFIED;
    }

    private record Opening(ModelInfo info, Path folder, DataSelection selection, long seed) {

        DataSchema known() {
            return info.schema().isEmpty() ? DataSchema.EMPTY : DataSchema.fromJson(info.schema());
        }

        DataOptions options(Part part, DataSchema known) {
            return DataOptions.DEFAULT
                    .withRenames(selection.renames(info.targets()))
                    .withSeed(seed)
                    .withPart(part)
                    .withKnown(known);
        }

        LoadedDataset open(String spec, Path base, DataOptions options) {
            return DataSource.open(spec, base, info.inputs(), info.targets(), options);
        }

        LoadedDataset training() {
            var options = options(Part.TRAIN, known());
            if (!selection.data.isEmpty()) {
                return open(selection.data, Path.of(""), options);
            }
            if (info.train().data().isEmpty()) {
                throw noData(info);
            }
            return open(info.train().data(), folder, options);
        }

        /// Test data of their own.
        @Nullable
        Dataset test(DataOptions options) {
            if (!selection.test.isEmpty()) {
                return isShare(selection.test) ? null : open(selection.test, Path.of(""), options);
            }
            if (!info.train().testData().isEmpty()) {
                return open(info.train().testData(), folder, options);
            }
            if (!selection.data.isEmpty()) {
                return DataSource.hasTest(selection.data) ? open(selection.data, Path.of(""), options) : null;
            }
            return DataSource.hasTest(info.train().data()) ? open(info.train().data(), folder, options) : null;
        }

        double share() {
            return isShare(selection.test)
                    ? Double.parseDouble(selection.test)
                    : info.train().test();
        }

        private static boolean isShare(String test) {
            return test.matches("0?\\.[0-9]+");
        }
    }

    static Failure noData(ModelInfo info) {
        return Failure.input(
                "no data: the train block of " + info.network() + " names none",
                "give them with --data SPEC (`lanewise data --help` lists what can be read), or as `data: \"SPEC\"` in"
                        + " the train block");
    }
}
