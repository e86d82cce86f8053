using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary>How to learn from one provider's API what it has sent, and to make of it the requests that should have come. Stateless.</summary>
public interface IReconciler
{
    /// <summary>Whose, as in <see cref="Providers.IWebhookProvider.Name"/>.</summary>
    string Provider { get; }

    /// <summary>How far back the provider's list goes.</summary>
    TimeSpan Reach { get; }

    /// <summary>What kind of key is wanted and where to get it, as a sentence.</summary>
    string KeyAdvice { get; }

    /// <summary>The provider's own address, for a source that gives none.</summary>
    Uri Home(RecoverySettings settings);

    /// <summary>What every request to the API carries, the key, or what is made with it now, among it.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Headers(RecoverySettings settings, DateTimeOffset now);

    /// <summary>Whether the key is one to sign with, in PEM, rather than one to send along.</summary>
    bool SignsWithKey(RecoverySettings settings) => false;

    /// <summary>What is wrong with settings, as sentences that say what to fix.</summary>
    /// <param name="hasEventTypes">Whether event types are given, <c>*</c> included.</param>
    IEnumerable<string> Validate(RecoverySettings settings, bool hasEventTypes);

    /// <summary>One page of what was sent between two times.</summary>
    /// <exception cref="Remote.ProviderPageException">The provider gives no page, or something else.</exception>
    Task<EventPage> ListAsync(Listing listing, CancellationToken cancellationToken);
}

/// <summary>A question for one page.</summary>
/// <param name="Since">The earliest time, by the provider's clock.</param>
/// <param name="Until">The latest.</param>
/// <param name="Cursor">Where the page before said that the list goes on; null for the first.</param>
/// <param name="Api">The provider's API, with the source's key.</param>
public sealed record Listing(Source Source, RecoverySettings Settings, DateTimeOffset Since, DateTimeOffset Until, string? Cursor, ProviderApi Api)
{
    /// <summary>Whether something of this time belongs to the list.</summary>
    public bool Covers(DateTimeOffset? time) => time >= Since && time <= Until;
}

/// <summary>One page of what a provider has sent.</summary>
/// <param name="Next">Where the list goes on; null at its end.</param>
/// <param name="Unusable">Entries that lack what makes a webhook of them.</param>
public sealed record EventPage(IReadOnlyList<ListedEvent> Events, string? Next, int Unusable = 0);

/// <summary>A webhook that should have come.</summary>
/// <param name="Key">The duplicate key it would have, see <see cref="PendingDelivery.EventKey"/>.</param>
/// <param name="At">When it was sent, or happened.</param>
/// <param name="FetchAsync">The request as it would have come; null when the provider has not kept what it takes.</param>
public sealed record ListedEvent(string Key, DateTimeOffset At, Func<CancellationToken, Task<RawRequest?>> FetchAsync)
{
    /// <summary>One whose request came with the list.</summary>
    public static ListedEvent Of(string key, DateTimeOffset at, RawRequest request) => new(key, at, _ => Task.FromResult<RawRequest?>(request));
}
