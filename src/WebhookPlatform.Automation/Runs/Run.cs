using System.Text.Json;
using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Automation.Rules;
using WebhookPlatform.Contracts;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.Messaging.Work;

namespace WebhookPlatform.Automation.Runs;

/// <summary>One rule applied to one event: its actions in order, as they were when the event came, so that editing the rule changes no run under way.</summary>
public sealed class Run : WorkItem
{
    /// <summary>Characters of <see cref="Subject"/> that are kept.</summary>
    public const int LongestSubject = 500;

    public required Guid RuleId { get; init; }

    public required string RuleName { get; init; }

    public required Guid EventId { get; init; }

    /// <summary>Contract name, e.g. <c>PaymentCompleted</c>.</summary>
    public required string EventType { get; init; }

    /// <summary>The event as JSON.</summary>
    public required string Event { get; init; }

    public required Guid DeliveryId { get; init; }

    /// <summary>What the event is about; see <see cref="EventMetadata"/>.</summary>
    public required string Subject { get; init; }

    /// <summary>When the event occurred, by the provider's clock.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    public required IReadOnlyList<RuleAction> Actions { get; init; }

    /// <summary>Index of the action that is next or under way; those before it are done and are not repeated.</summary>
    public int Step { get; set; }

    /// <summary>Attempts recorded so far, of all steps; numbers them.</summary>
    public int AttemptsRecorded { get; set; }

    /// <summary>How often an operator has revived it.</summary>
    public int Retries { get; set; }

    /// <summary>The same rule and event always give the same id, so that an event that comes twice makes one run.</summary>
    public static Guid IdFor(Guid ruleId, Guid eventId) => DeterministicId.From("run", ruleId.ToString(), eventId.ToString());

    /// <summary>Makes the run of <paramref name="rule"/> for an event.</summary>
    public static Run For(Rule rule, EventDocument document, DateTimeOffset now, System.Diagnostics.ActivityContext trace)
    {
        var metadata = document.Event.Metadata;
        return new Run
        {
            Id = IdFor(rule.Id, metadata.EventId),
            RuleId = rule.Id,
            RuleName = rule.Name,
            EventId = metadata.EventId,
            EventType = document.Name,
            Event = document.Root.GetRawText(),
            DeliveryId = metadata.DeliveryId,
            Subject = ShortText.Of(metadata.Subject, LongestSubject),

            // PostgreSQL's driver takes UTC only.
            OccurredAt = metadata.OccurredAt.ToUniversalTime(),
            Actions = rule.Actions,
            CreatedAt = now,
            DueAt = now,
            TraceParent = TraceContext.Format(trace),
        };
    }

    /// <summary>Identifies a step's request to its receiver: the same on every attempt, also after an operator's retry.</summary>
    public string RequestId(int step) => $"msg_{DeterministicId.From("request", Id.ToString(), Number(step)):N}";

    /// <summary>Identifies a step's notification, so that it is told once.</summary>
    public Guid NotificationId(int step) => DeterministicId.From("notification", Id.ToString(), Number(step));

    /// <summary>The event, for templates.</summary>
    /// <exception cref="FormatException">This version of the service does not know the event.</exception>
    public EventDocument Document() =>
        ContractCatalog.Find(EventType) is { } type && JsonSerializer.Deserialize(Event, type) is IDomainEvent domainEvent
            ? EventDocument.Of(domainEvent)
            : throw new FormatException($"The event {EventType} is not known.");

    /// <summary>The event as receivers get it by default, in the form that the Standard Webhooks specification recommends: <c>type</c>, <c>timestamp</c>, <c>data</c>.</summary>
    public byte[] Envelope()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", EventType);
            json.WriteString("timestamp", OccurredAt.ToUniversalTime());
            json.WritePropertyName("data");
            json.WriteRawValue(Event);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static string Number(int step) => step.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
