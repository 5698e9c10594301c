package dev.lanewise.benchmarks;

/// Networks without products, whose time is that of one formula of the library, forward and backward; `%d` is the
/// batch.
enum Formula {
    GELU("""
        network Gelu {
          input  x: float
          target y: float
          param w: float[512] = normal(std: 1)
          output h = gelu(w + x)
          loss mean((h - y) ^ 2)
          train { optimizer: sgd(rate: 1); batch: %d }
        }
        """) {
        @Override
        FusedLoops loops(float[] x, float[] y, float[] weight) {
            return new GeluLoops(x, y, weight, 1);
        }
    },
    SOFTMAX("""
        network Softmax {
          input  x: float
          target y: class[512]
          param w: float[512] = normal(std: 1)
          logits = (w + x) ^ 2
          output probability = softmax(logits)
          loss cross_entropy(logits, y)
          train { optimizer: sgd(rate: 1); batch: %d }
        }
        """) {
        @Override
        FusedLoops loops(float[] x, float[] y, float[] weight) {
            var classes = new int[y.length];
            for (int e = 0; e < y.length; e++) {
                classes[e] = (int) y[e];
            }
            return new SoftmaxLoops(x, classes, weight, 1);
        }
    },
    BATCH_NORM("""
        network BatchNorm {
          input  x: float
          target y: float
          param w: float[512] = normal(std: 1)
          output h = batch_norm((w + x) ^ 2)
          loss mean((h - y) ^ 2)
          train { optimizer: sgd(rate: 1); batch: %d }
        }
        """) {
        @Override
        FusedLoops loops(float[] x, float[] y, float[] weight) {
            return new BatchNormLoops(x, y, weight, 1);
        }
    };

    private final String text;

    Formula(String text) {
        this.text = text;
    }

    String text(int batch) {
        return text.formatted(batch);
    }

    /// The same training by hand, on these examples, from this weight on.
    abstract FusedLoops loops(float[] x, float[] y, float[] weight);
}
