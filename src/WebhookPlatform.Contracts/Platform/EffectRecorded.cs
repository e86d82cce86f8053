namespace WebhookPlatform.Contracts.Platform;

/// <summary>A service tells what it did about an event, for timelines. Published through that service's outbox, in the transaction of the effect.</summary>
/// <param name="EffectId">Unique and the same however often the effect is told.</param>
/// <param name="DeliveryId">The delivery at the root of it.</param>
/// <param name="EventId">The event that caused it.</param>
/// <param name="Service">Who did it: <c>notifications</c>, <c>automation</c>.</param>
/// <param name="Kind">What kind of effect, e.g. <c>notification.sent</c>, <c>run.dead</c>.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Title">One line for people, e.g. <c>E-mail to ops@example.com</c>.</param>
/// <param name="Detail">More for people, e.g. the error; never a secret or a message body.</param>
/// <param name="Reference">The service's own id of the thing (notification id, run id).</param>
/// <param name="At">When, by the service's clock.</param>
public sealed record EffectRecorded(
    Guid EffectId,
    Guid DeliveryId,
    Guid EventId,
    string Service,
    string Kind,
    EffectOutcome Outcome,
    string Title,
    string? Detail,
    string Reference,
    DateTimeOffset At);

/// <summary>How an effect went.</summary>
public enum EffectOutcome
{
    /// <summary>Accepted as work to do: a row exists, nothing has been tried.</summary>
    Planned,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Tried and failed; it will be tried again.</summary>
    Failed,

    /// <summary>Given up; a person has to look.</summary>
    Dead,
}
