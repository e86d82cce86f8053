namespace WebhookPlatform.Benchmarks.Reports;

/// <summary>A value over time.</summary>
/// <param name="Points">Seconds and values, in order.</param>
public sealed record Line(string Name, IReadOnlyList<(double Second, double Value)> Points);

/// <summary>Values over time.</summary>
public static class LineChart
{
    private const int Width = 760;
    private const int Height = 320;
    private const int Left = 70;
    private const int Right = 24;
    private const int Top = 92;
    private const int Bottom = 44;
    private const int Colours = 4;

    /// <summary>An SVG document; up to four lines have colours of their own.</summary>
    public static string Draw(string title, string subtitle, IReadOnlyList<Line> lines)
    {
        var last = lines.Max(line => line.Points.Select(point => point.Second).DefaultIfEmpty().Max());
        var across = Axis.For(last) with { End = Math.Max(1, last) };
        var up = Axis.For(lines.Max(line => line.Points.Select(point => point.Value).DefaultIfEmpty().Max()));
        const double Wide = Width - Left - Right;
        const double High = Height - Top - Bottom;
        var svg = new Svg(Width, Height, title);
        svg.Text(16, 28, title, "title");
        svg.Text(16, 48, subtitle, "small quiet");
        foreach (var mark in up.Values)
        {
            var y = Top + High - up.At(mark, High);
            svg.Line(Left, y, Left + Wide, y);
            svg.Text(Left - 8, y + 4, Axis.Label(mark), "small quiet", "end");
        }

        foreach (var mark in across.Values)
        {
            svg.Text(Left + across.At(mark, Wide), Height - Bottom + 20, $"{Axis.Label(mark)} s", "small quiet", "middle");
        }

        var legend = (double)Left;
        for (var number = 0; number < lines.Count; number++)
        {
            svg.Box(legend, 66, 12, 12, $"f{number % Colours}");
            svg.Text(legend + 18, 76, lines[number].Name, "small");
            legend += 40 + (lines[number].Name.Length * 6.6);
            svg.Path(lines[number].Points.Select(point => (Left + across.At(point.Second, Wide), Top + High - up.At(point.Value, High))), $"line s{number % Colours}");
        }

        return svg.ToString();
    }
}
