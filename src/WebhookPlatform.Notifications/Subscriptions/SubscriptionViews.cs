using System.Globalization;
using System.Text.Json;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.Notifications.Channels;

namespace WebhookPlatform.Notifications.Subscriptions;

/// <summary>A subscription as sent by an operator, for creating and for replacing one.</summary>
/// <param name="Name">For people.</param>
/// <param name="EventType">Contract name, e.g. <c>PaymentFailed</c>, or <c>*</c> for any event.</param>
/// <param name="Channel"><c>email</c>, <c>chat</c> or <c>in-app</c>.</param>
/// <param name="TitleTemplate">Liquid, e.g. <c>Payment of {{ event.amount | money }} failed</c>.</param>
/// <param name="BodyTemplate">Liquid; may be left out.</param>
/// <param name="Target">E-mail addresses (left out: the default recipient) or a chat webhook's URL; none for in-app. The masked form of the present target keeps it.</param>
/// <param name="Conditions">All must hold; left out for none.</param>
/// <param name="Enabled">True when left out.</param>
public sealed record SubscriptionBody(
    string? Name = null,
    string? EventType = null,
    string? Channel = null,
    string? TitleTemplate = null,
    string? BodyTemplate = null,
    string? Target = null,
    IReadOnlyList<ConditionInput>? Conditions = null,
    bool? Enabled = null);

/// <summary>A subscription as operators see it.</summary>
/// <param name="Target">Masked where it is a secret.</param>
/// <param name="Version">What <c>If-Match</c> must say to replace exactly this version; also the <c>ETag</c>.</param>
public sealed record SubscriptionView(
    Guid Id,
    string Name,
    bool Enabled,
    string EventType,
    IReadOnlyList<Condition> Conditions,
    string Channel,
    string? Target,
    string TitleTemplate,
    string BodyTemplate,
    DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt,
    string Version)
{
    internal static SubscriptionView Of(Subscription row, ChannelCatalog channels) => new(
        row.Id, row.Name, row.Enabled, row.EventType, row.Conditions, row.Channel, channels.Find(row.Channel)?.Mask(row.Target),
        row.TitleTemplate, row.BodyTemplate, row.CreatedAt, row.ChangedAt, ETagOf(row));

    internal static string ETagOf(Subscription row) => $"\"{row.Version.ToString(CultureInfo.InvariantCulture)}\"";
}

/// <summary>Templates to try on a sample event.</summary>
/// <param name="EventType">Contract name; <c>*</c> takes a completed payment as the sample.</param>
public sealed record PreviewBody(string? EventType = null, string? TitleTemplate = null, string? BodyTemplate = null);

/// <summary>What templates make of a sample event.</summary>
/// <param name="Event">The sample: what <c>event</c> is in templates.</param>
public sealed record PreviewView(string Title, string Body, JsonElement Event);

/// <summary>How a test went.</summary>
/// <param name="NotificationId">The id the notification was sent under; it is not kept.</param>
/// <param name="Error">Why it was not sent; null when it was.</param>
public sealed record TestView(Guid NotificationId, bool Sent, string? Error, string Title, string Body);
