package dev.lanewise.dsl.diagnostic;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What people write who come from another language or library, and how it is said here.
public final class Habits {

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
            Map.entry("self", "a layer that is used again is named: layer shared = dense(64)"));

    private Habits() {}

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
