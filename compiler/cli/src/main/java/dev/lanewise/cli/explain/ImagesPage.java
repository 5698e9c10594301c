package dev.lanewise.cli.explain;

import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.stats.StatsPage;
import java.util.Base64;
import java.util.List;

/// A network that takes pictures as one page that needs nothing else: what it learned, what it sees, where it is
/// wrong.
public final class ImagesPage {
    private static final String STYLE = """
        .tiles { display: flex; flex-wrap: wrap; gap: .8rem; } .tiles figure { width: 96px; text-align: center; }
        img { image-rendering: pixelated; max-width: 100%; }
        td.cell { text-align: center; min-width: 2.2rem; }
        """;

    /// Columns of a sheet.
    static final int COLUMNS = 10;

    private final StringBuilder out = new StringBuilder();

    ImagesPage(String network, String about) {
        out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .append(StatsPage.text(network))
                .append(": in pictures</title>\n<style>\n")
                .append(StatsPage.STYLE)
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<h1>")
                .append(StatsPage.text(network))
                .append("</h1>\n<p>")
                .append(StatsPage.text(about))
                .append("</p>\n");
    }

    void heading(String title, String about) {
        out.append("<h2>")
                .append(StatsPage.text(title))
                .append("</h2>\n<p>")
                .append(StatsPage.text(about))
                .append("</p>\n");
    }

    /// Pictures side by side.
    void sheet(NetworkImages.Group group) {
        out.append("<section><p>").append(StatsPage.text(group.name())).append("</p>\n");
        picture(group.tiles(), group.name());
        out.append("</section>\n");
    }

    /// Pictures with a line below each.
    void captioned(List<Tile> tiles, List<String> captions) {
        out.append("<div class=\"tiles\">\n");
        for (int i = 0; i < tiles.size(); i++) {
            out.append("<figure>");
            picture(List.of(tiles.get(i)), captions.get(i));
            out.append("<figcaption>").append(StatsPage.text(captions.get(i))).append("</figcaption></figure>\n");
        }
        out.append("</div>\n");
    }

    private void picture(List<Tile> tiles, String name) {
        out.append("<img alt=\"")
                .append(StatsPage.text(name))
                .append("\" src=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(Sheet.png(tiles, COLUMNS)))
                .append("\">");
    }

    /// How often each class, a row, was taken for each, a column; the darker, the larger the share of the row.
    void confusion(List<List<Long>> table, List<String> names) {
        out.append("<div class=\"scroll\"><table><tr><th></th>");
        names.forEach(name -> out.append("<th>").append(StatsPage.text(name)).append("</th>"));
        out.append("</tr>\n");
        for (int row = 0; row < table.size(); row++) {
            long sum = Math.max(
                    1, table.get(row).stream().mapToLong(Long::longValue).sum());
            out.append("<tr><td>").append(StatsPage.text(names.get(row))).append("</td>");
            for (int column = 0; column < table.size(); column++) {
                long count = table.get(row).get(column);
                // Few mistakes shall be seen beside many hits.
                long share = Math.round(70 * Math.sqrt((double) count / sum));
                var colour = row == column ? "var(--values)" : "var(--gradients)";
                out.append("<td class=\"cell\" style=\"background: color-mix(in srgb, ")
                        .append(colour)
                        .append(' ')
                        .append(share)
                        .append("%, transparent)\">")
                        .append(count == 0 ? "" : Figures.count(count))
                        .append("</td>");
            }
            out.append("</tr>\n");
        }
        out.append("</table></div>\n");
    }

    String text() {
        return out + "</body>\n</html>\n";
    }
}
