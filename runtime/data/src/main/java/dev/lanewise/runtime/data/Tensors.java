package dev.lanewise.runtime.data;

import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.model.Safetensors;
import dev.lanewise.runtime.model.SafetensorsTensor;
import dev.lanewise.runtime.model.SafetensorsType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads a safetensors file whose tensors are named like the ports; an example is read from the file when it is asked
/// for.
final class Tensors {

    private Tensors() {}

    @SuppressWarnings("resource") // the readers use the file as long as the data set lives
    static RawData read(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new DataException(path + ": no such file");
        }
        try {
            var file = Safetensors.open(path);
            var fields = new ArrayList<Field>();
            for (var tensor : file.tensors().values()) {
                if (!tensor.shape().isEmpty()) {
                    fields.add(field(path.toString(), file, tensor));
                }
            }
            if (fields.isEmpty()) {
                throw new DataException(path + ": holds no tensor with an axis of examples");
            }
            return new Fields(path.toString(), fields, Fields.Match.NAME);
        } catch (ModelException e) {
            throw new DataException(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw Content.unreadable(path.toString(), e);
        }
    }

    private static Field field(String origin, Safetensors file, SafetensorsTensor tensor) {
        var shape = tensor.shape().subList(1, tensor.shape().size());
        int examples = tensor.shape().getFirst();
        int size = Extents.exampleSize(origin, tensor.shape());
        boolean bytes = tensor.type() == SafetensorsType.U8 && size > 1;
        var plain = new Reader(origin, file, tensor, size, 1);
        return new Field(
                tensor.name(),
                origin,
                examples,
                shape,
                !tensor.type().isFloat(),
                plain,
                bytes ? new Reader(origin, file, tensor, size, 255) : plain,
                List.of());
    }

    private record Reader(String origin, Safetensors file, SafetensorsTensor tensor, int size, int divisor)
            implements PortReader {

        @Override
        public void read(int example, double[] target, int offset) {
            try {
                file.read(tensor, (long) example * size, target, offset, size);
            } catch (IOException e) {
                throw Content.unreadable(origin, e);
            }
            for (int i = 0; divisor != 1 && i < size; i++) {
                target[offset + i] /= divisor;
            }
        }

        @Override
        public void read(int example, float[] target, int offset) {
            try {
                file.read(tensor, (long) example * size, target, offset, size);
            } catch (IOException e) {
                throw Content.unreadable(origin, e);
            }
            for (int i = 0; divisor != 1 && i < size; i++) {
                target[offset + i] /= divisor;
            }
        }
    }
}
