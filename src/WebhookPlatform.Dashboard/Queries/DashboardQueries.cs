using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Contracts;
using WebhookPlatform.Dashboard.Storage;

namespace WebhookPlatform.Dashboard.Queries;

/// <summary>Which lines of the feed; null means all.</summary>
/// <param name="Source">Lines of this source.</param>
/// <param name="Kind">Lines of this kind, e.g. <c>delivery</c>.</param>
public sealed record ActivityFilter(string? Source = null, string? Kind = null);

/// <summary>A place in the feed: lines older than it follow.</summary>
/// <param name="Time">Older than this time.</param>
/// <param name="Line">Older than the line with this id.</param>
public sealed record FeedPosition(DateTimeOffset? Time = null, Guid? Line = null);

/// <summary>Reads the projections. Safe to share: every call uses a context of its own.</summary>
public sealed class DashboardQueries(IDbContextFactory<DashboardDbContext> contexts, TimeProvider clock)
{
    /// <summary>Minutes in an overview.</summary>
    public const int OverviewMinutes = 60;

    /// <summary>Most lines of a list that a frame or an answer without a limit of its own holds.</summary>
    public const int ShortList = 50;

    private static readonly IngressTotals None = new(0, 0, 0, 0, 0);

    /// <summary>The last hour at a glance.</summary>
    public async Task<Overview> OverviewAsync(CancellationToken cancellationToken = default)
    {
        var now = clock.GetUtcNow();
        var first = StartOfMinute(now).AddMinutes(1 - OverviewMinutes);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var events = await db.EventMinutes.AsNoTracking()
            .Where(row => row.Minute >= first && row.Kind == EventKinds.Typed)
            .GroupBy(row => row.Minute)
            .Select(minute => new { Minute = minute.Key, Count = minute.Sum(row => row.Count) })
            .ToListAsync(cancellationToken);
        var types = await db.EventMinutes.AsNoTracking()
            .Where(row => row.Minute >= first && row.Kind != EventKinds.Mapped)
            .GroupBy(row => new { row.Provider, row.Type })
            .Select(type => new { type.Key.Provider, type.Key.Type, Count = type.Sum(row => row.Count) })
            .OrderByDescending(type => type.Count).ThenBy(type => type.Provider).ThenBy(type => type.Type)
            .Take(ShortList)
            .ToListAsync(cancellationToken);
        var ingress = await db.IngressMinutes.AsNoTracking().Where(row => row.Minute >= first).ToListAsync(cancellationToken);

        var byMinute = new IngressTotals[OverviewMinutes];
        Array.Fill(byMinute, None);
        foreach (var row in ingress)
        {
            byMinute[Slot(row.Minute)] = Add(byMinute[Slot(row.Minute)], row);
        }

        var eventsByMinute = new long[OverviewMinutes];
        foreach (var row in events)
        {
            eventsByMinute[Slot(row.Minute)] += row.Count;
        }

        return new Overview(
            now,
            ingress.Aggregate(None, Add),
            [.. Enumerable.Range(0, OverviewMinutes).Select(at => new MinuteTotals(first.AddMinutes(at), byMinute[at], eventsByMinute[at]))],
            [.. ingress
                .GroupBy(row => row.Source, StringComparer.Ordinal)
                .Select(source => new SourceTotals(source.Key, source.MaxBy(row => row.Minute)!.Provider, source.Aggregate(None, Add)))
                .OrderByDescending(source => Sum(source.Ingress)).ThenBy(source => source.Source, StringComparer.Ordinal)],
            [.. types.Select(type => new EventTypeTotal(type.Provider, type.Type, type.Count))]);

        // The gateway's clock may be a little ahead of ours.
        int Slot(DateTimeOffset minute) => Math.Min((int)(minute - first).TotalMinutes, OverviewMinutes - 1);
    }

    /// <summary>Payments of the last <paramref name="days"/> days, today (UTC) included.</summary>
    public async Task<Payments> PaymentsAsync(int days, CancellationToken cancellationToken = default)
    {
        var first = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(1 - days);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var totals = await db.PaymentDays.AsNoTracking()
            .Where(row => row.Day >= first)
            .OrderByDescending(row => row.Day).ThenBy(row => row.Currency)
            .ToListAsync(cancellationToken);
        var recent = await db.Payments.AsNoTracking().OrderByDescending(row => row.LatestAt).Take(ShortList).ToListAsync(cancellationToken);
        return new Payments(
            [.. totals.Select(row => new PaymentDay(
                row.Day, row.Currency, row.CompletedCount, row.Completed, row.FailedCount, row.Failed, row.RefundedCount, row.Refunded, row.Completed - row.Refunded))],
            [.. recent.Select(Read)]);
    }

