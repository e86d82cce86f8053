using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.Automation.Rules;

/// <summary>When an event of a kind meets all conditions, actions are taken in order.</summary>
public sealed class Rule
{
    /// <summary>An <see cref="EventType"/> that every event has, <c>WebhookReceived</c> included.</summary>
    public const string AnyEvent = "*";

    public required Guid Id { get; init; }

    /// <summary>For people; 1 to 200 characters.</summary>
    public required string Name { get; set; }

    public required bool Enabled { get; set; }

    /// <summary>Contract name, e.g. <c>PaymentCompleted</c>, or <see cref="AnyEvent"/>.</summary>
    public required string EventType { get; set; }

    /// <summary>All must hold; none means every event of the type.</summary>
    public required IReadOnlyList<Condition> Conditions { get; set; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<RuleAction> Actions { get; set; }

    /// <summary>Grows with every change; a change must name the version it was made from.</summary>
    public int Version { get; set; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Whether it wants a run for the event. Says nothing about <see cref="Enabled"/>.</summary>
    public bool Matches(EventDocument document) =>
        (EventType is AnyEvent || string.Equals(EventType, document.Name, StringComparison.Ordinal)) && Conditions.All(condition => condition.Holds(document));
}
