namespace WebhookPlatform.Cli.Sending;

/// <summary>Collects durations and tells their percentiles. Keeps every value, so the figures are exact. Not safe for several threads.</summary>
public sealed class Latencies
{
    private readonly List<double> _milliseconds = [];
    private bool _sorted = true;

    public int Count => _milliseconds.Count;

    public void Add(TimeSpan duration)
    {
        _milliseconds.Add(duration.TotalMilliseconds);
        _sorted = false;
    }

    /// <summary>The smallest recorded value that at least this share of all values does not exceed (nearest rank), in milliseconds; 0 when there is none.</summary>
    /// <param name="percent">Above 0, up to 100.</param>
    public double Percentile(double percent)
    {
        if (percent is not (> 0 and <= 100))
        {
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "A percentile is above 0 and at most 100.");
        }

        if (_milliseconds.Count == 0)
        {
            return 0;
        }

        if (!_sorted)
        {
            _milliseconds.Sort();
            _sorted = true;
        }

        var rank = (int)Math.Ceiling((percent / 100 * _milliseconds.Count) - 1e-9);
        return _milliseconds[Math.Max(rank, 1) - 1];
    }

    /// <summary>The usual figures.</summary>
    public LatencySummary Summarize() => new(Rounded(50), Rounded(95), Rounded(99), Rounded(100));

    private double Rounded(double percent) => Math.Round(Percentile(percent), 2);
}

/// <summary>Percentiles in milliseconds.</summary>
public sealed record LatencySummary(double P50, double P95, double P99, double Max);
