using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Dashboard.Storage;

namespace WebhookPlatform.Dashboard.Projections;

/// <summary>What a payment's events say, and how two sayings become one. Merging commutes, so payments converge whatever the order of arrival.</summary>
public static class PaymentFacts
{
    /// <summary>Larger amounts are taken for faults: summed up they could overflow a day's total and make every later payment fail.</summary>
    public const long LargestAmount = 1_000_000_000_000_000;

    /// <summary>
    /// What one event says; null when it is about no payment. An authorization moves no money, so no day has it. A dispute says nothing here: no event tells how it ends,
    /// so a payment that it marked would stay marked; the feed and the timeline have it.
    /// </summary>
    /// <exception cref="FormatException">The amount cannot be right.</exception>
    public static (PaymentDayRow? Day, PaymentRow Payment)? Of(IDomainEvent domainEvent) => domainEvent switch
    {
        PaymentAuthorized payment => (null, Attempt(payment.Metadata, payment.PaymentId, payment.Amount, completed: null)),
        PaymentCompleted payment => (Day(payment.Metadata, payment.Amount, completed: 1), Attempt(payment.Metadata, payment.PaymentId, payment.Amount, completed: true)),
        PaymentFailed payment => (Day(payment.Metadata, payment.Amount, failed: 1), Attempt(payment.Metadata, payment.PaymentId, payment.Amount, completed: false)),
        PaymentRefunded refund => (Day(refund.Metadata, refund.Amount, refunded: 1), Refund(refund.Metadata, refund.PaymentId, refund.Amount)),
        _ => null,
    };

    public static PaymentDayRow Merge(PaymentDayRow left, PaymentDayRow right) => new()
    {
        Day = left.Day,
        Currency = left.Currency,
        CompletedCount = left.CompletedCount + right.CompletedCount,
        Completed = left.Completed + right.Completed,
        FailedCount = left.FailedCount + right.FailedCount,
        Failed = left.Failed + right.Failed,
        RefundedCount = left.RefundedCount + right.RefundedCount,
        Refunded = left.Refunded + right.Refunded,
    };

    /// <summary>The latest attempt decides the outcome (of several at the same time a completed one, else a failed one), the latest event says where to look.</summary>
    public static PaymentRow Merge(PaymentRow left, PaymentRow right)
    {
        var outcome = OutcomeOrder(left).CompareTo(OutcomeOrder(right)) >= 0 ? left : right;
        var latest = (left.LatestAt, left.LatestEvent).CompareTo((right.LatestAt, right.LatestEvent)) >= 0 ? left : right;
        return new PaymentRow
        {
            Source = left.Source,
            PaymentId = left.PaymentId,
            Currency = left.Currency,
            Provider = latest.Provider,
            Completed = outcome.Completed,
            Amount = outcome.Amount,
            OutcomeAt = outcome.OutcomeAt,
            OutcomeEvent = outcome.OutcomeEvent,
            Refunded = left.Refunded + right.Refunded,
            LatestAt = latest.LatestAt,
            LatestEvent = latest.LatestEvent,
            LatestDelivery = latest.LatestDelivery,
        };
    }

    private static (DateTimeOffset At, int Outcome, Guid Event) OutcomeOrder(PaymentRow row) =>
        (row.OutcomeAt ?? DateTimeOffset.MinValue, row.Completed switch { true => 2, false => 1, null => 0 }, row.OutcomeEvent ?? Guid.Empty);

    private static PaymentDayRow Day(EventMetadata metadata, Money amount, int completed = 0, int failed = 0, int refunded = 0) => new()
    {
        Day = DateOnly.FromDateTime(metadata.OccurredAt.UtcDateTime),
        Currency = Currency(amount),
        CompletedCount = completed,
        Completed = completed * Amount(amount),
        FailedCount = failed,
        Failed = failed * Amount(amount),
        RefundedCount = refunded,
        Refunded = refunded * Amount(amount),
    };

    private static PaymentRow Attempt(EventMetadata metadata, string paymentId, Money amount, bool? completed) => new()
    {
        Source = SafeText.Clip(metadata.Source, SafeText.Name),
        PaymentId = SafeText.Clip(paymentId, SafeText.Name),
        Currency = Currency(amount),
        Provider = SafeText.Clip(metadata.Provider, SafeText.Name),
        Completed = completed,
        Amount = Amount(amount),
        OutcomeAt = Instant.Of(metadata.OccurredAt),
        OutcomeEvent = metadata.EventId,
        Refunded = 0,
        LatestAt = Instant.Of(metadata.OccurredAt),
        LatestEvent = metadata.EventId,
        LatestDelivery = metadata.DeliveryId,
    };

    private static PaymentRow Refund(EventMetadata metadata, string paymentId, Money amount) => new()
    {
        Source = SafeText.Clip(metadata.Source, SafeText.Name),
        PaymentId = SafeText.Clip(paymentId, SafeText.Name),
        Currency = Currency(amount),
        Provider = SafeText.Clip(metadata.Provider, SafeText.Name),
        Refunded = Amount(amount),
        LatestAt = Instant.Of(metadata.OccurredAt),
        LatestEvent = metadata.EventId,
        LatestDelivery = metadata.DeliveryId,
    };

    private static string Currency(Money amount) => SafeText.Clip(amount.Currency, 10);

    private static long Amount(Money amount) =>
        amount.MinorUnits is >= -LargestAmount and <= LargestAmount
            ? amount.MinorUnits
            : throw new FormatException($"An amount of {amount.MinorUnits} minor units cannot be right.");
}
