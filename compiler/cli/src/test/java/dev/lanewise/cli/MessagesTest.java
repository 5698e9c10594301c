package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.cli.console.Exit;
import dev.lanewise.runtime.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a wrong command line, network or data set is answered.
class MessagesTest {
    private static final String NETWORK = """
        network Kinds(hidden = 4) {
          input  row:  float[2]
          target kind: class[2]
          logits = row |> dense(hidden) |> relu |> dense(2)
          output probability = softmax(logits)
          loss   cross_entropy(logits, kind)
          metric accuracy(logits, kind)
          train { data: "rows.csv"; epochs: 1 }
        }
        """;

    @TempDir
    Path folder;

    private Path net() throws IOException {
        Files.writeString(folder.resolve("rows.csv"), "a,b,kind\n1,2,x\n3,4,y\n");
        return Files.writeString(folder.resolve("kinds.net"), NETWORK);
    }

    /// It does not wait for a table first.
    @Test
    void aNetworkWithoutAnOutputPredictsNothing() throws IOException {
        var text = NETWORK.replaceFirst("(?m)^ *output .*\\R", "");
        var file = Files.writeString(folder.resolve("silent.net"), text);
        var run = Ran.of("predict", file).endsWith(Exit.WRONG_INPUT);
        assertTrue(run.err().contains(file + ": the network has no output, so there is nothing to predict"), run.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trian kinds.net           | there is no command trian           | did you mean train?",
                "train kinds.net --epoch 3 | there is no option --epoch          | did you mean --epochs?",
                "train kinds.net more.net  | one argument too many: more.net     | lanewise train --help",
                "train kinds.net --set h   | --set h: expected NAME=VALUE        | lanewise train --help",
                "graph x.net --stage optimised | --stage optimised: expected syntax, forward, | lanewise graph --help",
                "train x.net --epochs three | --epochs three: expected a whole number | lanewise train --help",
                "trace x.net                | expected --batch FILE.safetensors | lanewise trace --help",
                "train                     | no MODEL is given | lanewise train --help",
            })
    void aWrongCommandLineIsAnsweredInTwoLines(String line, String message, String advice) {
        var run = Ran.of((Object[]) line.split(" ", -1)).endsWith(Exit.USAGE);
        assertTrue(run.err().startsWith("lanewise: " + message), run.err());
        assertTrue(run.err().contains(advice), run.err());
        assertEquals("", run.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "class[2]           | class           | `class` has one number, how many classes there are",
                "cross_entropy(     | mse(            | mse compares numbers, and the truth is one of 2 classes",
                "relu               | rellu           | did you mean `relu`?",
                "epochs: 1          | epoch: 1        | did you mean `epochs`?",
            })
    void aWrongNetworkIsADiagnostic(String what, String by, String message) throws IOException {
        var net = Files.writeString(net(), NETWORK.replace(what, by));
        var run = Ran.of("train", net).endsWith(Exit.WRONG_INPUT);
        assertTrue(run.err().contains(message), run.err());
        assertTrue(run.err().startsWith(net + ":"), run.err());
    }

    @Test
    void aFileInUtf16IsOneError() throws IOException {
        var net = Files.writeString(net(), NETWORK, StandardCharsets.UTF_16);
        var run = Ran.of("train", net, "--json").endsWith(Exit.WRONG_INPUT);
        var diagnostics = Json.list(run.json().get("diagnostics"), "diagnostics");
        assertEquals(1, diagnostics.size(), run.out());
        assertTrue(run.out().contains("UTF-16"), run.out());
    }

    @Test
    void aRequirementOfTheTrainBlockIsAnErrorOfTheFile() throws IOException {
        var net = Files.writeString(net(), NETWORK.replace("epochs: 1", "epochs: 1; require: precision >= 1"));
        var run = Ran.of("train", net).endsWith(Exit.WRONG_INPUT);
        assertTrue(run.err().contains("the network has no metric precision"), run.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,b,kind/1,,x/3,4,y       | data.csv:2: column b: expected a number, found nothing",
                "a,b,kind/1,2,x/3,y        | data.csv:3: 2 fields, the first line has 3",
                "a,b,sort/1,2,x/3,4,y      | data.csv:1: no column kind for target kind",
                "a,b,c,kind/1,2,3,x        | data.csv: the columns fill 3 numbers, input row is float[2]",
                "a,b,kind/1,2,x/1,2,y/1,2,z| data.csv:4: column kind: 'z' is value number 3",
                "a,b,kind/1,2,7            | data.csv:2: column kind: found 7, kind is class[2]",
                "1,1,x/3,4,y               | the first line holds the names of the columns, not numbers",
                "a;b;kind/1;2;x/3;2,5;y    | numbers have a decimal point and nothing else: 2.5",
                "a,b,Kind/1,2,x/3,4,y      | --target Kind says that this column is the target",
                "a,b,kind/1,2,x/3,4,x      | kind is 'x' in all 2 examples",
            })
    void wrongDataAreNamedByFileAndLine(String rows, String message) throws IOException {
        var net = net();
        var data = Files.writeString(folder.resolve("data.csv"), rows.strip().replace('/', '\n') + "\n");
        var run = Ran.of("train", net, "--data", data).endsWith(Exit.WRONG_INPUT);
        assertTrue(run.err().contains(message), run.err());
        assertFalse(Files.exists(folder.resolve("kinds.jar")));
        var json = Ran.of("train", net, "--data", data, "--json").endsWith(Exit.WRONG_INPUT);
        assertEquals(List.of("diagnostics"), List.copyOf(json.json().keySet()));
    }
}
