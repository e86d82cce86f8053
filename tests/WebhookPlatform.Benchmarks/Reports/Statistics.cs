namespace WebhookPlatform.Benchmarks.Reports;

/// <summary>What rounds are summed up by.</summary>
public static class Statistics
{
    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? throw new ArgumentException("A median needs values.", nameof(values))
            : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The median of each round's own ratio: what both sides of a round suffered alike cancels out.</summary>
    /// <exception cref="ArgumentException">There are no rounds, or not as many on both sides.</exception>
    public static double MedianRatio(IReadOnlyList<double> values, IReadOnlyList<double> others) =>
        values.Count == others.Count ? Median(values.Zip(others, (value, other) => value / other))
        : throw new ArgumentException("Both sides need the same rounds.", nameof(others));
}
