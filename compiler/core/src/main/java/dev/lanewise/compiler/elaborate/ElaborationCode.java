package dev.lanewise.compiler.elaborate;

import dev.lanewise.dsl.diagnostic.Code;

/// What can be wrong with a network whose text is well formed. Each has a golden file.
public enum ElaborationCode implements Code {
    UNKNOWN_NAME(
            "unknown-name",
            "No value of this name is bound here. Names are bound by `name = ...`, by inputs, targets, parameters and"
                    + " layers, above the place where they are used."),
    UNKNOWN_FUNCTION(
            "unknown-function",
            "No function, block or layer of this name is declared in the file, its imports or the library."),
    UNKNOWN_INITIALISER(
            "unknown-initialiser", "No `init` of this name is declared in the file, its imports or the library."),
    UNKNOWN_OPTIMIZER(
            "unknown-optimizer", "No `optimizer` of this name is declared in the file, its imports or the library."),
    UNKNOWN_SCHEDULE(
            "unknown-schedule", "No `schedule` of this name is declared in the file, its imports or the library."),
    UNKNOWN_METRIC(
            "unknown-metric",
            "No `metric`, block or function of this name is declared in the file, its imports or the library."),
    UNKNOWN_ARGUMENT("unknown-argument", "The declaration has no parameter of this name."),
    UNKNOWN_WORD("unknown-word", "The parameter takes one of the words that its declaration lists."),
    UNKNOWN_KEY("unknown-key", "The train block has no entry of this name."),
    UNKNOWN_HYPER_PARAMETER(
            "unknown-hyper-parameter",
            "`--set NAME=VALUE` names a parameter of the network, or `train.KEY` for an entry of its train block."),
    TOO_MANY_ARGUMENTS("too-many-arguments", "The call has more arguments than the declaration has parameters."),
    MISSING_ARGUMENT("missing-argument", "A parameter without a default must be given in each call."),
    ARGUMENT_TWICE("argument-twice", "The same parameter is given by position and by name, or by name twice."),
    NOT_KNOWN(
            "not-known",
            "This must be known when the network is compiled: sizes, counts, conditions of `if`, and arguments of"
                + " parameters with a default. A value of the network is known only when it runs; `where(condition, a,"
                + " b)` chooses between values."),
    WRONG_KIND("wrong-kind", "A value of another kind is needed here, such as a number instead of a text."),
    NOT_FINITE(
            "not-finite",
            "An expression that is computed when the network is compiled has no finite value: a division by zero, the"
                    + " root or logarithm of a negative number, a power that no double holds."),
    NOT_WHOLE(
            "not-whole",
            "Sizes, counts and axes are whole numbers, and sizes are at least 1. `/` divides real numbers."),
    SHAPE_MISMATCH(
            "shape-mismatch",
            "The shapes do not fit together. Shapes are those of one example; they are aligned at the last axis, and an"
                    + " axis of extent 1 fits any other."),
    AXIS_RANGE("axis-range", "The value has no such axis, or not so many elements along it."),
    BAD_CONTRACTION(
            "bad-contraction",
            "A contraction names each axis of its operands by one letter, `ij,jk->ik`. A letter stands once in an"
                    + " operand, and each letter of the result is in an operand."),
    REQUIREMENT("requirement", "The declaration requires something of its arguments that does not hold here."),
    RECURSION("recursion", "A declaration cannot use itself, also not through others. `repeat` says how often."),
    MISSING_RETURN("missing-return", "Each way through the declaration ends with a `return`."),
    MISPLACED_STATEMENT(
            "misplaced-statement",
            "The statement has no meaning in this kind of declaration: inputs, targets, outputs, the loss, metrics and"
                    + " the train block belong to networks, weights to networks and blocks."),
    NOT_ELEMENTWISE(
            "not-elementwise",
            "An `fn` is a function of single numbers and can use such functions only. What looks at whole values is a"
                    + " `block`."),
    DUPLICATE_DECLARATION("duplicate-declaration", "Two declarations of one kind have the same name."),
    DUPLICATE_WEIGHT(
            "duplicate-weight",
            "Two weights would have the same name. A block gives each of its instances a scope of its own."),
    DUPLICATE_STATEMENT(
            "duplicate-statement", "The network has this already: one loss, one train block, one port of a name."),
    STATE_TWICE("state-twice", "A state is written at most once in a step."),
    STATE_PER_EXAMPLE(
            "state-per-example",
            "A state is one value for the whole batch; a mean or sum over examples makes one of a value per example."),
    UNKNOWN_STATE("unknown-state", "`<-` writes a state that is declared above it in the same declaration."),
    PREDICTION_WEIGHT(
            "prediction-weight",
            "The weights are those of the training graph; what `training` decides cannot add one in prediction alone."),
    BATCH_IN_PREDICTION(
            "batch-in-prediction",
            "In prediction a value never depends on other examples: keep the statistic of the training in a state, and"
                    + " read that."),
    NO_EXAMPLES("no-examples", "A reduction over examples needs a value per example."),
    METRIC_FORM(
            "metric-form",
            "A metric over a data set is made of sums and means over examples, combined by a formula. Values per"
                    + " example cannot be combined with such figures; write the metric in one pass."),
    LOSS_SHAPE(
            "loss-shape",
            "The loss is one number per example, which is averaged over the batch, or one number for the batch."),
    MISSING_LOSS("missing-loss", "A network with a target is trained, so it has exactly one `loss`."),
    MISSING_INPUT("missing-input", "A network has at least one `input`."),
    MISSING_NETWORK(
            "missing-network",
            "The file declares no network. Blocks and functions alone are for other files to import."),
    SEVERAL_NETWORKS(
            "several-networks", "A file declares one network; what two networks share is in a file that both import."),
    BAD_IMPORT(
            "bad-import",
            "Imports are .net and .java files, relative to the file that imports them. They lie in the folder of the"
                    + " network's file or below it; a symbolic link that leads out of it is outside."),
    IMPORT_CYCLE("import-cycle", "Files import each other in a circle."),
    SHADOWED(
            "shadowed",
            "A declaration of the user's has the name of one of the library's, and is the one that is used."),
    NOT_EACH_STEP(
            "not-each-step",
            "Some functions are costly and have no derivative: they are computed once, for the first value of a weight"
                    + " (`init`) or from the training data (`fitted`), and never while a network trains or predicts."),
    NOT_AVAILABLE("not-available", "The language has this, but this version of the compiler cannot elaborate it yet."),
    TOO_LARGE(
            "too-large",
            "The network needs more memory than there is, or has more elements in one value than can be numbered."),
    BAD_SETTING("bad-setting", "The entry of the train block has a value that it cannot take."),
    CANNOT_PRETRAIN(
            "cannot-pretrain",
            "Pretraining trains a layer as an autoencoder of what it is given: its input must come back from its output"
                    + " by the layer's product turned round. So the layer has one weight, used once and not frozen, and"
                    + " as many outputs as that product."),
    UNUSED_SCHEDULE(
            "unused-schedule",
            "The schedule changes the optimizer's parameter `rate`, which this optimizer does not have.");

    private final String id;
    private final String explanation;

    ElaborationCode(String id, String explanation) {
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
