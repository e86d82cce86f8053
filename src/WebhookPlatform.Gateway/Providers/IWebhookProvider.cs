using WebhookPlatform.Contracts;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>How one provider signs, shakes hands, names its events and what they mean. Stateless; called for many requests at once; never does I/O.</summary>
public interface IWebhookProvider
{
    /// <summary>The name used in configuration, e.g. <c>stripe</c>: lower case, hyphens.</summary>
    string Name { get; }

    /// <summary>Media types the provider sends; a request with another one is answered 415. Empty accepts any; a request without one is always accepted.</summary>
    IReadOnlyList<string> MediaTypes => ["application/json"];

    /// <summary>Whether a body of this media type is accepted.</summary>
    /// <param name="mediaType">In lower case, without parameters.</param>
    bool Takes(string mediaType) => MediaTypes.Count == 0 || MediaTypes.Contains(mediaType, StringComparer.Ordinal);

    /// <summary>Headers worth keeping with a delivery beside the common ones. Never one that carries a secret.</summary>
    IReadOnlyList<string> KeptHeaders => [];

    /// <summary>Settings of its own that a source may have, beside the common ones.</summary>
    IReadOnlyList<ProviderSetting> Settings => [];

    /// <summary>Which of its events give which typed event, for the documentation and checked against the fixtures.</summary>
    IReadOnlyList<GivenEvent> Gives => [];

    /// <summary>How far a signed time may be from now where a source does not say.</summary>
    TimeSpan Tolerance => TimeSpan.FromMinutes(5);

    /// <summary>Whether the scheme covers the address that was called, so that <see cref="RawRequest.Url"/> is needed.</summary>
    bool NeedsUrl => false;

    /// <summary>Whether senders prove themselves by a private key, whose public half the source has or the provider tells, rather than by a secret that both sides share. Such a proof takes longer.</summary>
    bool UsesPublicKey => false;

    /// <summary>Whether the provider wants even the refusal of a bad signature to be empty.</summary>
    bool WantsEmptyRefusals => false;

    /// <summary>Whether the same body may come again and tell of something new, as where it only names what changed. Then the body's hash is no identity, and what has none is told apart by its delivery.</summary>
    bool RepeatsItself => false;

    /// <summary>How long it may deliver the same event again.</summary>
    Redelivery Redelivery => Redelivery.Usual;

    /// <summary>What is wrong with a source's settings, as sentences that say what to fix; empty when it can be used. Called at start and by the API, never with a request.</summary>
    IEnumerable<string> Validate(Source source) => SourceChecks.Secrets(source);

    /// <summary>Answers a handshake that comes without a signature; null when the request is none. Must not act on any unproven content.</summary>
    HandshakeResponse? AnswerUnsigned(in RawRequest request, Source source) => null;

    /// <summary>Proves who sent the request. Fails closed.</summary>
    Verification Verify(in RawRequest request, Source source, DateTimeOffset now);

    /// <summary>Answers a signed handshake; null when the (verified) request is an ordinary webhook.</summary>
    HandshakeResponse? AnswerSigned(in RawRequest request, Source source) => null;

    /// <summary>An address that a verified request asks to be fetched before it is answered, to confirm a subscription; null for none. Only addresses of the provider's own.</summary>
    Uri? Confirmation(in RawRequest request, Source source) => null;

    /// <summary>How an accepted request is answered when the sender acts on the answer's body (Slack shows it to people); null: with the platform's usual JSON.</summary>
    HandshakeResponse? AnswerAccepted(in RawRequest request, Source source) => null;

    /// <summary>Reads identity, type and domain events from a verified request. Never throws for what a sender can send: what cannot be understood is <see cref="Webhook.Unreadable"/> or has no events. Of the headers it may only use <c>Content-Type</c> and <see cref="KeptHeaders"/>: a stored delivery is read again from those.</summary>
    Webhook Read(in RawRequest request, Source source);
}

/// <summary>A provider whose proof needs something only the provider has: a certificate, a key by its id, the resource itself.</summary>
public interface IRemoteProvider : IWebhookProvider
{
    /// <summary>Proves who sent the request. Fails closed.</summary>
    /// <exception cref="Ingress.IngestRefusedException">The provider does not give what the proof needs, or is not asked for it now: ours to wait for, so the sender is asked to come again.</exception>
    ValueTask<Verification> VerifyAsync(RawRequest request, Source source, IProviderQueries queries, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Never proven without asking the provider.</summary>
    Verification IWebhookProvider.Verify(in RawRequest request, Source source, DateTimeOffset now) => VerificationFailure.UntrustedKey;
}

/// <summary>A setting that only one provider has, set as <c>Settings:{name}</c>.</summary>
/// <param name="Name">In Pascal case, e.g. <c>WebhookId</c>.</param>
/// <param name="Meaning">What it is and where to find it, as a sentence.</param>
/// <param name="IsRequired">Whether a source cannot be used without it.</param>
public sealed record ProviderSetting(string Name, string Meaning, bool IsRequired = false);

/// <summary>A row of the documentation's table of events.</summary>
/// <param name="Type">The provider's name for it, as <see cref="Webhook.EventType"/> has it; a star at the end stands for anything.</param>
/// <param name="Event">The contract it gives, e.g. <c>PaymentCompleted</c>.</param>
/// <param name="OccurredAt">Where its time comes from, e.g. <c>`created` of the event</c>, in Markdown.</param>
/// <param name="When">A condition, e.g. <c>if it was merged</c>; empty for none.</param>
public sealed record GivenEvent(string Type, string Event, string OccurredAt, string When = "");

/// <summary>A whole answer that the provider asks for, to a handshake as a rule.</summary>
/// <param name="StatusCode">HTTP status, 2xx as a rule.</param>
/// <param name="ContentType">Null for an empty body.</param>
/// <param name="Body">UTF-8 text; empty for none.</param>
public sealed record HandshakeResponse(int StatusCode, string? ContentType = null, string Body = "")
{
    /// <summary>200 with nothing in it.</summary>
    public static HandshakeResponse Empty { get; } = new(200);

