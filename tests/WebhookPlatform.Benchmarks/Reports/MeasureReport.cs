using WebhookPlatform.Benchmarks.Machine;

namespace WebhookPlatform.Benchmarks.Reports;

/// <summary>What one measure found.</summary>
internal sealed class MeasureReport(string name, string title)
{
    public string Name => name;

    public string Title => title;

    public List<Finding> Findings { get; } = [];

    public List<ReportTable> Tables { get; } = [];

    public List<ReportChart> Charts { get; } = [];

    /// <summary>What a reader has to know to judge the figures.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Raw figures for the JSON file, by name.</summary>
    public Dictionary<string, object> Data { get; } = new(StringComparer.Ordinal);

    /// <summary>Why it ended early; null when it did not.</summary>
    public string? Failure { get; set; }

    public TimeSpan Duration { get; set; }

    /// <summary>What the machine's processors did meanwhile.</summary>
    public ProcessorTimes Processors { get; set; }

    /// <summary>The share of all processors' time that programs took which have nothing to do with the benchmark, 0 to 1.</summary>
    public double OthersShare { get; set; }
}

/// <summary>A goal and what was measured.</summary>
/// <param name="IsMet">Null where there is no goal, only a figure, or where less was done than the goal asks for.</param>
internal sealed record Finding(string Measure, string Goal, string Measured, bool? IsMet)
{
    /// <summary><c>met</c>, <c>missed</c> or a dash.</summary>
    public string Verdict => IsMet switch { true => "met", false => "missed", null => "–" };

    /// <summary>The same without a verdict, unless the run was as long and as large as the goal asks for.</summary>
    public Finding If(bool isFullSize) => isFullSize ? this : this with { Measured = $"{Measured} (a smaller run than the goal asks for)", IsMet = null };
}

/// <summary>A table of details.</summary>
internal sealed record ReportTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>A picture beside the report.</summary>
/// <param name="File">Its name, e.g. <c>ingest.svg</c>.</param>
/// <param name="Text">What it shows, for those who cannot see it.</param>
internal sealed record ReportChart(string File, string Text, string Svg);
