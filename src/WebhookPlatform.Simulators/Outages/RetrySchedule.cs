namespace WebhookPlatform.Simulators.Outages;

/// <summary>When a failed delivery is tried again, and when it is given up.</summary>
public sealed class RetrySchedule
{
    private readonly TimeSpan[] _offsets;

    private RetrySchedule(string text, IReadOnlyList<TimeSpan> gaps, TimeSpan? horizon, bool countsFromEvent)
    {
        Text = text;
        Gaps = gaps;
        Horizon = horizon;
        CountsFromEvent = countsFromEvent;
        var sum = TimeSpan.Zero;
        _offsets = [.. gaps.Select(gap => sum += gap)];
    }

    /// <summary>A failed delivery is never tried again.</summary>
    public static RetrySchedule None { get; } = new("none", [], null, countsFromEvent: false);

    /// <summary>The schedule in words, without intervals when they are not published.</summary>
    public string Text { get; }

    /// <summary>The pauses between attempts, as many as there are retries.</summary>
    public IReadOnlyList<TimeSpan> Gaps { get; }

    /// <summary>The age of an event after which it is not tried again, or null when only the number of retries ends it.</summary>
    public TimeSpan? Horizon { get; }

    /// <summary>
    /// True: the schedule is fixed from the event on, so that slow failures do not move it.
    /// False: each pause begins with the failure before it.
    /// </summary>
    public bool CountsFromEvent { get; }

    /// <summary>The age of an event at its last retry, when attempts fail at once; zero without retries.</summary>
    public TimeSpan LastRetry => _offsets is [.., var last] ? last : TimeSpan.Zero;

    /// <summary>These pauses, each from the failure before it.</summary>
    public static RetrySchedule After(params TimeSpan[] gaps) => new(
        $"{gaps.Length}: after {string.Join(", ", gaps.Select(Durations.Text))}", gaps, null, countsFromEvent: false);

    /// <summary>These pauses, then the last one again and again until the event is as old as the horizon, each from the failure before it.</summary>
    public static RetrySchedule Repeating(TimeSpan horizon, params TimeSpan[] gaps)
    {
        var all = new List<TimeSpan>(gaps);
        for (var age = Sum(gaps) + gaps[^1]; age <= horizon; age += gaps[^1])
        {
            all.Add(gaps[^1]);
        }

        return new($"after {string.Join(", ", gaps.Select(Durations.Text))}, then every {Durations.Text(gaps[^1])}, for {Durations.Text(horizon)}", all, horizon, countsFromEvent: false);
    }

    /// <summary>Pauses that grow by a factor up to the longest, and a last retry exactly at the horizon; counted from the event.</summary>
    public static RetrySchedule Growing(TimeSpan first, double factor, TimeSpan longest, TimeSpan horizon)
    {
        var gaps = new List<TimeSpan>();
        var age = TimeSpan.Zero;
        for (var gap = first; age < horizon; gap = gap * factor < longest ? gap * factor : longest)
        {
            // A retry just before the last one would say nothing: the last takes its place.
            var next = age + (gap * 1.25) < horizon ? gap : horizon - age;
            gaps.Add(next);
            age += next;
        }

        return new($"growing pauses for {Durations.Text(horizon)}", gaps, horizon, countsFromEvent: true);
    }

    /// <summary>A published number of retries whose pauses grow evenly from the first, so that the last is exactly at the horizon; counted from the event.</summary>
    public static RetrySchedule Spread(int count, TimeSpan first, TimeSpan horizon)
    {
        double Age(double factor) => Enumerable.Range(0, count).Sum(retry => first.TotalSeconds * Math.Pow(factor, retry));
        var (low, high) = (1d, 1000d);
        for (var round = 0; round < 100; round++)
        {
            var middle = (low + high) / 2;
            (low, high) = Age(middle) < horizon.TotalSeconds ? (middle, high) : (low, middle);
        }

        var gaps = Enumerable.Range(0, count - 1).Select(retry => TimeSpan.FromSeconds(Math.Round(first.TotalSeconds * Math.Pow(low, retry)))).ToList();
        gaps.Add(horizon - Sum(gaps));
        return new($"{count} over {Durations.Text(horizon)}", gaps, horizon, countsFromEvent: true);
    }

    /// <summary>Other words for the same schedule.</summary>
    public RetrySchedule As(string text) => new(text, Gaps, Horizon, CountsFromEvent);

    /// <summary>When the next attempt is due, or null when the event is given up.</summary>
    /// <param name="attempts">How many attempts have been made, at least one.</param>
    /// <param name="eventAt">When the event happened.</param>
    /// <param name="failedAt">When the last attempt was found to have failed.</param>
    public TimeSpan? Next(int attempts, TimeSpan eventAt, TimeSpan failedAt)
    {
        if (attempts > Gaps.Count)
        {
            return null;
        }

        if (CountsFromEvent)
        {
            // An attempt that hung past the next one's time delays it.
            var due = eventAt + _offsets[attempts - 1];
            return due > failedAt ? due : failedAt;
        }

        var next = failedAt + Gaps[attempts - 1];
        return Horizon is { } horizon && next > eventAt + horizon ? null : next;
    }

    /// <summary>The longest pause that begins before an event is this old: how long recovery can take to be noticed.</summary>
    public TimeSpan LongestGapUntil(TimeSpan age)
    {
        var longest = TimeSpan.Zero;
        for (var retry = 0; retry < Gaps.Count && _offsets[retry] - Gaps[retry] <= age; retry++)
        {
            longest = Gaps[retry] > longest ? Gaps[retry] : longest;
        }

        return longest;
    }

    private static TimeSpan Sum(IEnumerable<TimeSpan> gaps) => gaps.Aggregate(TimeSpan.Zero, (sum, gap) => sum + gap);
}
