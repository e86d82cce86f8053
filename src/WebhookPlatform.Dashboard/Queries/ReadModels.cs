using System.Text.Json.Serialization;

namespace WebhookPlatform.Dashboard.Queries;

/// <summary>The state of the platform at a glance: <c>GET /api/overview</c>.</summary>
/// <param name="At">When it was read, by the dashboard's clock.</param>
/// <param name="LastHour">Totals of the last 60 minutes.</param>
/// <param name="Minutes">The last 60 minutes, oldest first, without gaps.</param>
/// <param name="Sources">Totals of the last hour by source, busiest first.</param>
/// <param name="EventTypes">Events of the last hour by provider and type, most frequent first; 50 at most.</param>
public sealed record Overview(
    DateTimeOffset At,
    IngressTotals LastHour,
    IReadOnlyList<MinuteTotals> Minutes,
    IReadOnlyList<SourceTotals> Sources,
    IReadOnlyList<EventTypeTotal> EventTypes);

/// <summary>Requests by what became of them. Rates are derived: rejected / (all of them).</summary>
public sealed record IngressTotals(long Accepted, long Duplicates, long Conflicts, long Rejected, long Refused);

/// <summary>One minute's requests and domain events.</summary>
public sealed record MinuteTotals(DateTimeOffset Minute, IngressTotals Ingress, long Events);

/// <summary>One source's requests in the last hour.</summary>
public sealed record SourceTotals(string Source, string Provider, IngressTotals Ingress);

/// <summary>How often an event type came in the last hour.</summary>
public sealed record EventTypeTotal(string Provider, string Type, long Count);

/// <summary>Payments by day and currency, newest day first: <c>GET /api/payments?days=30</c>.</summary>
/// <param name="Days">Totals by day (UTC, by the time the payment occurred) and currency.</param>
/// <param name="Recent">The payments changed last, 50 at most.</param>
public sealed record Payments(IReadOnlyList<PaymentDay> Days, IReadOnlyList<Payment> Recent);

/// <summary>Amounts in minor units of <paramref name="Currency"/>; <paramref name="Net"/> = completed − refunded.</summary>
public sealed record PaymentDay(
    DateOnly Day, string Currency, long CompletedCount, long Completed, long FailedCount, long Failed, long RefundedCount, long Refunded, long Net);

/// <summary>A payment as its events tell, decided by when they occurred, not by when they came.</summary>
/// <param name="Status"><c>authorized</c>, <c>completed</c>, <c>failed</c>, <c>refunded</c> or <c>partially-refunded</c>.</param>
/// <param name="Amount">In minor units.</param>
/// <param name="Refunded">In minor units.</param>
public sealed record Payment(string Source, string Provider, string PaymentId, string Status, long Amount, long Refunded, string Currency, DateTimeOffset OccurredAt, Guid DeliveryId);

/// <summary>One line of the activity feed or of a delivery's timeline.</summary>
/// <param name="Id">Unique.</param>
/// <param name="At">When it happened: receipt for deliveries and events, the service's clock for effects.</param>
/// <param name="Kind"><c>delivery</c> (received), <c>event</c> (typed), <c>projection</c>, or an effect's kind, e.g. <c>notification.sent</c>.</param>
/// <param name="Type">Provider's event type for a delivery, contract name for an event.</param>
/// <param name="Source">Source name; empty for effects.</param>
/// <param name="Provider">Provider name; empty for effects.</param>
/// <param name="Service">Who did it: <c>gateway</c>, <c>dashboard</c>, <c>notifications</c>, <c>automation</c>.</param>
/// <param name="Title">One line for people, e.g. <c>Payment of 42.00 USD completed</c>.</param>
/// <param name="Summary">More for people; may be empty.</param>
/// <param name="Outcome"><c>succeeded</c>, <c>planned</c>, <c>failed</c> or <c>dead</c>; <c>stale</c> for an event that came after a newer one about the same subject (it counts all the same: read models go by the time of occurrence).</param>
/// <param name="Recovered">True for a delivery that was not sent but found in the provider's lists; left out for all others.</param>
public sealed record Activity(
    Guid Id, DateTimeOffset At, string Kind, string Type, string Source, string Provider, string Service, string Title, string Summary, string Outcome, Guid DeliveryId, Guid? EventId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Recovered = false);

/// <summary>Everything that became of a delivery, in order: <c>GET /api/timeline/{deliveryId}</c>.</summary>
public sealed record Timeline(Guid DeliveryId, IReadOnlyList<Activity> Entries);

/// <summary>A notification for people who look at the console.</summary>
public sealed record Alert(Guid Id, DateTimeOffset At, string Title, string Body, Guid DeliveryId);

/// <summary>What live clients get, about ten times a second at most. Whoever misses a frame loses nothing but moments: the overview is whole each time.</summary>
/// <param name="Sequence">Grows by one with every frame of this replica.</param>
/// <param name="Activities">New lines of the feed since the last frame, newest first, 50 at most.</param>
/// <param name="Alerts">New notifications for people since the last frame.</param>
/// <param name="PaymentsChanged">Whether payments changed since the last frame: read <c>/api/payments</c> again.</param>
public sealed record LiveFrame(long Sequence, DateTimeOffset At, Overview Overview, IReadOnlyList<Activity> Activities, IReadOnlyList<Alert> Alerts, bool PaymentsChanged);
