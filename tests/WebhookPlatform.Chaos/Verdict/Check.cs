namespace WebhookPlatform.Chaos.Verdict;

/// <summary>One promise and whether it was kept.</summary>
/// <param name="Promise">A sentence that is true when it was kept.</param>
/// <param name="Counted">What was compared, for people.</param>
/// <param name="Violations">What contradicts it, the first ones in detail; none when it was kept.</param>
public sealed record Check(string Promise, string Counted, IReadOnlyList<string> Violations)
{
    private const int MostInDetail = 12;

    public bool Passed => Violations.Count == 0;

    public static Check Of(string promise, string counted, IEnumerable<string> violations)
    {
        var all = violations.ToList();
        return new Check(promise, counted, all.Count > MostInDetail ? [.. all.Take(MostInDetail), $"… and {all.Count - MostInDetail} more"] : all);
    }

    /// <summary>Says what is missing from <paramref name="actual"/>, what should not be there, and what differs.</summary>
    public static IEnumerable<string> Differences<TKey, TValue>(IReadOnlyDictionary<TKey, TValue> expected, IReadOnlyDictionary<TKey, TValue> actual)
        where TKey : notnull
    {
        foreach (var (key, value) in expected)
        {
            if (!actual.TryGetValue(key, out var found))
            {
                yield return $"{key} is missing; expected {value}";
            }
            else if (!EqualityComparer<TValue>.Default.Equals(value, found))
            {
                yield return $"{key} is {found}; expected {value}";
            }
        }

        foreach (var key in actual.Keys.Where(key => !expected.ContainsKey(key)))
        {
            yield return $"{key} is {actual[key]}; expected none";
        }
    }
}
