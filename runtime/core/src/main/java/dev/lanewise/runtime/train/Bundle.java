package dev.lanewise.runtime.train;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Metrics;
import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.ModelInfo;
import dev.lanewise.runtime.model.Program;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.team.Team;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A program and what is known about it: all that networks and trainers are made of but the weights. `code` gives the
/// entries of the jar.
public record Bundle(ModelInfo info, Program program, Supplier<Map<String, byte[]>> code) {
    /// Examples of a batch when a data set is evaluated.
    private static final int EVALUATED_AT_ONCE = 256;

    /// The same program with another description.
    public Bundle with(ModelInfo other) {
        return new Bundle(other, program, code);
    }

    Layout layout() {
        return info.layout();
    }

    /// The port of this network that a feed fills.
    Port port(String name) {
        for (var ports : List.of(info.inputs(), info.targets())) {
            for (var port : ports) {
                if (port.name().equals(name)) {
                    return port;
                }
            }
        }
        throw new ModelException("the layout feeds " + name + ", which the network does not have");
    }

    /// The memory to run an entry in, for up to `capacity` examples.
    public Session session(int entry, WeightStore weights, int capacity, Team team) {
        var feeds = layout().entries().get(entry).feeds();
        int[] sizes = new int[feeds.size()];
        for (int f = 0; f < sizes.length; f++) {
            sizes[f] = port(feeds.get(f).port()).size();
        }
        return new Session(program, layout(), entry, weights, capacity, sizes, team);
    }

    /// For each feed of an entry the place of its port in the data set.
    public int[] bind(int entry, Dataset data) {
        var ports = new ArrayList<Port>();
        for (var feed : layout().entries().get(entry).feeds()) {
            ports.add(port(feed.port()));
        }
        return bind(ports, data);
    }

    /// The places of ports of this network in the data set, by name.
    int[] bind(List<Port> ports, Dataset data) {
        var places = new int[ports.size()];
        var names = new ArrayList<String>();
        for (var port : data.ports()) {
            names.add(port.name());
        }
        for (int i = 0; i < places.length; i++) {
            var port = ports.get(i);
            places[i] = names.indexOf(port.name());
            if (places[i] < 0) {
                throw new ModelException("the data have no " + port.name() + "; they have " + String.join(", ", names));
            }
            int found = data.ports().get(places[i]).size();
            if (found != port.size()) {
                throw new ModelException("the data's " + port.name() + " has " + found
                        + " numbers an example, and the network takes " + port.size());
            }
        }
        return places;
    }

    /// The loss (NaN where there is none) and the metrics of the batch that a session has just run on.
    public Metrics metrics(Session session) {
        var tally = new Tally();
        tally.add(session);
        int loss = session.find("LOSS", "");
        return tally.metrics(program, layout(), session.frame().examples, loss < 0 ? Double.NaN : session.scalar(loss));
    }

    Metrics evaluate(Dataset data, WeightStore weights, Team team) {
        int entry = Layout.EVALUATE;
        var places = bind(entry, data);
        int size = data.size();
        var session = session(entry, weights, Math.min(size, EVALUATED_AT_ONCE), team);
        int loss = session.find("LOSS", "");
        double sum = 0;
        var tally = new Tally();
        for (int from = 0; from < size; from += EVALUATED_AT_ONCE) {
            int count = Math.min(EVALUATED_AT_ONCE, size - from);
            session.feed(data, places, Session.NATURAL, from, count);
            session.run();
            sum += loss < 0 ? Double.NaN : session.scalar(loss) * count;
            tally.add(session);
        }
        return tally.metrics(program, layout(), size, sum / size);
    }
}