    /// <summary>Lines of the feed, newest first.</summary>
    public async Task<IReadOnlyList<Activity>> ActivityAsync(ActivityFilter filter, FeedPosition? before, int limit, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = db.Activities.AsNoTracking();
        if (before?.Time is { } time)
        {
            rows = rows.Where(row => row.At < time);
        }

        if (before?.Line is { } line)
        {
            var place = await db.Activities.AsNoTracking().Where(row => row.Id == line).Select(row => new { row.At, row.Position }).FirstOrDefaultAsync(cancellationToken);
            if (place is null)
            {
                return [];
            }

            rows = rows.Where(row => EF.Functions.LessThan(ValueTuple.Create(row.At, row.Position), ValueTuple.Create(place.At, place.Position)));
        }

        if (filter.Source is { } source)
        {
            rows = rows.Where(row => row.Source == source);
        }

        if (filter.Kind is { } kind)
        {
            rows = rows.Where(row => row.Kind == kind);
        }

        var page = await rows.OrderByDescending(row => row.At).ThenByDescending(row => row.Position).Take(limit).ToListAsync(cancellationToken);
        return [.. page.Select(Read)];
    }

    /// <summary>Everything that became of a delivery; null when nothing is known of it.</summary>
    public async Task<Timeline?> TimelineAsync(Guid deliveryId, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Activities.AsNoTracking().Where(row => row.DeliveryId == deliveryId).OrderBy(row => row.Position).Take(MaxTimeline).ToListAsync(cancellationToken);
        if (rows.Count == 0)
        {
            return null;
        }

        var entries = rows.Select(row => (Rank: Rank(row), Entry: Read(row))).ToList();
        if (rows.Where(row => row.Kind is ActivityKinds.Delivery or ActivityKinds.Event).MaxBy(row => row.RecordedAt) is { } projected)
        {
            entries.Add((2, Projected(projected)));
        }

        return new Timeline(deliveryId, [.. entries.OrderBy(entry => entry.Entry.At).ThenBy(entry => entry.Rank).Select(entry => entry.Entry)]);
    }

    /// <summary>Notifications for people, newest first.</summary>
    public async Task<IReadOnlyList<Alert>> AlertsAsync(int limit, CancellationToken cancellationToken = default)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Alerts.AsNoTracking()
            .OrderByDescending(row => row.At)
            .Take(limit)
            .Select(row => new Alert(row.Id, row.At, row.Title, row.Body, row.DeliveryId))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The lines written last, newest first by writing, whatever time they tell.</summary>
    internal async Task<IReadOnlyList<Activity>> LatestActivityAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = await db.Activities.AsNoTracking().OrderByDescending(row => row.Position).Take(ShortList).ToListAsync(cancellationToken);
        return [.. rows.Select(Read)];
    }

    // A delivery has a handful of lines; this only bounds what a fault elsewhere could cost.
    private const int MaxTimeline = 1000;

    private static DateTimeOffset StartOfMinute(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero);

    private static IngressTotals Add(IngressTotals sum, IngressMinute row) =>
        new(sum.Accepted + row.Accepted, sum.Duplicates + row.Duplicates, sum.Conflicts + row.Conflicts, sum.Rejected + row.Rejected, sum.Refused + row.Refused);

    private static long Sum(IngressTotals totals) => totals.Accepted + totals.Duplicates + totals.Conflicts + totals.Rejected + totals.Refused;

    private static int Rank(ActivityRow row) => row.Kind switch
    {
        ActivityKinds.Delivery => 0,
        ActivityKinds.Event => 1,
        _ => 3,
    };

    private static Activity Projected(ActivityRow last) => new(
        DeterministicId.From("projection", last.DeliveryId.ToString()),
        last.RecordedAt, ActivityKinds.Projection, "", "", "", "dashboard", "Dashboard updated", "", ActivityKinds.Succeeded, last.DeliveryId, null);

    private static Activity Read(ActivityRow row) =>
        new(row.Id, row.At, row.Kind, row.Type, row.Source, row.Provider, row.Service, row.Title, row.Summary, row.Outcome, row.DeliveryId, row.EventId, row.Recovered);

    private static Payment Read(PaymentRow row) =>
        new(row.Source, row.Provider, row.PaymentId, Status(row), row.Amount ?? row.Refunded, row.Refunded, row.Currency, row.LatestAt, row.LatestDelivery);

    private static string Status(PaymentRow row) => row switch
    {
        { Refunded: > 0, Amount: { } amount } when row.Refunded < amount => "partially-refunded",
        { Refunded: > 0 } => "refunded",
        { Completed: false } => "failed",
        { Completed: null, OutcomeAt: not null } => "authorized",
        _ => "completed",
    };
}

/// <summary>What lines of the feed are about.</summary>
public static class ActivityKinds
{
    /// <summary>A delivery was received.</summary>
    public const string Delivery = "delivery";

    /// <summary>A typed event was published.</summary>
    public const string Event = "event";

    /// <summary>The dashboard's own effect.</summary>
    public const string Projection = "projection";

    internal const string Succeeded = "succeeded";

    /// <summary>Outcome of an event that came after a newer one about the same subject.</summary>
    internal const string Stale = "stale";
}
