using WebhookPlatform.Contracts;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>How one provider signs, shakes hands, names its events and what they mean. Stateless; called for many requests at once; never does I/O.</summary>
public interface IWebhookProvider
{
    /// <summary>The name used in configuration, e.g. <c>stripe</c>: lower case, hyphens.</summary>
    string Name { get; }

    /// <summary>Media types the provider sends; a request with another one is answered 415. Empty accepts any; a request without one is always accepted.</summary>
    IReadOnlyList<string> MediaTypes => ["application/json"];

    /// <summary>Headers worth keeping with a delivery beside the common ones. Never one that carries a secret.</summary>
    IReadOnlyList<string> KeptHeaders => [];

    /// <summary>What is wrong with a source's settings, as sentences that say what to fix; empty when it can be used. Called at start and by the API, never with a request.</summary>
    IEnumerable<string> Validate(Source source) => SourceChecks.Secrets(source);

    /// <summary>Answers a handshake that comes without a signature; null when the request is none. Must not act on any unproven content.</summary>
    HandshakeResponse? AnswerUnsigned(in RawRequest request, Source source) => null;

    /// <summary>Proves who sent the request. Fails closed.</summary>
    Verification Verify(in RawRequest request, Source source, DateTimeOffset now);

    /// <summary>Answers a signed handshake; null when the (verified) request is an ordinary webhook.</summary>
    HandshakeResponse? AnswerSigned(in RawRequest request, Source source) => null;

    /// <summary>How an accepted request is answered when the sender acts on the answer's body (Slack shows it to people); null: with the platform's usual JSON.</summary>
    HandshakeResponse? AnswerAccepted(in RawRequest request, Source source) => null;

    /// <summary>Reads identity, type and domain events from a verified request. Never throws for what a sender can send: what cannot be understood is <see cref="Webhook.Unreadable"/> or has no events. Of the headers it may only use <c>Content-Type</c> and <see cref="KeptHeaders"/>: a stored delivery is read again from those.</summary>
    Webhook Read(in RawRequest request, Source source);
}

/// <summary>A whole answer that the provider asks for, to a handshake as a rule.</summary>
/// <param name="StatusCode">HTTP status, 2xx as a rule.</param>
/// <param name="ContentType">Null for an empty body.</param>
/// <param name="Body">UTF-8 text; empty for none.</param>
public sealed record HandshakeResponse(int StatusCode, string? ContentType = null, string Body = "");

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
}

/// <summary>What a verified request says.</summary>
/// <param name="EventId">The provider's own id, the duplicate key, at most 200 characters; null where there is none (the body's hash is used).</param>
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
