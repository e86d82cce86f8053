using System.Numerics;

namespace WebhookPlatform.Benchmarks.Load;

/// <summary>
/// Counts durations in buckets that grow with them, so that a quantile is right to within one percent whatever its size.
/// Recording costs a few instructions and no memory. For one thread.
/// </summary>
public sealed class Histogram
{
    // 128 buckets for each doubling: neighbours differ by less than one percent.
    private const int Precision = 7;
    private const int PerDoubling = 1 << Precision;

    private readonly long[] _counts = new long[(64 - Precision) * PerDoubling];

    public long Count { get; private set; }

    /// <summary>The longest duration recorded.</summary>
    public TimeSpan Max { get; private set; }

    public void Record(TimeSpan duration)
    {
        var ticks = Math.Max(0, duration.Ticks);
        _counts[BucketOf(ticks)]++;
        Count++;
        Max = ticks > Max.Ticks ? new TimeSpan(ticks) : Max;
    }

    /// <summary>Adds what another has recorded.</summary>
    public void Add(Histogram other)
    {
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            _counts[bucket] += other._counts[bucket];
        }

        Count += other.Count;
        Max = other.Max > Max ? other.Max : Max;
    }

    /// <summary>The duration that a share of all did not exceed; zero when nothing was recorded.</summary>
    /// <param name="quantile">0 to 1, e.g. 0.99.</param>
    public TimeSpan Quantile(double quantile)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(quantile * Count));
        long seen = 0;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted)
            {
                return new TimeSpan(Math.Min(UpperEndOf(bucket), Max.Ticks));
            }
        }

        return TimeSpan.Zero;
    }

    // Below 128 ticks each has its own bucket; above, a bucket is the leading eight bits and the number of those that follow.
    private static int BucketOf(long ticks)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)ticks | 1) - Precision);
        return (shift << Precision) + (int)(ticks >> shift);
    }

    private static long UpperEndOf(int bucket)
    {
        var shift = Math.Max(0, (bucket >> Precision) - 1);
        return ((bucket - ((long)shift << Precision) + 1) << shift) - 1;
    }
}
