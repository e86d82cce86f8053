using System.Text.Json;

namespace WebhookPlatform.Dashboard.Console.Gateway;

/// <summary>A delivery as the gateway keeps it. Whatever a gateway of another version leaves out is null.</summary>
/// <param name="ConflictOf">The delivery that had the same provider event id and another body.</param>
/// <param name="Headers">The headers kept, by name.</param>
/// <param name="Events">Contract names of what was published for it.</param>
public sealed record StoredDelivery(
    Guid? Id,
    string? Source,
    string? Provider,
    string? ProviderEventId,
    string? EventType,
    DateTimeOffset? ReceivedAt,
    string? Status,
    int? Duplicates,
    Guid? ConflictOf,
    string? ContentType,
    long? BodyBytes,
    IReadOnlyDictionary<string, JsonElement>? Headers,
    IReadOnlyList<string>? Events);

/// <summary>What another service answered, or why it did not.</summary>
/// <param name="Problem">For people; null when there is a value.</param>
public sealed record Answer<T>(T? Value, string? Problem)
    where T : class;
