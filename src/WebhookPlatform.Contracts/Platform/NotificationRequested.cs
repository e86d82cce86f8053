namespace WebhookPlatform.Contracts.Platform;

/// <summary>A service asks for a person to be told something.</summary>
/// <param name="RequestId">Unique and the same however often it is asked.</param>
/// <param name="DeliveryId">The delivery at the root of it.</param>
/// <param name="EventId">The event that caused it.</param>
/// <param name="Channel"><c>in-app</c>, <c>email</c> or <c>chat</c>.</param>
/// <param name="Target">Whom: an address or URL as the channel needs it; null for in-app.</param>
/// <param name="Title">One line of plain text.</param>
/// <param name="Body">Plain text; may be empty.</param>
public sealed record NotificationRequested(
    Guid RequestId,
    Guid DeliveryId,
    Guid EventId,
    string Channel,
    string? Target,
    string Title,
    string Body);
