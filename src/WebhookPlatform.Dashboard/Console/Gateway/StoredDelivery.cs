using System.Text.Json;

namespace WebhookPlatform.Dashboard.Console.Gateway;

/// <summary>A delivery as the gateway keeps it. Whatever a gateway of another version leaves out is null.</summary>
/// <param name="ConflictOf">The delivery that had the same provider event id and another body.</param>
/// <param name="Headers">The headers kept, by name.</param>
/// <param name="Events">Contract names of what was published for it.</param>
/// <param name="Secret">Id of the secret that proved it; null where nothing was signed with one.</param>
/// <param name="Recovery">The run that found it at the provider; null for what was sent.</param>
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
    IReadOnlyList<string>? Events,
    string? Secret,
    Guid? Recovery,
    bool? Recovered)
{
    /// <summary>Whether the provider had lost it: not sent, but found in its lists.</summary>
    public bool IsRecovered => Recovered ?? Recovery is not null;
}

/// <summary>A line of the list of deliveries.</summary>
/// <param name="Recovered">Whether the provider had lost it: not sent, but found in its lists.</param>
public sealed record DeliveryLine(Guid Id, string? EventType, DateTimeOffset ReceivedAt, string? Status, Guid? ConflictOf, bool Recovered);

/// <summary>The newest deliveries first.</summary>
public sealed record DeliveryPage
{
    public IReadOnlyList<DeliveryLine> Deliveries { get; init; } = [];
}
