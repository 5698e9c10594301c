package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.console.Interruption;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.runtime.Metrics;
import dev.lanewise.runtime.TrainEvent;
import dev.lanewise.runtime.TrainListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Shows a run as it goes: a line for each epoch, and on a terminal a line that moves in between. Ends it when the
/// user interrupts.
final class Progress implements TrainListener {
    private static final long NANOS_BETWEEN = 100_000_000;

    /// Back to the first column, and the rest of the line away.
    private static final String CLEARED = "\r\u001b[K";

    private final Console console;
    private final OutputOptions output;
    private final EpochLog log;
    private final Interruption interruption;
    private long shown = System.nanoTime();
    private final List<Members.Training> members = new ArrayList<>();
    private final Map<String, List<Map<String, Object>>> pretrained = new LinkedHashMap<>();
    private boolean moving;
    private double spent;

    Progress(Console console, OutputOptions output, EpochLog log, Interruption interruption) {
        this.console = console;
        this.output = output;
        this.log = log;
        this.interruption = interruption;
    }

    @Override
    public void step(TrainEvent.Step event) {
        long now = System.nanoTime();
        if (output.quiet || !console.terminal() || now - shown < NANOS_BETWEEN) {
            return;
        }
        shown = now;
        moving = true;
        console.err()
                .print(CLEARED
                        + String.format(
                                Locale.ROOT,
                                "epoch %d/%d  %3d %%  loss %s  %,.0f steps/s  %s left",
                                event.epoch(),
                                event.epochs(),
                                event.step() * 100 / Math.max(1, event.steps()),
                                Figures.number(event.loss()),
                                event.stepsPerSecond(),
                                Figures.duration(event.secondsLeft())));
        console.err().flush();
    }

    @Override
    public void epoch(TrainEvent.Epoch event) {
        spent += event.seconds();
        clear();
        console.tell(output, line(event));
        log.write("", event);
    }

    @Override
    public void pretrained(String layer, int number, int layers, TrainEvent.Epoch event) {
        pretrained.computeIfAbsent(layer, _ -> new ArrayList<>()).add(json(event));
        log.write(layer, event);
        clear();
        console.tell(
                output,
                "pretrain " + number + "/" + layers + "  " + layer + "  " + counted(event) + "  loss "
                        + Figures.number(event.train().loss())
                        + String.format(Locale.ROOT, "  %,.0f steps/s", event.stepsPerSecond()));
    }

    /// Pretraining in the JSON of `train`: `[{"layer", "epochs": [{"epoch", "seconds", "train": {"loss"}}]}]`.
    List<Map<String, Object>> pretrained() {
        var json = new ArrayList<Map<String, Object>>();
        pretrained.forEach((layer, epochs) -> {
            var one = new LinkedHashMap<String, Object>();
            one.put("layer", layer);
            one.put("epochs", epochs);
            json.add(one);
        });
        return json;
    }

    @Override
    public void member(int member, int count, double duplicates, Metrics outOfBag) {
        members.add(new Members.Training(duplicates, outOfBag));
        spent = 0;
        clear();
        console.tell(
                output,
                String.format(Locale.ROOT, "member %d/%d  %.1f %% duplicates", member, count, 100 * duplicates)
                        + "  out of bag  " + Figures.text(outOfBag));
    }

    /// The members of an ensemble that have been trained.
    List<Members.Training> members() {
        return List.copyOf(members);
    }

    private String line(TrainEvent.Epoch event) {
        var line = new StringBuilder(counted(event)).append("  ");
        line.append(Figures.text(event.train()));
        var validation = event.validation();
        if (validation != null) {
            line.append("  validation ").append(Figures.text(validation));
        }
        int left = event.epochs() - event.epoch();
        line.append(String.format(Locale.ROOT, "  %,.0f steps/s", event.stepsPerSecond()));
        if (left > 0) {
            line.append("  ")
                    .append(Figures.duration(spent / event.epoch() * left))
                    .append(" left");
        }
        return line.append("  ").append(event.hash()).toString();
    }

    private static String counted(TrainEvent.Epoch event) {
        var width = Integer.toString(event.epochs()).length();
        return String.format(Locale.ROOT, "epoch %" + width + "d/%d", event.epoch(), event.epochs());
    }

    /// Takes the moving line away.
    void clear() {
        if (moving) {
            console.err().print(CLEARED);
            console.err().flush();
            moving = false;
        }
    }

    @Override
    public boolean stop() {
        return interruption.requested();
    }

    /// An epoch in the JSON of `train`: `{"epoch", "seconds", "train": {...}, "validation": {...}}`.
    static Map<String, Object> json(TrainEvent.Epoch event) {
        var json = new LinkedHashMap<String, Object>();
        json.put("epoch", event.epoch());
        json.put("seconds", event.seconds());
        json.put("train", Figures.json(event.train()));
        var validation = event.validation();
        if (validation != null) {
            json.put("validation", Figures.json(validation));
        }
        return json;
    }
}
