package dev.lanewise.benchmarks.peers;

/// A library with a workload's network in it, ready to go.
interface Contender {

    /// Trains on a batch, or answers one example from a `float[]` into a `float[]`.
    void step(int batch) throws Exception;

    /// The mean loss of the last step, by which one sees that all do the same work; of an answer, the sum of its
    /// numbers, each times its place counted from 1.
    double loss() throws Exception;

    static double check(float[] answer) {
        double sum = 0;
        for (int i = 0; i < answer.length; i++) {
            sum += (i + 1) * answer[i];
        }
        return sum;
    }

    /// The libraries.
    enum Library {
        /// Not a library: see [PeakContender].
        PEAK("peak", true, true),
        LANEWISE("Lanewise", true, true),
        DJL("DJL/PyTorch", true, true),
        TENSORFLOW("TensorFlow", true, true),
        /// TensorFlow kept on one core by the system: for small networks faster than with one thread asked for.
        TENSORFLOW_PINNED("TensorFlow, pinned", true, true),
        ONNX("ONNX Runtime", false, true);

        final String title;
        private final boolean trains;
        private final boolean answers;

        Library(String title, boolean trains, boolean answers) {
            this.title = title;
            this.trains = trains;
            this.answers = answers;
        }

        boolean does(Workload workload, int threads) {
            return (workload.trains() ? trains : answers) && (this != TENSORFLOW_PINNED || threads == 1);
        }

        Contender open(Workload workload, int threads) throws Exception {
            return switch (this) {
                case PEAK -> new PeakContender(workload, threads);
                case LANEWISE -> LanewiseContender.open(workload, threads);
                case DJL -> DjlContender.open(workload, threads);
                case TENSORFLOW, TENSORFLOW_PINNED -> TensorFlowContender.open(workload, threads);
                case ONNX -> OnnxContender.open(workload, threads);
            };
        }
    }
}
