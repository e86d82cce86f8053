using System.Globalization;
using System.Net;
using System.Text;

namespace WebhookPlatform.Benchmarks.Reports;

/// <summary>An SVG picture under construction: system fonts, and colours for light and dark pages.</summary>
internal sealed class Svg(int width, int height, string title)
{
    private const string Style = """
        text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f }
        .title { font-size: 16px; font-weight: 600 } .small { font-size: 11.5px } .quiet { fill: #656d76 } .strong { font-weight: 600 }
        .grid { stroke: #d8dee4; stroke-width: 1 } .main { fill: #0f7b6c } .other { fill: #afb8c1 }
        .line { fill: none; stroke-width: 2; stroke-linejoin: round }
        .s0 { stroke: #0f7b6c } .s1 { stroke: #8250df } .s2 { stroke: #bc4c00 } .s3 { stroke: #0969da }
        .f0 { fill: #0f7b6c } .f1 { fill: #8250df } .f2 { fill: #bc4c00 } .f3 { fill: #0969da }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3 } .quiet { fill: #8d96a0 } .grid { stroke: #30363d } .main { fill: #2fbfa7 } .other { fill: #57606a }
          .s0 { stroke: #2fbfa7 } .s1 { stroke: #a371f7 } .s2 { stroke: #f0883e } .s3 { stroke: #58a6ff }
          .f0 { fill: #2fbfa7 } .f1 { fill: #a371f7 } .f2 { fill: #f0883e } .f3 { fill: #58a6ff }
        }
        """;

    private readonly StringBuilder _content = new();

    public void Text(double x, double y, string text, string style = "", string anchor = "start") =>
        Add($"""<text x="{x:0.#}" y="{y:0.#}" class="{style}" text-anchor="{anchor}">{WebUtility.HtmlEncode(text)}</text>""");

    public void Box(double x, double y, double boxWidth, double boxHeight, string style) =>
        Add($"""<rect x="{x:0.#}" y="{y:0.#}" width="{boxWidth:0.#}" height="{boxHeight:0.#}" rx="3" class="{style}"/>""");

    public void Line(double fromX, double fromY, double toX, double toY) =>
        Add($"""<line x1="{fromX:0.#}" y1="{fromY:0.#}" x2="{toX:0.#}" y2="{toY:0.#}" class="grid"/>""");

    public void Path(IEnumerable<(double X, double Y)> points, string style) =>
        Add($"""<polyline points="{string.Join(' ', points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")))}" class="{style}"/>""");

    public override string ToString() =>
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{WebUtility.HtmlEncode(title)}">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <style>{Style}</style>
        {_content}</svg>

        """;

    private void Add(FormattableString element) => _content.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
