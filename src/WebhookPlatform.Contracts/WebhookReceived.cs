namespace WebhookPlatform.Contracts;

/// <summary>A verified webhook was stored. Published once per delivery, mapped to other events or not, so that nothing is invisible.</summary>
/// <param name="EventType">The provider's own name for the event, e.g. <c>payment_intent.succeeded</c>; <c>unknown</c> where the body does not tell.</param>
/// <param name="Events">Names of the typed events published beside this one, e.g. <c>PaymentCompleted</c>; empty where nothing maps.</param>
/// <param name="ContentType">The request's media type as sent; left out where it had none.</param>
/// <param name="BodyBytes">Size of the stored body in bytes.</param>
/// <param name="Recovered">True when it was not sent but found in the provider's lists; left out for what was sent.</param>
public sealed record WebhookReceived(
    EventMetadata Metadata,
    string EventType,
    IReadOnlyList<string> Events,
    string? ContentType,
    int BodyBytes,
    bool? Recovered = null) : IDomainEvent;
