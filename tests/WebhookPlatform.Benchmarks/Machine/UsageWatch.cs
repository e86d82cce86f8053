namespace WebhookPlatform.Benchmarks.Machine;

/// <summary>Which process used how much processor time between two moments.</summary>
internal sealed class UsageWatch
{
    private readonly IReadOnlyList<ProcessFamily> _families;
    private readonly Dictionary<string, TimeSpan> _before;
    private readonly ProcessorTimes _processors = ProcessorTimes.Now;

    private UsageWatch(IReadOnlyList<ProcessFamily> families)
    {
        _families = families;
        _before = Read();
    }

    public static UsageWatch Start(params IReadOnlyList<ProcessFamily> families) => new(families);

    /// <summary>Processor time by process since the start.</summary>
    public Dictionary<string, TimeSpan> Used() => Read().ToDictionary(pair => pair.Key, pair => pair.Value - _before[pair.Key], StringComparer.Ordinal);

    /// <summary>What the machine's processors did since the start.</summary>
    public ProcessorTimes Processors => ProcessorTimes.Now - _processors;

    private Dictionary<string, TimeSpan> Read() => _families.ToDictionary(family => family.Name, family => family.ProcessorTime, StringComparer.Ordinal);
}
