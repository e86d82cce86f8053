namespace WebhookPlatform.Contracts;

/// <summary>What every domain event carries.</summary>
/// <param name="EventId">Derived from source, provider event id and item (see <see cref="DeterministicId"/>): the same on every redelivery and replay, so consumers can recognize repeats.</param>
/// <param name="OccurredAt">When it happened, by the provider's clock; the receipt time where the provider does not say. Decides order: deliveries arrive in any order.</param>
/// <param name="ReceivedAt">When the gateway received the delivery, by the gateway's clock.</param>
/// <param name="Source">The configured source's name, e.g. <c>shop</c>.</param>
/// <param name="Provider">The source's provider, e.g. <c>stripe</c>.</param>
/// <param name="ProviderEventId">The provider's own id for the event (Stripe's <c>evt_…</c>, GitHub's delivery GUID), or <c>sha256:…</c> of the body where there is none.</param>
/// <param name="DeliveryId">The stored delivery that carried the event.</param>
/// <param name="Subject">What the event is about, e.g. the payment id: events of one subject belong together.</param>
public sealed record EventMetadata(
    Guid EventId,
    DateTimeOffset OccurredAt,
    DateTimeOffset ReceivedAt,
    string Source,
    string Provider,
    string ProviderEventId,
    Guid DeliveryId,
    string Subject);
