package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CompletionCommandTest {

    @Test
    void theScriptKnowsCommandsAndOptions() {
        var ran = Ran.of("completion");
        assertEquals(0, ran.exit(), ran::err);
        for (var word : new String[] {"complete -F _complete_lanewise", "train", "--burn-in", "optimized"}) {
            assertTrue(ran.out().contains(word), word);
        }
    }
}
