namespace WebhookPlatform.Benchmarks.Load;

/// <summary>How requests are sent, one at a time on each connection.</summary>
/// <param name="Connections">Kept open for the whole run.</param>
/// <param name="Duration">When sending ends, if requests do not end before.</param>
/// <param name="Rate">
/// Requests per second on a schedule that does not wait for answers (open loop); latency counts from the scheduled moment, so that waiting in line is not hidden
/// (no coordinated omission). Null: each connection sends as soon as it has its answer (closed loop).
/// </param>
public sealed record LoadPlan(int Connections, TimeSpan Duration, double? Rate = null);

/// <summary>What came of a run of load.</summary>
public sealed class LoadResult
{
    /// <summary>From the first request to the end of sending, or to the last answer when requests ended before.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>The scheduled moment of the first request, by <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/>.</summary>
    public long Started { get; set; }

    public long Sent { get; set; }

    /// <summary>Answers by status, until the end of sending and after it.</summary>
    public SortedDictionary<int, long> Statuses { get; } = [];

    /// <summary>2xx before the end of sending.</summary>
    public long AcceptedInTime { get; set; }

    /// <summary>503 that did not say when to come again.</summary>
    public long WithoutRetryAfter { get; set; }

    /// <summary>Connections that the server closed or that failed.</summary>
    public long Broken { get; set; }

    /// <summary>Requests that had no answer ten seconds after the end.</summary>
    public long Unanswered { get; set; }

    /// <summary>Processor time of the generator's thread.</summary>
    public TimeSpan GeneratorTime { get; set; }

    /// <summary>Latencies of 2xx.</summary>
    public Histogram Accepted { get; } = new();

    /// <summary>How long 2xx took from the moment their request was sent, however late that was.</summary>
    public Histogram Answered { get; } = new();

    /// <summary>Latencies of everything else.</summary>
    public Histogram Refused { get; } = new();

    /// <summary>How much later than scheduled requests were sent: the generator's own share of the latency.</summary>
    public Histogram Lag { get; } = new();

    /// <summary>2xx per second until the end of sending.</summary>
    public double AcceptedPerSecond => AcceptedInTime / Elapsed.TotalSeconds;

    /// <summary>Requests sent per second.</summary>
    public double SentPerSecond => Sent / Elapsed.TotalSeconds;

    /// <summary>All 2xx, those after the end of sending included.</summary>
    public long AcceptedInAll => Statuses.Where(status => status.Key is >= 200 and < 300).Sum(status => status.Value);

    /// <summary>The generator's thread as a share of one processor.</summary>
    public double GeneratorShare => GeneratorTime / Elapsed;
}
