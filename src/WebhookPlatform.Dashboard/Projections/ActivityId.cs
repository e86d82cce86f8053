using WebhookPlatform.Contracts;

namespace WebhookPlatform.Dashboard.Projections;

/// <summary>The id of an event's line in the feed.</summary>
internal static class ActivityId
{
    /// <param name="contract">Contract name, e.g. <c>PaymentCompleted</c>.</param>
    public static Guid Of(string contract, Guid eventId) => DeterministicId.From("activity", contract, eventId.ToString());
}
