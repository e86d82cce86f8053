namespace WebhookPlatform.Benchmarks.Reports;

/// <summary>One bar.</summary>
/// <param name="Label">The value as people read it.</param>
/// <param name="IsMain">Whether it is what the chart is about, rather than what that is compared with.</param>
public sealed record Bar(string Name, double Value, string Label, bool IsMain);

/// <summary>Values side by side, as bars that lie.</summary>
public static class BarChart
{
    private const int Width = 760;
    private const int Left = 110;
    private const int Right = 110;
    private const int Top = 70;
    private const int RowHeight = 34;

    /// <summary>An SVG document.</summary>
    public static string Draw(string title, string subtitle, IReadOnlyList<Bar> bars)
    {
        var bottom = Top + (bars.Count * RowHeight);
        var axis = Axis.For(bars.Max(bar => bar.Value));
        const double Length = Width - Left - Right;
        var svg = new Svg(Width, bottom + 34, title);
        svg.Text(16, 28, title, "title");
        svg.Text(16, 48, subtitle, "small quiet");
        foreach (var mark in axis.Values)
        {
            var x = Left + axis.At(mark, Length);
            svg.Line(x, Top - 4, x, bottom);
            svg.Text(x, bottom + 18, Axis.Label(mark), "small quiet", "middle");
        }

        for (var row = 0; row < bars.Count; row++)
        {
            var (bar, y) = (bars[row], Top + (row * RowHeight));
            svg.Text(Left - 10, y + 20, bar.Name, bar.IsMain ? "strong" : "", "end");
            svg.Box(Left, y + 5, Math.Max(1, axis.At(bar.Value, Length)), RowHeight - 10, bar.IsMain ? "main" : "other");
            svg.Text(Left + axis.At(bar.Value, Length) + 8, y + 20, bar.Label, "strong");
        }

        return svg.ToString();
    }
}
