package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.TrainSettings;
import dev.lanewise.dsl.diagnostic.Habits;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Identifier;
import dev.lanewise.dsl.syntax.Statement;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The entries of the train block, overrides in their places, and what they set.
final class TrainBlock {
    private static final String AUGMENT = "augment";
    private static final List<String> KEYS = List.of(
            "data",
            "test",
            "validate",
            "optimizer",
            "schedule",
            "batch",
            "epochs",
            "seed",
            "precision",
            "shuffle",
            "clip",
            "max_norm",
            "stop",
            "shards",
            AUGMENT,
            "require",
            "checkpoint",
            "pretrain",
            "ensemble");
    private static final Set<String> LATER = Set.of("shards", "checkpoint");
    private static final int DEFAULT_BATCH = 32;
    private static final int DEFAULT_EPOCHS = 10;

    private final Elaboration elaboration;
    private final Scope scope;
    private final Map<String, Expression> entries = new LinkedHashMap<>();
    /// The entries `augment`, of which there may be one for each input.
    private final List<Statement.Entry> augmentations = new ArrayList<>();

    TrainBlock(
            Elaboration elaboration, Optional<Statement.Train> train, Map<String, Expression> overrides, Scope scope) {
        this.elaboration = elaboration;
        this.scope = scope;
        train.ifPresent(block -> block.entries().forEach(this::enter));
        overrides.forEach((key, value) -> {
            if (key.equals(AUGMENT)) {
                override(key, value);
            } else if (isKey(new Identifier(key, value.span()))) {
                entries.put(key, value);
            }
        });
    }

    /// `--set train.augment=none`, or other changes of the only input.
    private void override(String key, Expression value) {
        augmentations.clear();
        if (!(value instanceof Expression.Path path && path.text().equals("none"))) {
            var at = value.span();
            augmentations.add(new Statement.Entry(new Identifier(key, at), new Identifier("", at), value, at));
        }
    }

    private void enter(Statement.Entry entry) {
        if (entry.key().text().equals(AUGMENT)) {
            if (augmentations.stream().anyMatch(other -> sameInput(other, entry))) {
                scope.error(
                        ElaborationCode.DUPLICATE_STATEMENT,
                        entry.key().span(),
                        "`" + entry.key() + " " + entry.subject() + "` is set twice");
            }
            augmentations.add(entry);
        } else if (isKey(entry.key()) && entries.putIfAbsent(entry.key().text(), entry.value()) != null) {
            scope.error(ElaborationCode.DUPLICATE_STATEMENT, entry.key().span(), "`" + entry.key() + "` is set twice");
        }
    }

    private static boolean sameInput(Statement.Entry one, Statement.Entry other) {
        return one.subject().text().equals(other.subject().text());
    }

    private boolean isKey(Identifier key) {
        if (!KEYS.contains(key.text())) {
            scope.error(
                    ElaborationCode.UNKNOWN_KEY,
                    key.span(),
                    "the train block has no entry `" + key + "`",
                    Habits.entry(key.text())
                            .map(Note::help)
                            .orElseGet(
                                    () -> Names.suggestion(key.text(), KEYS, Note.expected(String.join(", ", KEYS)))));
            return false;
        }
        if (LATER.contains(key.text())) {
            scope.error(ElaborationCode.NOT_AVAILABLE, key.span(), "`" + key + "` is not available yet");
            return false;
        }
        return true;
    }

    @Nullable
    Expression entry(String key) {
        return entries.get(key);
    }

    TrainSettings settings(List<Port> inputs) {
        return new TrainSettings(
                data("data"),
                test() instanceof Meaning.Text(String spec) ? spec : "",
                test() instanceof Meaning.Number(double share) ? share : 0,
                fraction("validate"),
                written("optimizer", "adam(rate: 1e-3)"),
                written("schedule", "constant"),
                whole("batch", DEFAULT_BATCH),
                whole("epochs", DEFAULT_EPOCHS),
                seed(),
                word("precision", List.of("f32", "f64")).equals("f64"),
                truth("shuffle"),
                patience(),
                required(),
                bagging(),
                Augmentations.of(augmentations, elaboration.evaluator, scope, inputs));
    }

    private String written(String key, String otherwise) {
        var entry = entries.get(key);
        return entry == null ? otherwise : entry.span().text();
    }

    private Abandoned bad(String key, Expression entry, Meaning found, String expected) {
        return scope.error(
                ElaborationCode.BAD_SETTING,
                entry.span(),
                "`" + key + "` cannot be " + Operators.describe(found, scope),
                Note.expected(expected));
    }

    /// The value of an entry; what is wrong with it is told, and counts as absent.
    private @Nullable Meaning meaning(String key) {
        var entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        try {
            return elaboration.evaluator.evaluate(entry, scope);
        } catch (Abandoned reported) {
            return null;
        }
    }

    private String data(String key) {
        var meaning = meaning(key);
        if (meaning == null || meaning instanceof Meaning.Text) {
            return meaning == null ? "" : meaning.text();
        }
        report(key, meaning, "a text such as \"digits\" or \"csv:FILE\"");
        return "";
    }

    private void report(String key, Meaning meaning, String expected) {
        var entry = entries.get(key);
        if (entry != null) {
            bad(key, entry, meaning, expected);
        }
    }

    private Meaning test() {
        var meaning = meaning("test");
        if (meaning instanceof Meaning.Text(String share) && share.matches("[0-9.]+%?")) {
            report("test", meaning, "a data set such as \"csv:FILE\", or a share without quotes: 0.2");
            return Meaning.of(0.0);
        }
        if (meaning == null || meaning instanceof Meaning.Text) {
            return meaning == null ? Meaning.of(0.0) : meaning;
        }
        return Meaning.of(fraction("test"));
    }

