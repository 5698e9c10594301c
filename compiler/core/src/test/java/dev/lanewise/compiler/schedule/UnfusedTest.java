package dev.lanewise.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.runtime.model.Layout;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The schedule without fusion, which is what fusion is measured against.
class UnfusedTest {

    @Test
    void nodesWithKernelsOfTheirOwnMeanTheSameAndAreMore() {
        var model = Networks.mlp(List.of(7, 5, 6, 3), Op.TANH, true);
        var random = new SplittableRandom(4);
        var data = new HashMap<String, double[]>();
        data.put("x", Networks.draw(7 * 45, random, -1, 1));
        data.put("y", random.doubles(45, 0, 3).map(Math::floor).toArray());
        var bindings = Bindings.of(45, data, Networks.numbers(model, random), 4);
        var step = TrainingStep.of(model);
        var fused = Scheduler.schedule(model, step, model.prediction(), new Scheduler.Options(Set.of(), false));
        var apart = Scheduler.schedule(model, step, model.prediction(), new Scheduler.Options(Set.of(), false, false));
        ScheduleTest.compare(apart, Layout.TRAIN, step, bindings, 32, false);
        ScheduleTest.compare(apart, Layout.EVALUATE, model.prediction(), bindings, 1, false);
        int together = fused.entries().getFirst().calls().size();
        int alone = apart.entries().getFirst().calls().size();
        assertTrue(alone > 1.5 * together, () -> alone + " calls apart, " + together + " fused");
    }
}
