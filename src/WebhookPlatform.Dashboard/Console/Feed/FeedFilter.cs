using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.Dashboard.Console.Feed;

/// <summary>Which lines of the feed an operator wants to see.</summary>
/// <param name="Topic">What they are about.</param>
/// <param name="Source">Only this source's; empty for all.</param>
public sealed record FeedFilter(FeedTopic Topic, string Source)
{
    public static FeedFilter Everything { get; } = new(FeedTopic.All, "");

    public bool Matches(Activity line) =>
        (Source.Length == 0 || string.Equals(line.Source, Source, StringComparison.Ordinal)) && Topic switch
        {
            FeedTopic.Webhooks => line.Kind is ActivityKinds.Delivery,
            FeedTopic.Events => line.Kind is ActivityKinds.Event,
            FeedTopic.Effects => line.Kind is not (ActivityKinds.Delivery or ActivityKinds.Event),
            FeedTopic.Problems => line.Outcome is "failed" or "dead",
            _ => true,
        };

    /// <summary>What of it the read model can select by itself.</summary>
    public ActivityFilter ForQuery() => new(
        Source.Length == 0 ? null : Source,
        Topic switch
        {
            FeedTopic.Webhooks => ActivityKinds.Delivery,
            FeedTopic.Events => ActivityKinds.Event,
            _ => null,
        });
}

/// <summary>What lines of the feed are about.</summary>
public enum FeedTopic
{
    All,

    /// <summary>Deliveries received.</summary>
    Webhooks,

    /// <summary>Typed events.</summary>
    Events,

    /// <summary>What services did about events.</summary>
    Effects,

    /// <summary>What failed.</summary>
    Problems,
}
