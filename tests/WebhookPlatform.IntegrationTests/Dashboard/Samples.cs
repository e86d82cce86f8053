using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Contracts.Payments;

namespace WebhookPlatform.IntegrationTests.Dashboard;

/// <summary>Events for tests; each call makes a new one.</summary>
internal static class Samples
{
    public static EventMetadata Metadata(DateTimeOffset? occurredAt = null, Guid? delivery = null, string source = "shop", string provider = "stripe", string subject = "pi_1") =>
        new(Guid.NewGuid(), occurredAt ?? DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, source, provider, $"evt_{Guid.NewGuid():N}", delivery ?? Guid.NewGuid(), subject);

    public static PaymentAuthorized Authorized(long amount, string payment = "pi_1", string currency = "USD", DateTimeOffset? at = null) =>
        new(Metadata(at, subject: payment), payment, new Money(amount, currency));

    public static PaymentCompleted Completed(long amount, string payment = "pi_1", string currency = "USD", DateTimeOffset? at = null) =>
        new(Metadata(at, subject: payment), payment, new Money(amount, currency));

    public static PaymentFailed Failed(long amount, string payment = "pi_1", string currency = "USD", DateTimeOffset? at = null) =>
        new(Metadata(at, subject: payment), payment, new Money(amount, currency), "card_declined", "Your card was declined.");

    public static PaymentRefunded Refunded(long amount, string payment = "pi_1", string currency = "USD", DateTimeOffset? at = null) =>
        new(Metadata(at, subject: payment), payment, new Money(amount, currency));

    public static IDomainEvent PullRequest(int number, bool merged, DateTimeOffset at)
    {
        var metadata = Metadata(at, source: "code", provider: "github", subject: $"octo-org/widgets#{number}");
        return merged ? new PullRequestMerged(metadata, "octo-org/widgets", number, "A change") : new PullRequestOpened(metadata, "octo-org/widgets", number, "A change");
    }
}
