package dev.lanewise.benchmarks;

/// The networks that are measured: from one whose step is all overhead to one whose step is all products.
public enum Networks {
    /// 32-64-32-1, relu, Adam, batch 32: a few thousand multiply-adds an example.
    SMALL("""
        network Small {
          input  x: float[32]
          target y: float[1]
          output h = x |> dense(64) |> relu |> dense(32) |> relu |> dense(1)
          loss mse(h, y)
          train { optimizer: adam(rate: 1e-3); batch: 32 }
        }
        """),
    /// As samples/digits.net: 64-128-128-10, relu, Adam, batch 32.
    DIGITS("""
        network Digits {
          input  image: float[64]
          target digit: class[10]
          logits = image |> dense(128) |> relu |> dense(128) |> relu |> dense(10)
          output probability = softmax(logits)
          loss cross_entropy(logits, digit) + l2(weights, 1e-4)
          train { optimizer: adam(rate: 3e-3); batch: 32 }
        }
        """),
    /// As samples/lectures/mlp-tanh.net: 784-500-500-500-10, tanh, plain descent, batch 256.
    MLP_TANH("""
        network MlpTanh {
          input  image: float[784]
          target digit: class[10]
          logits = image |> dense(500) |> tanh |> dense(500) |> tanh |> dense(500) |> tanh |> dense(10)
          output probability = softmax(logits)
          loss cross_entropy(logits, digit)
          train { optimizer: sgd(rate: 0.5); batch: 256 }
        }
        """);

    private final String text;

    Networks(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
