package dev.lanewise.compiler.lint;

import dev.lanewise.dsl.diagnostic.Code;

/// The warnings. Each has a golden file; the explanation is what `lanewise explain CODE` prints.
public enum LintCode implements Code {
    VANISHING_SIGNAL(
            "vanishing-signal",
            "From layer to layer the spread of the activations, or backwards the length of the gradient, is"
                    + " multiplied by about the same factor. Below 1 nothing is left after some layers: the last"
                    + " layers see the same for every example, or the first ones learn nothing.",
            "Picture a message that is whispered along a row of people, each a little more quietly than"
                    + " the one before: .21 .048 .011 .0024 are the deviations of a tanh net with weights N(0,"
                    + " 0.01^2).",
            "A layer keeps the variance when its weights have the variance gain / fan_in: leave out"
                    + " `init:` and the compiler chooses (Glorot for tanh, He for rectifiers, LeCun for selu), or"
                    + " put batch_norm or layer_norm between the layers, or residual connections around them."
                    + " Sigmoids shrink gradients by 4 or more in every layer, whatever the weights."),
    EXPLODING_SIGNAL(
            "exploding-signal",
            "From layer to layer the spread of the activations, or backwards the length of the gradient, grows"
                    + " by about the same factor. After some layers the numbers saturate every unit, drown the loss"
                    + " or leave the range of floats.",
            "Picture a microphone before its own loudspeaker: each round adds to the last, until it"
                    + " howls. Weights 1.5 I make 7.6 of 1 in five linear layers.",
            "Smaller first weights keep the variance: leave out `init:` and the compiler chooses, or put"
                    + " batch_norm or layer_norm between the layers; `clip: norm(1.0)` in the train block bounds"
                    + " what gradients can do."),
    SYMMETRIC_INIT(
            "symmetric-init",
            "All units of a hidden layer begin with the same weights, in and out. Then they compute the"
                    + " same number and get the same gradient, in every step: they never part, and the layer is"
                    + " worth one unit.",
            "Picture a choir in which everybody has the same voice and hears the same conductor: five"
                    + " hundred singers, one melody.",
            "Draw the weights: leave out `init:`, or give one that draws. Zeros are right for biases, and"
                    + " harmless in a last layer alone."),
    LINEAR_STACK(
            "linear-stack",
            "Two affine layers follow each other and nothing bends the values between them. Their product"
                    + " is one affine layer: the network has more weights and can say no more.",
            "Picture two sheets of clear glass: looking through both shows what one shows, while a lens"
                    + " between them changes the picture.",
            "Put an activation between them, or leave one out. Where a narrow middle is meant to make the"
                    + " product of low rank, `// allow: linear-stack` says so."),
    SATURATING_HIDDEN(
            "saturating-hidden",
            "A hidden layer ends in a function that is flat on both sides and whose values are not"
                    + " centred at 0, as the sigmoid. Its slope is at most 1/4, so each such layer divides the"
                    + " gradient by 4 or more; where it is flat nothing is learned; and since all its values are"
                    + " positive, all weights of a unit behind it move in the same direction in a step, which makes"
                    + " learning go in zigzags.",
            "Picture a scale whose pointer stands at one of its ends: a little more or less on it shows" + " nothing.",
            "tanh is centred; relu and its relatives are not flat on one side. A sigmoid is right at the"
                    + " output, and as a gate that is multiplied with something else."),
    LEAKY_SLOPE(
            "leaky-slope",
            "The slope below 0 is 1 or more. At 1 the function is a straight line and bends nothing;"
                    + " above, what is negative grows from layer to layer.",
            "Picture a valve that lets more back than it lets through.",
            "A slope between 0.01 and 0.3 is usual."),
    SELU_INIT(
            "selu-init",
            "selu keeps its values at mean 0 and variance 1 by itself, but only from there: with weights"
                    + " of variance 1 / fan_in (LeCun), inputs that are standardised, and layers that follow each"
                    + " other without connections around them.",
            "Picture a ball in a bowl: it comes to rest at the bottom, provided that it was put into the" + " bowl.",
            "Leave out `init:` (the compiler then takes lecun_normal), put `standardize` behind the"
                    + " input, and use another activation where layers are bridged."),
    SELU_DROPOUT(
            "selu-dropout",
            "dropout sets units to 0 and scales the others, which moves the mean and variance that selu"
                    + " holds at 0 and 1.",
            "Picture a tightrope walker from whom half of the balancing pole is taken away.",
            "alpha_dropout sets to selu's lower limit instead, and corrects mean and variance."),
    REDUNDANT_BIAS(
            "redundant-bias",
            "The bias is added to all examples alike, and batch_norm subtracts the mean over the examples"
                    + " just behind it: the bias has no effect, its gradient is 0, and batch_norm has a bias of its"
                    + " own.",
            "Picture raising the floor under a table and then measuring the table's height from the" + " floor.",
            "Write `bias: false` in the layer before batch_norm."),
    SOFTMAX_TWICE(
            "softmax-twice",
            "The loss takes the softmax (or sigmoid) of what it is given by itself, and was given"
                    + " probabilities. Of numbers between 0 and 1 the second softmax makes nearly equal shares:"
                    + " with ten classes the loss cannot fall below 1.46, and gradients are tiny.",
            "Picture squeezing juice from an orange that has been squeezed.",
            "Give the loss the logits, and write softmax only in the output."),
    BATCH_NORM_ONE(
            "batch-norm-one",
            "With one example in a batch the mean over the batch is that example and the variance is 0:"
                    + " batch_norm makes 0 of everything.",
            "Picture grading a class of one pupil by the average of the class.",
            "Take a larger batch, or layer_norm or group_norm, which look at one example alone."),
    DEAD_RELU_RISK(
            "dead-relu-risk",
            "A relu passes no gradient where its input is negative. A large step can push a unit's bias"
                    + " so far down that the input is negative for every example; then its gradient is 0 and it"
                    + " stays so.",
            "Picture a door that falls shut and has its handle on the other side: it takes one strong" + " push.",
            "A lower rate pushes less; `bias_init: constant(0.01)` starts a little further in, which counts"
                    + " where first weights are small; leaky_relu and prelu leave the door ajar."
                    + " Normalisation between the layers also keeps units alive."),
    UNUSED_INPUT(
            "unused-input",
            "Nothing that the network computes depends on this input or target. The data must hold it all"
                    + " the same.",
            "Picture an ingredient that is bought, weighed, and left beside the bowl.",
            "Use it, or take it out."),
    NO_OUTPUT(
            "no-output",
            "The network has a loss and no output: it can be trained, and then predicts nothing.",
            "Picture a pupil who learns for an examination and is never asked.",
            "Name what it shall predict: `output probability = softmax(logits)`."),
    UNUSED_NAME(
            "unused-name",
            "The name is bound and nothing reads it: what it stands for is computed by nobody. Often"
                    + " another name was meant further down, such as `h` for `h2`.",
            "Picture a labelled wire that ends behind the wall.",
            "Use the name, or take the line out.");

    private final String id;
    private final String reason;
    private final String picture;
    private final String fix;

    LintCode(String id, String reason, String picture, String fix) {
        this.id = id;
        this.reason = reason;
        this.picture = picture;
        this.fix = fix;
    }

    @Override
    public String id() {
        return id;
    }

    /// The reason, a picture of it in words, and what to do: a paragraph each.
    @Override
    public String explanation() {
        return String.join("\n", reason, picture, fix);
    }
}
