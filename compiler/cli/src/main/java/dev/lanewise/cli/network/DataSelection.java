package dev.lanewise.cli.network;

import dev.lanewise.cli.console.Failure;
import dev.lanewise.runtime.Port;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// Which data a command works on.
public final class DataSelection {
    public static final String HEADING = "%nThe data:%n";

    @Option(
            names = "--data",
            paramLabel = "SPEC",
            description = "digits, mnist:DIR, idx:IMAGES,LABELS, cifar10:DIR, csv:FILE, npz:FILE, safetensors:FILE,"
                    + " images:DIR, normal:N, spirals:N, xor; a file with a known suffix needs no prefix (default: the"
                    + " train block's).")
    public String data = "";

    @Option(
            names = "--test",
            paramLabel = "SPEC|SHARE",
            description = "The data to test on, or the share of the data to hold back for it, as in --test 0.2"
                    + " (default: the train block's, else the test part that the data have).")
    String test = "";

    @Option(
            names = "--target",
            paramLabel = "COLUMN",
            description = "The column or array of the target where its name is another; TARGET=COLUMN where there are"
                    + " several.")
    List<String> target = List.of();

    /// The columns of ports by their names.
    Map<String, String> renames(List<Port> targets) {
        var renames = new LinkedHashMap<String, String>();
        for (var each : target) {
            int at = each.indexOf('=');
            var names = targets.stream().map(Port::name).toList();
            if (at > 0 && names.contains(each.substring(0, at))) {
                renames.put(each.substring(0, at), each.substring(at + 1));
            } else if (targets.size() == 1) {
                renames.put(names.getFirst(), each);
            } else {
                throw Failure.usage(
                        "--target " + each + ": the network has the targets " + String.join(", ", names),
                        "say which one: --target TARGET=COLUMN");
            }
        }
        return renames;
    }
}
