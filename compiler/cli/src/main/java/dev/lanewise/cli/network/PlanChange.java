package dev.lanewise.cli.network;

import dev.lanewise.cli.console.Failure;
import dev.lanewise.runtime.model.TrainPlan;
import java.util.Set;

/// What the command line changes in the train block of a jar. (In a .net file the text itself is compiled with the
/// changes.)
public record PlanChange(boolean isJar, ModelOptions options, RunLength length) {
    private static final Set<String> CHANGEABLE =
            Set.of("train.epochs", "train.batch", "train.seed", "train.validate", "train.test", "train.shuffle");

    public TrainPlan of(TrainPlan plan) {
        if (!isJar) {
            return plan;
        }
        checkSettings(options);
        return new TrainPlan(
                plan.data(),
                options.set.containsKey("train.test") ? "" : plan.testData(),
                share("train.test", plan.test()),
                share("train.validate", plan.validate()),
                plan.optimizer(),
                plan.schedule(),
                length.batch == null ? whole("train.batch", plan.batch()) : length.batch,
                length.epochs == null ? whole("train.epochs", plan.epochs()) : length.epochs,
                options.seed == null ? seed(plan.seed()) : options.seed,
                truth("train.shuffle", plan.shuffle()),
                plan.patience(),
                plan.require(),
                plan.models(),
                plan.pretrain(),
                plan.augment());
    }

    /// Refuses what is fixed in a jar.
    public static void checkSettings(ModelOptions options) {
        for (var name : options.set.keySet()) {
            if (!CHANGEABLE.contains(name)) {
                throw Failure.input(
                        "--set " + name + ": a jar's network is compiled with its values; of a jar can be set "
                                + String.join(", ", CHANGEABLE.stream().sorted().toList()),
                        "set others when the .net file is compiled");
            }
        }
    }

    private int whole(String name, int otherwise) {
        var text = options.set.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) == 0) {
            throw wrong(name, text, "a whole number of at least 1");
        }
        return Integer.parseInt(text);
    }

    private long seed(long otherwise) {
        var text = options.set.get("train.seed");
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("-?[0-9]{1,15}")) {
            throw wrong("train.seed", text, "a whole number");
        }
        return Long.parseLong(text);
    }

    private double share(String name, double otherwise) {
        var text = options.set.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("0|0?\\.[0-9]+")) {
            throw wrong(name, text, "a share from 0 to below 1");
        }
        return Double.parseDouble(text);
    }

    private boolean truth(String name, boolean otherwise) {
        var text = options.set.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("true|false")) {
            throw wrong(name, text, "true or false");
        }
        return text.equals("true");
    }

    private static Failure wrong(String name, String text, String expected) {
        return Failure.input("--set " + name + "=" + text + ": expected " + expected, "");
    }
}
