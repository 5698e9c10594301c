import digits.Digits;

/// An application that reads handwritten digits with a network of its own jar, and teaches it one more.
///
/// Nothing but the jar is on the class path: it holds the network's classes, its weights and the runtime.
///
///     ./lanewise train samples/digits.net
///     javac -cp samples/digits.jar -d target/embed-digits samples/embed-digits/EmbedDigits.java
///     java --add-modules jdk.incubator.vector -cp samples/digits.jar:target/embed-digits EmbedDigits
///
/// Without `--add-modules` it does the same with scalar code, and says so in a line of the log.
public final class EmbedDigits {

    /// Pictures of 8 by 8 pixels, from white to black: blank . : * #
    private static final String[] PICTURES = {"""
          :##:
         :#::#:
         #:  #:
         #:  :#
         #:  :#
         #:  #:
         :#:*#
          *##:
        """, """
                :#.
               .##.
              .*##
             :####
               :##
               :##.
                ##:
                *##
            """, """
               :#:
               *#
              :#:
              #* :*
             :#: ##
             *######
              ::*#:
                :#.
            """};

    private static final int STEPS = 20;

    public static void main(String[] arguments) {
        Digits network = Digits.load();
        for (String picture : PICTURES) {
            float[] probability = network.predict(pixels(picture));
            int digit = mostLikely(probability);
            System.out.printf("%s-> %d, with a probability of %.3f%n", picture, digit, probability[digit]);
        }
        learn(network, pixels(PICTURES[2]), 4);
    }

    /// Makes steps on one example, with the optimizer of the network's train block. The network that it starts from
    /// stays as it is.
    private static void learn(Digits network, float[] image, int digit) {
        try (Digits.Trainer trainer = network.training().threads(1).steps(STEPS).open()) {
            double before = trainer.step(image, new int[] {digit});
            double loss = before;
            for (int step = 0; step < STEPS - 1; step++) {
                loss = trainer.step(image, new int[] {digit});
            }
            float probability = trainer.network().predict(image)[digit];
            System.out.printf(
                    "taught that the last is a %d: loss %.3f -> %.3f, probability %.3f%n",
                    digit, before, loss, probability);
        }
    }

    /// The numbers of a picture, row by row, from 0 to 1.
    private static float[] pixels(String picture) {
        float[] pixels = new float[64];
        String[] rows = picture.split("\n");
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < rows[y].length(); x++) {
                pixels[8 * y + x] = " .:*#".indexOf(rows[y].charAt(x)) / 4f;
            }
        }
        return pixels;
    }

    private static int mostLikely(float[] probability) {
        int best = 0;
        for (int i = 1; i < probability.length; i++) {
            if (probability[i] > probability[best]) {
                best = i;
            }
        }
        return best;
    }
}
