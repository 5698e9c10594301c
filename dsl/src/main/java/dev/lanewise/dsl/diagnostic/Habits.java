package dev.lanewise.dsl.diagnostic;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What people write who come from another language or library, and how it is said here.
public final class Habits {
    private static final String A_FILE = "a file holds declarations: network Name { ... } with its statements inside";
    private static final String A_WEIGHT =
            "a weight is declared by a statement of its own: param name: float[n, m] = normal(std: 0.1)";
    private static final String PRECISION = "write float; `precision: f32` or `f64` stands in the train block";

    /// Names of other libraries, in lower case and without underscores, by the name here.
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("linear", "dense"),
            Map.entry("fullyconnected", "dense"),
            Map.entry("fc", "dense"),
            Map.entry("innerproduct", "dense"),
            Map.entry("conv2d", "conv"),
            Map.entry("convolution", "conv"),
            Map.entry("convolution2d", "conv"),
            Map.entry("convtranspose2d", "conv_transpose"),
            Map.entry("maxpooling", "max_pool"),
            Map.entry("maxpooling2d", "max_pool"),
            Map.entry("averagepooling2d", "avg_pool"),
            Map.entry("globalaveragepooling2d", "global_avg_pool"),
            Map.entry("batchnormalization", "batch_norm"),
            Map.entry("layernormalization", "layer_norm"),
            Map.entry("concatenate", "concat"),
            Map.entry("view", "reshape"),
            Map.entry("crossentropyloss", "cross_entropy"),
            Map.entry("categoricalcrossentropy", "cross_entropy"),
            Map.entry("sparsecategoricalcrossentropy", "cross_entropy"),
            Map.entry("softmaxcrossentropy", "cross_entropy"),
            Map.entry("nllloss", "cross_entropy"),
            Map.entry("bce", "binary_cross_entropy"),
            Map.entry("binarycrossentropy", "binary_cross_entropy"),
            Map.entry("bcewithlogitsloss", "binary_cross_entropy"),
            Map.entry("meansquarederror", "mse"),
            Map.entry("meanabsoluteerror", "mae"),
            Map.entry("xaviernormal", "glorot_normal"),
            Map.entry("xavieruniform", "glorot_uniform"),
            Map.entry("xavier", "glorot_normal"),
            Map.entry("kaimingnormal", "he_normal"),
            Map.entry("kaiminguniform", "he_uniform"),
            Map.entry("randn", "normal"),
            Map.entry("randomnormal", "normal"),
            Map.entry("lr", "rate"),
            Map.entry("learningrate", "rate"),
            Map.entry("batchsize", "batch"),
            Map.entry("acc", "accuracy"),
            Map.entry("cosineannealing", "cosine"),
            Map.entry("cosineannealinglr", "cosine"),
            Map.entry("steplr", "step"),
            Map.entry("exponentiallr", "exponential"),
            Map.entry("numepochs", "epochs"),
            Map.entry("outfeatures", "units"),
            Map.entry("outchannels", "filters"),
            Map.entry("kernelsize", "kernel"),
            Map.entry("padding", "pad"),
            Map.entry("kernelinitializer", "init"),
            Map.entry("usebias", "bias"),
            Map.entry("p", "keep"),
            Map.entry("rate", "keep"));

    /// Words that begin a statement or a declaration elsewhere.
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("for", "`repeat n as i { ... }` writes its body out n times"),
            Map.entry("while", "`repeat n { ... }` writes its body out n times"),
            Map.entry("def", "a function is `fn name(z) = ...`, outside the network"),
            Map.entry("func", "a function is `fn name(z) = ...`, outside the network"),
            Map.entry("function", "a function is `fn name(z) = ...`, outside the network"),
            Map.entry("let", "a value is bound without a word before it: name = ..."),
            Map.entry("var", "a value is bound without a word before it: name = ..."),
            Map.entry("val", "a value is bound without a word before it: name = ..."),
            Map.entry("const", "a value is bound without a word before it: name = ..."),
            Map.entry("class", "a model is `network Name { ... }`, a piece of one `block name(x) { ... }`"),
            Map.entry("model", "a model is `network Name { ... }`"),
            Map.entry("module", "a model is `network Name { ... }`, a piece of one `block name(x) { ... }`"),
            Map.entry("net", "a model is `network Name { ... }`"),
            Map.entry("from", "other files come in by `import \"file.net\"`"),
            Map.entry("elif", "write `else if`"),
            Map.entry("print", "`lanewise trace` and `lanewise stats` show values"),
            Map.entry("self", "a layer that is used again is named: layer shared = dense(64)"),
            Map.entry("public", A_FILE),
            Map.entry("private", A_FILE),
            Map.entry("package", A_FILE),
            Map.entry("static", A_FILE),
            Map.entry("struct", "a model is `network Name { ... }`, a piece of one `block name(x) { ... }`"),
            Map.entry("layers", "a layer is applied by a pipeline: h = x |> dense(8) |> relu"),
            Map.entry("activation", "an activation stands behind its layer: x |> dense(8) |> relu"),
            Map.entry("forward", "the body of a network is its forward pass: h = x |> dense(8) |> relu"));

    /// Words that begin a value elsewhere.
    private static final Map<String, String> EXPRESSIONS = Map.of(
            "lambda", "a function is declared outside the network: fn name(z) = ...",
            "function", "a function is declared outside the network: fn name(z) = ...",
            "new", "a layer is applied by a pipeline: h = x |> dense(8)",
            "if", "a choice between values is where(condition, a, b); `if` is a statement of its own");

    /// What is called elsewhere and is no call here, in lower case.
    private static final Map<String, String> CALLS = Map.ofEntries(
            Map.entry("param", A_WEIGHT),
            Map.entry("parameter", A_WEIGHT),
            Map.entry("variable", A_WEIGHT),
            Map.entry("weight", A_WEIGHT),
            Map.entry("add_weight", A_WEIGHT),
            Map.entry("tensor", A_WEIGHT),
            Map.entry("input", "an input is declared by a statement of its own: input x: float[4]"),
            Map.entry("inputlayer", "an input is declared by a statement of its own: input x: float[4]"),
            Map.entry("placeholder", "an input is declared by a statement of its own: input x: float[4]"),
            Map.entry("sequential", "layers follow one another in a pipeline: h = x |> dense(8) |> relu"),
            Map.entry("model", "layers follow one another in a pipeline: h = x |> dense(8) |> relu"),
            Map.entry("activation", "an activation stands behind its layer by its name: |> relu"),
            Map.entry("csv", "a data set is a text: \"csv:FILE\""),
            Map.entry("open", "a data set is a text: \"csv:FILE\""),
            Map.entry("range", "`repeat n as i { ... }` writes its body out n times"),
            Map.entry("len", "shape(x), size(x) and rank(x) tell how large a value is"),
            Map.entry("print", "`lanewise trace` and `lanewise stats` show values"));

    /// What others set for training, in lower case and without underscores, and is set elsewhere here.
    private static final Map<String, String> ENTRIES = Map.of(
            "lr", "the rate is an argument of the optimizer: adam(rate: 1e-3)",
            "rate", "the rate is an argument of the optimizer: adam(rate: 1e-3)",
            "learningrate", "the rate is an argument of the optimizer: adam(rate: 1e-3)",
            "momentum", "the momentum is an argument of the optimizer: momentum(rate: 0.1, beta: 0.9)",
            "weightdecay", "a decay is an argument of the optimizer: adamw(rate: 1e-3, weight_decay: 0.01)",
            "loss", "the loss is a statement of the network: loss cross_entropy(logits, target)",
            "metric", "a metric is a statement of the network: metric accuracy(logits, target)",
            "metrics", "a metric is a statement of the network: metric accuracy(logits, target)",
            "patience", "written stop: early(patience: 3)",
            "earlystopping", "written stop: early(patience: 3)");

    /// Types of other languages, in lower case.
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("int", "one of k classes is class[k]; n words are index[n, vocabulary]"),
            Map.entry("integer", "one of k classes is class[k]; n words are index[n, vocabulary]"),
            Map.entry("long", "one of k classes is class[k]; n words are index[n, vocabulary]"),
            Map.entry("bool", "a yes or no is class[2], or float with 0 and 1"),
            Map.entry("boolean", "a yes or no is class[2], or float with 0 and 1"),
            Map.entry("string", "texts of a target become classes: class[k]"),
            Map.entry("str", "texts of a target become classes: class[k]"),
            Map.entry("float16", PRECISION),
            Map.entry("float32", PRECISION),
            Map.entry("float64", PRECISION),
            Map.entry("f32", PRECISION),
            Map.entry("f64", PRECISION),
            Map.entry("double", PRECISION),
            Map.entry("tensor", "write float[d1, d2, ...], the shape of one example"),
            Map.entry("array", "write float[d1, d2, ...], the shape of one example"),
            Map.entry("image", "write float[channels, height, width]"));

    private Habits() {}

    /// What is written here for a call of `name`; empty when nothing is known of it.
    public static String call(String name) {
        return CALLS.getOrDefault(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT), "");
    }

    /// What is written here for an entry of training that there is none of.
    public static Optional<String> entry(String key) {
        return Optional.ofNullable(ENTRIES.get(key.toLowerCase(Locale.ROOT).replace("_", "")));
    }

    /// What is written here for a type of another language.
    public static String type(String name) {
        return TYPES.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    /// What is written here for a value that begins with `word`.
    public static String expression(String word) {
        return EXPRESSIONS.getOrDefault(word, "");
    }

    /// The one of `names` that is called `name` elsewhere.
    public static Optional<String> name(String name, Collection<String> names) {
        var here = NAMES.get(name.toLowerCase(Locale.ROOT).replace("_", ""));
        return here != null && names.contains(here) ? Optional.of(here) : Optional.empty();
    }

    /// What is written here in the place of what begins with `word`.
    public static Note advice(String word, Note otherwise) {
        var advice = WORDS.get(word);
        return advice == null ? otherwise : Note.help(advice);
    }
}
