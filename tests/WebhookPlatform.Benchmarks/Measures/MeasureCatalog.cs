namespace WebhookPlatform.Benchmarks.Measures;

/// <summary>All measures, in the order in which <c>all</c> runs them.</summary>
internal static class MeasureCatalog
{
    private static readonly Dictionary<string, Func<IMeasure>> Makers = new(StringComparer.Ordinal)
    {
        ["ingest"] = () => new IngestMeasure(),
        ["latency"] = () => new LatencyMeasure(),
        ["overload"] = () => new OverloadMeasure(),
        ["growth"] = () => new GrowthMeasure(),
        ["pipeline"] = () => new PipelineMeasure(),
        ["burst"] = () => new BurstMeasure(),
        ["live"] = () => new LiveMeasure(),
        ["soak"] = () => new SoakMeasure(),
        ["verify"] = () => new VerifyMeasure(),
    };

    public static IReadOnlyList<string> Names => [.. Makers.Keys];

    public static IMeasure Make(string name) => Makers[name]();
}

/// <summary>Something that is measured, with the goals it is compared to.</summary>
internal interface IMeasure
{
    /// <summary>One line for the report.</summary>
    string Title { get; }

    Task MeasureAsync(Workbench bench, Reports.MeasureReport report, CancellationToken cancellationToken);
}