    private double fraction(String key) {
        var meaning = meaning(key);
        if (meaning == null) {
            return 0;
        }
        if (meaning instanceof Meaning.Number(double share) && share >= 0 && share < 1) {
            return share;
        }
        report(key, meaning, "a share from 0 to below 1");
        return 0;
    }

    private int whole(String key, int otherwise) {
        var meaning = meaning(key);
        if (meaning == null) {
            return otherwise;
        }
        if (meaning instanceof Meaning.Number(double n) && n == Math.rint(n) && n >= 1 && n <= Integer.MAX_VALUE) {
            return (int) n;
        }
        report(key, meaning, "a whole number of at least 1");
        return otherwise;
    }

    private long seed() {
        var meaning = meaning("seed");
        if (meaning == null) {
            return 1;
        }
        if (meaning instanceof Meaning.Number(double n) && n == Math.rint(n) && Math.abs(n) <= 1L << 53) {
            return (long) n;
        }
        report("seed", meaning, "a whole number");
        return 1;
    }

    private String word(String key, List<String> words) {
        var entry = entries.get(key);
        if (entry == null) {
            return words.getFirst();
        }
        if (entry instanceof Expression.Path path && path.isSimple()) {
            try {
                return elaboration.evaluator.word(path, words, scope).word();
            } catch (Abandoned reported) {
                return words.getFirst();
            }
        }
        var meaning = meaning(key);
        if (meaning != null) {
            report(key, meaning, String.join(" or ", words));
        }
        return words.getFirst();
    }

    private boolean truth(String key) {
        var meaning = meaning(key);
        if (meaning == null || meaning instanceof Meaning.Truth) {
            return meaning == null || ((Meaning.Truth) meaning).value();
        }
        report(key, meaning, "true or false");
        return true;
    }

    /// `require: accuracy >= 0.97`, as it is written; empty without. Which metrics there are is known later.
    private String required() {
        var entry = entries.get("require");
        if (entry == null) {
            return "";
        }
        boolean isBound = entry instanceof Expression.Binary binary
                && BOUNDS.contains(binary.operator().sign())
                && binary.left() instanceof Expression.Path;
        if (!isBound) {
            scope.error(
                    ElaborationCode.BAD_SETTING,
                    entry.span(),
                    "`require` cannot be this",
                    Note.expected("a bound on a metric or the loss: accuracy >= 0.97"));
            return "";
        }
        return entry.span().text();
    }

    /// `stop: early(patience: 3)`; 0 without.
    private int patience() {
        var entry = entries.get("stop");
        if (entry == null) {
            return 0;
        }
        if (entry instanceof Expression.Call call
                && call.callee().text().equals("early")
                && call.arguments().size() <= 1) {
            if (call.arguments().isEmpty()) {
                return DEFAULT_PATIENCE;
            }
            var argument = call.arguments().getFirst();
            if (!argument.isNamed() || argument.name().text().equals("patience")) {
                try {
                    return elaboration.evaluator.whole(argument.value(), scope, "`patience`", 1);
                } catch (Abandoned reported) {
                    return 0;
                }
            }
        }
        if (entry instanceof Expression.Path path && path.text().equals("early")) {
            return DEFAULT_PATIENCE;
        }
        scope.error(
                ElaborationCode.BAD_SETTING,
                entry.span(),
                "`stop` cannot be this",
                Note.expected("early(patience: 3)"));
        return 0;
    }

    /// `ensemble: bagging(models: 5, combine: mean)`.
    private TrainSettings.Bagging bagging() {
        var entry = entries.get("ensemble");
        if (entry == null) {
            return TrainSettings.Bagging.NONE;
        }
        boolean isPath = entry instanceof Expression.Path path && path.text().equals("bagging");
        if (!isPath
                && !(entry instanceof Expression.Call call
                        && call.callee().text().equals("bagging"))) {
            return badBagging(entry);
        }
        int models = DEFAULT_MODELS;
        var combine = COMBINATIONS.getFirst();
        try {
            for (var argument :
                    entry instanceof Expression.Call call ? call.arguments() : List.<Expression.Argument>of()) {
                var name = argument.isNamed() ? argument.name().text() : "models";
                if (name.equals("models")) {
                    models = elaboration.evaluator.whole(argument.value(), scope, "`models`", 2);
                } else if (name.equals("combine") && argument.value() instanceof Expression.Path path) {
                    combine = elaboration
                            .evaluator
                            .word(path, COMBINATIONS, scope)
                            .word();
                } else {
                    return badBagging(entry);
                }
            }
        } catch (Abandoned reported) {
            return TrainSettings.Bagging.NONE;
        }
        return new TrainSettings.Bagging(models, combine);
    }

    private TrainSettings.Bagging badBagging(Expression entry) {
        scope.error(
                ElaborationCode.BAD_SETTING,
                entry.span(),
                "`ensemble` cannot be this",
                Note.expected("bagging(models: 5, combine: " + String.join("|", COMBINATIONS) + ")"));
        return TrainSettings.Bagging.NONE;
    }

    /// Says that these outputs cannot be combined as `ensemble` asks.
    void noProbabilities(List<String> outputs) {
        scope.error(
                ElaborationCode.BAD_SETTING,
                Objects.requireNonNull(entry("ensemble")).span(),
                "`geometric` and `vote` combine probabilities",
                Note.found("outputs that are neither a softmax nor a sigmoid: " + String.join(", ", outputs)),
                Note.help("`combine: mean` and `combine: max` take any output"));
    }

    private static final Set<String> BOUNDS = Set.of(">=", "<=", ">", "<");
    private static final int DEFAULT_PATIENCE = 3;
    private static final int DEFAULT_MODELS = 5;
    private static final List<String> COMBINATIONS = List.of("mean", "geometric", "max", "vote");
}
