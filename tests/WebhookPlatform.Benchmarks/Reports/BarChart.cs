namespace WebhookPlatform.Benchmarks.Reports;

/// <summary>One bar.</summary>
/// <param name="Label">The value as people read it.</param>
/// <param name="IsMain">Whether it is what the chart is about, rather than what that is compared with.</param>
public sealed record Bar(string Name, double Value, string Label, bool IsMain);

/// <summary>Values side by side, as bars that lie.</summary>
public static class BarChart
{
    private const int Width = 760;
    private const int LeastLeft = 110;
    private const int LetterWidth = 9;
    private const int Right = 110;
    private const int Top = 70;
    private const int RowHeight = 34;
    private const int LowRowHeight = 22;
    private const int MostHighRows = 12;

    /// <summary>An SVG document.</summary>
    public static string Draw(string title, string subtitle, IReadOnlyList<Bar> bars)
    {
        var rowHeight = bars.Count > MostHighRows ? LowRowHeight : RowHeight;
        var bottom = Top + (bars.Count * rowHeight);
        var axis = Axis.For(bars.Max(bar => bar.Value));
        var left = Math.Max(LeastLeft, 20 + (LetterWidth * bars.Max(bar => bar.Name.Length)));
        var length = Width - left - Right;
        var svg = new Svg(Width, bottom + 34, title);
        svg.Text(16, 28, title, "title");
        svg.Text(16, 48, subtitle, "small quiet");
        foreach (var mark in axis.Values)
        {
            var x = left + axis.At(mark, length);
            svg.Line(x, Top - 4, x, bottom);
            svg.Text(x, bottom + 18, Axis.Label(mark), "small quiet", "middle");
        }

        for (var row = 0; row < bars.Count; row++)
        {
            var (bar, middle) = (bars[row], Top + (row * rowHeight) + (rowHeight / 2));
            var thickness = rowHeight * 7 / 10;
            svg.Text(left - 10, middle + 4, bar.Name, bar.IsMain ? "strong" : "", "end");
            svg.Box(left, middle - (thickness / 2), Math.Max(1, axis.At(bar.Value, length)), thickness, bar.IsMain ? "main" : "other");
            svg.Text(left + axis.At(bar.Value, length) + 8, middle + 4, bar.Label, "strong");
        }

        return svg.ToString();
    }
}
