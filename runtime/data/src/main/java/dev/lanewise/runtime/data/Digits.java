package dev.lanewise.runtime.data;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;

/// The 1,797 handwritten digits of 8 x 8 pixels that are part of Lanewise; their source is named in `digits.txt`.
final class Digits {

    private static final int EXAMPLES = 1797;
    private static final int PIXELS = 64;

    private Digits() {}

    static RawData read() {
        var bytes = resource();
        var pixels = NumberArray.dense(bytes, NumberType.U8, ByteOrder.LITTLE_ENDIAN, 0, PIXELS);
        var image =
                new Field("image", "digits", EXAMPLES, List.of(8, 8), false, pixels, pixels.dividedBy(16), List.of());
        var classes = NumberArray.dense(bytes, NumberType.U8, ByteOrder.LITTLE_ENDIAN, EXAMPLES * PIXELS, 1);
        var label = new Field("digit", "digits", EXAMPLES, List.of(), true, classes, classes, List.of());
        return new Fields("digits", List.of(image, label), Fields.Match.IMAGES);
    }

    private static MemorySegment resource() {
        try (var in = Digits.class.getResourceAsStream("digits.gz")) {
            if (in == null) {
                throw new DataException("digits: this build of Lanewise lacks the embedded images");
            }
            return Content.readAll("digits", Content.unpacked(in), EXAMPLES * (PIXELS + 1L));
        } catch (IOException e) {
            throw Content.unreadable("digits", e);
        }
    }
}
