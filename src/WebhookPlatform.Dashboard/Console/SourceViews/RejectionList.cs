using System.Text.RegularExpressions;
using WebhookPlatform.Dashboard.Console.Gateway;

namespace WebhookPlatform.Dashboard.Console.SourceViews;

/// <summary>A source's rejections as far as they were read: the newest page, kept up to date, and as many older ones as were asked for. Immutable.</summary>
public sealed record RejectionList
{
    /// <summary>Most that are held; whoever needs more asks the gateway's API.</summary>
    public const int Most = 1_000;

    private RejectionList(IReadOnlyList<RejectedRequest> rows, long? next) =>
        (Rows, Next, Causes) = (rows, rows.Count >= Most ? null : next, RejectionCause.Among(rows));

    public static RejectionList Empty { get; } = new([], null);

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RejectedRequest> Rows { get; }

    /// <summary>Where the older ones begin that were not read yet; null when there are none, or enough are held.</summary>
    public long? Next { get; }

    /// <summary>What went wrong, most frequent first.</summary>
    public IReadOnlyList<RejectionCause> Causes { get; }

    /// <summary>With the newest page as it is now.</summary>
    public RejectionList WithNewest(RejectionPage page)
    {
        // Nothing is older, or more came than a page holds: between it and the rows at hand would be a hole.
        if (page.Next is not { } last || !Rows.Any(row => row.Id >= last))
        {
            return new([.. page.Rejections], page.Next);
        }

        var older = Rows.Where(row => row.Id < last).ToList();
        return new([.. page.Rejections.Concat(older).Take(Most)], older.Count == 0 ? page.Next : Next);
    }

    /// <summary>With a page of older ones.</summary>
    public RejectionList WithOlder(RejectionPage page) => new([.. Rows.Concat(page.Rejections).DistinctBy(row => row.Id).OrderByDescending(row => row.Id).Take(Most)], page.Next);
}

/// <summary>Rejections of one cause; where the gateway does not say it, those that say the same but for numbers and times.</summary>
/// <param name="Latest">The newest of them, whose words stand for all.</param>
public sealed partial record RejectionCause(string Key, int Count, RejectedRequest Latest)
{
    /// <summary>Whether a rejection is one of these.</summary>
    public bool Has(RejectedRequest row) => string.Equals(KeyOf(row), Key, StringComparison.Ordinal);

    internal static IReadOnlyList<RejectionCause> Among(IReadOnlyList<RejectedRequest> rows) =>
        [.. rows.GroupBy(KeyOf, StringComparer.Ordinal).Select(same => new RejectionCause(same.Key, same.Count(), same.MaxBy(row => row.Id)!)).OrderByDescending(cause => cause.Count).ThenByDescending(cause => cause.Latest.Id)];

    private static string KeyOf(RejectedRequest row) => row.HasCause ? row.Cause! : $"{row.Reason}: {Figures().Replace(row.Detail, "0")}";

    [GeneratedRegex("[0-9]+", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex Figures();
}
