using WebhookPlatform.Contracts;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.Notifications.Subscriptions;

/// <summary>Which events somebody wants to hear of, where, and in which words.</summary>
public sealed class Subscription
{
    /// <summary>The event type that stands for all of them.</summary>
    public const string AnyEvent = "*";

    public required Guid Id { get; init; }

    /// <summary>For people; need not be unique.</summary>
    public required string Name { get; set; }

    public required bool Enabled { get; set; }

    /// <summary>Contract name, e.g. <c>PaymentFailed</c>, or <see cref="AnyEvent"/>.</summary>
    public required string EventType { get; set; }

    /// <summary>All must hold; none for every event of the type.</summary>
    public required IReadOnlyList<Condition> Conditions { get; set; }

    /// <summary>A channel's name, see <see cref="Channels.ChannelCatalog"/>.</summary>
    public required string Channel { get; set; }

    /// <summary>As the channel needs it; for chat a secret. Null for in-app, and for e-mail to the default recipient.</summary>
    public string? Target { get; set; }

    /// <summary>Liquid; renders to one line.</summary>
    public required string TitleTemplate { get; set; }

    /// <summary>Liquid; may be empty.</summary>
    public required string BodyTemplate { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; set; }

    /// <summary>PostgreSQL's <c>xmin</c>: changes with every write.</summary>
    public uint Version { get; init; }

    /// <summary>Whether <paramref name="document"/> is an event it asks for. "Any event" leaves out a <see cref="WebhookReceived"/> that a typed event accompanies: nobody wants to be told twice.</summary>
    public bool Matches(EventDocument document)
    {
        var isOfType = EventType is AnyEvent
            ? document.Event is not WebhookReceived { Events.Count: > 0 }
            : string.Equals(EventType, document.Name, StringComparison.Ordinal);
        return Enabled && isOfType && Conditions.All(condition => condition.Holds(document));
    }

    /// <summary>Takes over what operators decide about <paramref name="other"/>.</summary>
    public void Become(Subscription other)
    {
        (Name, Enabled, EventType, Conditions) = (other.Name, other.Enabled, other.EventType, other.Conditions);
        (Channel, Target, TitleTemplate, BodyTemplate) = (other.Channel, other.Target, other.TitleTemplate, other.BodyTemplate);
        ChangedAt = other.ChangedAt;
    }
}
