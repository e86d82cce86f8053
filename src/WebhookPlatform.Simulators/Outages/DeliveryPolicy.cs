namespace WebhookPlatform.Simulators.Outages;

/// <summary>How a provider delivers: what it takes for an answer, how often it tries again, and when it turns an endpoint off.</summary>
public sealed record DeliveryPolicy
{
    /// <summary>What is assumed of a provider that says nothing about its patience.</summary>
    public static readonly TimeSpan AssumedTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The provider's name in the gateway's configuration, e.g. <c>stripe</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>How long an answer is waited for; a later one counts as none, although the receiver may have taken the webhook.</summary>
    public TimeSpan Timeout { get; init; } = AssumedTimeout;

    public required RetrySchedule Retries { get; init; }

    /// <summary>Which answers mean that the webhook has arrived.</summary>
    public AnswerRule Accepts { get; init; } = AnswerRule.Success;

    /// <summary>Which answers end the matter: the event is given up at once.</summary>
    public AnswerRule Final { get; init; } = AnswerRule.NoAnswer;

    /// <summary>After which kinds of failure the provider tries again at all.</summary>
    public AttemptFailures RetriedFailures { get; init; } = AttemptFailures.All;

    public DeliveryOrder Order { get; init; } = DeliveryOrder.Independent;

    /// <summary>When the provider stops sending to the endpoint, or null when it publishes no such rule.</summary>
    public DisablementRule? Disablement { get; init; }

    /// <summary>How what was missed can be had afterwards, or null when the provider keeps no history.</summary>
    public string? Recovery { get; init; }

    /// <summary>What else is worth knowing, one sentence.</summary>
    public string? Note { get; init; }

    /// <summary>What is assumed here because the provider does not publish it.</summary>
    public UnpublishedFacts Unpublished { get; init; }

    /// <summary>The provider's documentation of all this; empty when nothing is known.</summary>
    public IReadOnlyList<Uri> Sources { get; init; } = [];

    /// <summary>False when nothing is known of the provider and everything is assumed.</summary>
    public bool IsKnown => Sources.Count > 0;

    /// <summary>
    /// The policy for a provider of which nothing is known: 10 seconds of patience and no retry, the least that may be relied on.
    /// </summary>
    public static DeliveryPolicy NotPublished(string provider) => new()
    {
        Provider = provider,
        Retries = RetrySchedule.None,
        Unpublished = UnpublishedFacts.Timeout | UnpublishedFacts.Retries,
    };

    /// <summary>Why this result is no delivery, or null when it is one.</summary>
    public AttemptFailures? FailureOf(AttemptResult result) => result switch
    {
        { Status: null } when result.Latency < Timeout => AttemptFailures.NoConnection,
        { Status: { } status } when result.Latency <= Timeout => Accepts.Matches(status) ? null : AttemptFailures.Refusal,
        _ => AttemptFailures.NoAnswerInTime,
    };

    /// <summary>Whether the provider gives the event up at this failure, whatever its schedule.</summary>
    public bool IsFinal(AttemptFailures failure, AttemptResult result) =>
        !RetriedFailures.HasFlag(failure) || (failure is AttemptFailures.Refusal && result.Status is { } status && Final.Matches(status));
}

/// <summary>A set of HTTP status codes, with words for it.</summary>
public sealed class AnswerRule(string text, Func<int, bool> matches)
{
    public static AnswerRule Success { get; } = new("2xx", status => status is >= 200 and <= 299);

    public static AnswerRule ClientErrors { get; } = new("4xx", status => status is >= 400 and <= 499);

    public static AnswerRule AnyAnswer { get; } = new("any answer", _ => true);

    public static AnswerRule NoAnswer { get; } = new("none", _ => false);

    /// <summary>The set in words, e.g. <c>2xx</c>.</summary>
    public string Text { get; } = text;

    public static AnswerRule Only(params int[] statuses) => new(string.Join(", ", statuses), statuses.Contains);

    public bool Matches(int status) => matches(status);
}

/// <summary>How a delivery can fail.</summary>
[Flags]
public enum AttemptFailures
{
    None = 0,

    /// <summary>Nobody is there: refused, unreachable, no name, no TLS.</summary>
    NoConnection = 1,

    /// <summary>The provider's patience was over first.</summary>
    NoAnswerInTime = 2,

    /// <summary>An answer that does not mean success.</summary>
    Refusal = 4,

    All = NoConnection | NoAnswerInTime | Refusal,
}

/// <summary>Whether a failed event holds up those behind it.</summary>
public enum DeliveryOrder
{
    /// <summary>Each event is retried on its own; newer ones overtake it.</summary>
    Independent,

    /// <summary>Once one has failed, all others wait in line behind it, and only the first in line is tried.</summary>
    Queue,
}

/// <summary>What a provider keeps to itself.</summary>
[Flags]
public enum UnpublishedFacts
{
    None = 0,

    /// <summary>How long it waits for an answer.</summary>
    Timeout = 1,

    /// <summary>The pauses between retries; how many or for how long is known.</summary>
    Intervals = 2,

    /// <summary>Whether it retries at all.</summary>
    Retries = 4,
}
