package dev.lanewise.benchmarks.peers;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes a workload's network as an ONNX model: the few messages that are needed, in protobuf's wire format. The
/// numbers of fields are those of onnx.proto3, opset 13.
final class OnnxModel {

    private int values;
    private String last = "x";
    private final Message graph = new Message();

    private OnnxModel() {}

    static byte[] of(Workload workload) {
        return new OnnxModel().write(workload);
    }

    private byte[] write(Workload workload) {
        var weights = workload.weights().iterator();
        var shape = workload.input;
        for (var layer : workload.layers) {
            switch (layer) {
                case Layer.Dense(int units) -> {
                    var pair = weights.next();
                    node(
                            "Gemm",
                            new Message().text(1, "transB").number(3, 1).number(20, 2),
                            tensor(pair[0], units, shape.size()),
                            tensor(pair[1], units));
                }
                case Layer.Convolution(int filters, int kernel, boolean same) -> {
                    if (same) {
                        throw new UnsupportedOperationException("padded convolutions");
                    }
                    var pair = weights.next();
                    node(
                            "Conv",
                            integers("kernel_shape", kernel, kernel),
                            tensor(pair[0], filters, shape.channels(), kernel, kernel),
                            tensor(pair[1], filters));
                }
                case Layer.MaxPool() -> {
                    var attributes = new Message[] {integers("kernel_shape", 2, 2), integers("strides", 2, 2)};
                    node("MaxPool", attributes);
                }
                case Layer.Flatten() -> node("Flatten", new Message[0]);
                case Layer.Activation.TANH -> node("Tanh", new Message[0]);
                case Layer.Activation.SIGMOID -> node("Sigmoid", new Message[0]);
                case Layer.Activation.RELU -> node("Relu", new Message[0]);
                case Layer.Activation.SOFTMAX -> node("Softmax", new Message[0]);
                case Layer.BatchNorm _, Layer.Dropout _ -> throw new UnsupportedOperationException(layer.toString());
            }
            shape = layer.after(shape);
        }
        var in = workload.input;
        graph.text(2, workload.name());
        graph.message(
                11, in.image() ? value("x", 1, in.channels(), in.height(), in.width()) : value("x", 1, in.size()));
        graph.message(12, value(last, 1, workload.outputs()));
        return new Message()
                .number(1, 8)
                .message(7, graph)
                .message(8, new Message().text(1, "").number(2, 13))
                .bytes();
    }

    private void node(String operator, Message attribute, String... weights) {
        node(operator, new Message[] {attribute}, weights);
    }

    private void node(String operator, Message[] attributes, String... weights) {
        var node = new Message().text(1, last);
        for (var weight : weights) {
            node.text(1, weight);
        }
        last = "value" + ++values;
        node.text(2, last).text(4, operator);
        for (var attribute : attributes) {
            node.message(5, attribute);
        }
        graph.message(1, node);
    }

    private String tensor(float[] numbers, long... shape) {
        var name = "value" + ++values;
        var tensor = new Message();
        for (long size : shape) {
            tensor.number(1, size);
        }
        var raw = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(numbers);
        graph.message(5, tensor.number(2, 1).text(8, name).bytes(9, raw.array()));
        return name;
    }

    private static Message integers(String name, long... numbers) {
        var attribute = new Message().text(1, name).number(20, 7);
        for (long number : numbers) {
            attribute.number(8, number);
        }
        return attribute;
    }

    private static Message value(String name, long... shape) {
        var sizes = new Message();
        for (long size : shape) {
            sizes.message(1, new Message().number(1, size));
        }
        var type = new Message().number(1, 1).message(2, sizes);
        return new Message().text(1, name).message(2, new Message().message(1, type));
    }

    /// A protobuf message in the making.
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            variable((long) field << 3);
            variable(value);
            return this;
        }

        Message bytes(int field, byte[] value) {
            variable((long) field << 3 | 2);
            variable(value.length);
            out.writeBytes(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.bytes());
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        /// Seven bits a byte, the lowest first.
        private void variable(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
