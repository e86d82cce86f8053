namespace WebhookPlatform.Dashboard.Storage;

/// <summary>How many messages of a type a source brought in one minute, by the minute of their receipt.</summary>
public sealed class EventMinute
{
    public required DateTimeOffset Minute { get; init; }

    /// <summary>One of <see cref="EventKinds"/>.</summary>
    public required string Kind { get; init; }

    public required string Source { get; init; }

    public required string Provider { get; init; }

    /// <summary>Contract name for a typed event, the provider's event type for a delivery.</summary>
    public required string Type { get; init; }

    public required long Count { get; init; }
}

/// <summary>What <see cref="EventMinute"/> counts apart.</summary>
public static class EventKinds
{
    /// <summary>A typed event, e.g. <c>PaymentCompleted</c>.</summary>
    public const string Typed = "typed";

    /// <summary>A delivery that brought typed events.</summary>
    public const string Mapped = "mapped";

    /// <summary>A delivery that brought none.</summary>
    public const string Unmapped = "unmapped";
}

/// <summary>A source's requests in one minute, as the gateway tallied them.</summary>
public sealed class IngressMinute
{
    public required DateTimeOffset Minute { get; init; }

    public required string Source { get; init; }

    public required string Provider { get; init; }

    public required long Accepted { get; init; }

    public required long Duplicates { get; init; }

    public required long Conflicts { get; init; }

    public required long Rejected { get; init; }

    public required long Refused { get; init; }
}

/// <summary>Payments of one day (UTC, by occurrence) in one currency; amounts in minor units.</summary>
public sealed class PaymentDayRow
{
    public required DateOnly Day { get; init; }

    public required string Currency { get; init; }

    public required long CompletedCount { get; init; }

    public required long Completed { get; init; }

    public required long FailedCount { get; init; }

    public required long Failed { get; init; }

    public required long RefundedCount { get; init; }

    public required long Refunded { get; init; }
}

/// <summary>
/// What the events of a payment add up to. The outcome is that of the latest authorization, completion or failure by occurrence, refunds are summed, so the row is the same whatever
/// the order of arrival. The currency is part of the key: amounts of different currencies never mix.
/// </summary>
public sealed class PaymentRow
{
    public required string Source { get; init; }

    public required string PaymentId { get; init; }

    public required string Currency { get; init; }

    public required string Provider { get; init; }

    /// <summary>Whether the latest attempt completed; null while it is authorized and no more, and while only refunds have come, which have no <see cref="OutcomeAt"/>.</summary>
    public bool? Completed { get; init; }

    /// <summary>The latest attempt's amount in minor units.</summary>
    public long? Amount { get; init; }

    public DateTimeOffset? OutcomeAt { get; init; }

    public Guid? OutcomeEvent { get; init; }

    /// <summary>Sum of all refunds in minor units.</summary>
    public required long Refunded { get; init; }

    /// <summary>When the payment's newest event occurred.</summary>
    public required DateTimeOffset LatestAt { get; init; }

    public required Guid LatestEvent { get; init; }

    /// <summary>The delivery that carried the newest event.</summary>
    public required Guid LatestDelivery { get; init; }
}

/// <summary>The newest occurrence of what events are about, e.g. a pull request, to tell late events; payments have a row of their own that knows.</summary>
public sealed class SubjectRow
{
    public required string Source { get; init; }

    public required string Subject { get; init; }

    public required DateTimeOffset LatestAt { get; init; }
}

/// <summary>One line of the feed and of its delivery's timeline.</summary>
public sealed class ActivityRow
{
    /// <summary>Order of writing.</summary>
    public long Position { get; init; }

    /// <summary>Derived from what the line tells, so the same thing is never told twice.</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Kind { get; init; }

    public required string Type { get; init; }

    public required string Source { get; init; }

    public required string Provider { get; init; }

    public required string Service { get; init; }

    public required string Title { get; init; }

    public required string Summary { get; init; }

    public required string Outcome { get; set; }

    public required Guid DeliveryId { get; init; }

    public Guid? EventId { get; init; }

    /// <summary>A delivery that was not sent but found at the provider.</summary>
    public bool Recovered { get; init; }

    /// <summary>When the dashboard wrote it.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}

/// <summary>A notification for people who look at the console.</summary>
public sealed class AlertRow
{
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Title { get; init; }

    public required string Body { get; init; }

    public required Guid DeliveryId { get; init; }
}
