package dev.lanewise.benchmarks.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Map;

/// ONNX Runtime, which answers and does not train.
final class OnnxContender {

    private OnnxContender() {}

    static Contender open(Workload workload, int threads) throws OrtException {
        var environment = OrtEnvironment.getEnvironment();
        var options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        var session = environment.createSession(OnnxModel.of(workload), options);
        var inputs = workload.inputs();
        var in = workload.input;
        long[] shape = in.image() ? new long[] {1, in.channels(), in.height(), in.width()} : new long[] {1, in.size()};
        var answer = new float[workload.outputs()];
        return new Contender() {
            @Override
            public void step(int batch) throws Exception {
                var buffer = FloatBuffer.wrap(inputs[batch % inputs.length]);
                try (var input = OnnxTensor.createTensor(environment, buffer, shape);
                        var result = session.run(Map.of("x", input))) {
                    ((OnnxTensor) result.get(0)).getFloatBuffer().get(answer);
                }
            }

            @Override
            public double loss() {
                return Contender.check(answer);
            }
        };
    }
}
