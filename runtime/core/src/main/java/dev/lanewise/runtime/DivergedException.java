package dev.lanewise.runtime;

/// The loss of a training step is not a finite number. The weights are those after that step.
public final class DivergedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final long step;
    private final double loss;

    /// `what` diverged, "training": so the message begins.
    public DivergedException(String what, long step, double loss) {
        super(what + " diverged: the loss of step " + step + " is " + loss);
        this.step = step;
        this.loss = loss;
    }

    /// The step, counted from 1.
    public long step() {
        return step;
    }

    public double loss() {
        return loss;
    }
}