    /// <summary>Further headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}

/// <summary>Whether a request was proven to come from its provider, and if not, why (for the operator; senders only learn 401).</summary>
/// <param name="Failure">Null when it was proven.</param>
/// <param name="SecretIndex">Which of the source's secrets matched; -1 when none did.</param>
public readonly record struct Verification(VerificationFailure? Failure, int SecretIndex)
{
    public bool IsValid => Failure is null;

    public static Verification Valid(int secretIndex) => new(null, secretIndex);

    public static implicit operator Verification(VerificationFailure failure) => new(failure, -1);
}

/// <summary>Why a request was not believed.</summary>
public enum VerificationFailure
{
    /// <summary>A header the scheme needs is missing or empty.</summary>
    MissingHeader,

    /// <summary>A header the scheme needs cannot be parsed, or was sent more than once.</summary>
    MalformedHeader,

    /// <summary>Only signature versions or algorithms we do not accept were presented.</summary>
    NoSupportedScheme,

    /// <summary>The signed timestamp is older than the tolerance.</summary>
    StaleTimestamp,

    /// <summary>The signed timestamp is further in the future than the tolerance.</summary>
    FutureTimestamp,

    /// <summary>No active secret gives the presented signature.</summary>
    SignatureMismatch,

    /// <summary>The presented token is none of the active secrets.</summary>
    TokenMismatch,

    /// <summary>The certificate or key that should prove it is not the provider's, unknown, expired or not to be had from a trusted place.</summary>
    UntrustedKey,

    /// <summary>Proven, but about something this source does not take, such as another topic.</summary>
    NotAllowed,
}

/// <summary>What a verified request says.</summary>
/// <param name="EventId">The provider's own id, the duplicate key, at most 200 characters; null where there is none (the body's hash is used), as in batches, whose items are told apart by <see cref="EventDraft.Key"/>.</param>
/// <param name="EventType">The provider's name for the event, at most 200 characters; <c>unknown</c> where it does not tell.</param>
/// <param name="OccurredAt">By the provider's clock, in UTC; null where it does not tell.</param>
/// <param name="Subject">What it is about; null where it does not tell (the event id is used).</param>
/// <param name="Events">The typed events it gives, in order; empty where nothing maps.</param>
public sealed record Webhook(
    string? EventId,
    string EventType,
    DateTimeOffset? OccurredAt,
    string? Subject,
    IReadOnlyList<EventDraft> Events)
{
    /// <summary>
    /// Names what it tells of by what the provider's API shows as well (topic, resource, version), where the API does not know <see cref="EventId"/>: what was recovered
    /// under this name and the webhook that comes after all are one. At most 200 characters; null where the event id does that.
    /// </summary>
    public string? ResourceKey { get; init; }

    /// <summary>The type of a webhook that does not tell.</summary>
    public const string UnknownType = "unknown";

    /// <summary>A body that cannot be understood: kept, published as <see cref="WebhookReceived"/>, nothing more.</summary>
    public static Webhook Unreadable { get; } = new(null, UnknownType, null, null, []);
}

/// <summary>A typed event that only lacks its metadata, which the gateway adds.</summary>
/// <param name="Name">The event's contract name, e.g. <c>PaymentCompleted</c>.</param>
/// <param name="Subject">What it is about, e.g. the payment id.</param>
/// <param name="Create">Makes the event.</param>
/// <param name="OccurredAt">When it differs from the webhook's.</param>
/// <param name="Key">What identifies the event within its source where a provider tells of one happening in several webhooks: the event id is derived from it, so that consumers see one event. Null: the webhook's id and the event's place identify it.</param>
public sealed record EventDraft(string Name, string Subject, Func<EventMetadata, IDomainEvent> Create, DateTimeOffset? OccurredAt = null, string? Key = null)
{
    /// <summary>Drafts an event, named after its type.</summary>
    public static EventDraft Of<TEvent>(string subject, Func<EventMetadata, TEvent> create, DateTimeOffset? occurredAt = null, string? key = null)
        where TEvent : class, IDomainEvent => new(typeof(TEvent).Name, subject, create, occurredAt, key);
}
