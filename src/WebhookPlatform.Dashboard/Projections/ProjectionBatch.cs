using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Dashboard.Live;
using WebhookPlatform.Dashboard.Queries;
using WebhookPlatform.Dashboard.Storage;

namespace WebhookPlatform.Dashboard.Projections;

/// <summary>
/// What a batch of messages adds to the read models, summed up in memory: one row per key, sorted by key, so that every replica locks rows in the same order.
/// Adding batches commutes: whatever the order and the cut of the batches, the read models end up the same.
/// </summary>
public sealed class ProjectionBatch
{
    private readonly DateTimeOffset _now;
    private readonly Dictionary<EventKey, long> _events = [];
    private readonly Dictionary<(DateTimeOffset Minute, string Source), IngressMinute> _ingress = [];
    private readonly Dictionary<(DateOnly Day, string Currency), PaymentDayRow> _days = [];
    private readonly Dictionary<PaymentKey, PaymentRow> _payments = [];
    private readonly List<ActivityRow> _activities = [];
    private readonly Dictionary<Guid, AlertRow> _alerts = [];
    private readonly List<(ActivityRow Line, SubjectKey Key, DateTimeOffset OccurredAt)> _subjects = [];
    private readonly Dictionary<SubjectKey, DateTimeOffset> _newest = [];

    private ProjectionBatch(DateTimeOffset now) => _now = Instant.Of(now);

    public IEnumerable<EventMinute> EventMinutes => _events
        .Select(pair => new EventMinute { Minute = pair.Key.Minute, Kind = pair.Key.Kind, Source = pair.Key.Source, Provider = pair.Key.Provider, Type = pair.Key.Type, Count = pair.Value })
        .OrderBy(row => row.Minute)
        .ThenBy(row => row.Kind, StringComparer.Ordinal)
        .ThenBy(row => row.Source, StringComparer.Ordinal)
        .ThenBy(row => row.Provider, StringComparer.Ordinal)
        .ThenBy(row => row.Type, StringComparer.Ordinal);

    public IEnumerable<IngressMinute> IngressMinutes => _ingress.Values.OrderBy(row => row.Minute).ThenBy(row => row.Source, StringComparer.Ordinal);

    public IEnumerable<PaymentDayRow> PaymentDays => _days.Values.OrderBy(row => row.Day).ThenBy(row => row.Currency, StringComparer.Ordinal);

    public IEnumerable<PaymentRow> Payments => _payments.Values
        .OrderBy(row => row.Source, StringComparer.Ordinal)
        .ThenBy(row => row.PaymentId, StringComparer.Ordinal)
        .ThenBy(row => row.Currency, StringComparer.Ordinal);

    /// <summary>In order of arrival, which is their order of writing.</summary>
    public IEnumerable<ActivityRow> Activities => _activities;

    public IEnumerable<AlertRow> Alerts => _alerts.Values.OrderBy(row => row.Id);

    /// <summary>What the batch's typed events are about.</summary>
    public IReadOnlyList<SubjectKey> Subjects => [.. _subjects.Select(entry => entry.Key).Distinct()];

    /// <summary>The newest occurrence of subjects that have no row of their own among the read models.</summary>
    public IEnumerable<SubjectRow> SubjectRows => _newest
        .Select(pair => new SubjectRow { Source = pair.Key.Source, Subject = pair.Key.Subject, LatestAt = pair.Value })
        .OrderBy(row => row.Source, StringComparer.Ordinal)
        .ThenBy(row => row.Subject, StringComparer.Ordinal);

    public Changes Changes { get; private set; }

    /// <param name="messages">Contracts the dashboard listens to, each one new.</param>
    /// <param name="now">When they are written, by the dashboard's clock.</param>
    /// <exception cref="FormatException">A message cannot be right.</exception>
    public static ProjectionBatch Of(IEnumerable<object> messages, DateTimeOffset now)
    {
        var batch = new ProjectionBatch(now);
        foreach (var message in messages)
        {
            batch.Add(message);
        }

        return batch;
    }

    /// <summary>Marks lines about what had occurred before the newest that was known of their subject when they came.</summary>
    /// <param name="known">From the read models; subjects never heard of are left out.</param>
    internal void MarkStale(IReadOnlyDictionary<SubjectKey, DateTimeOffset> known)
    {
        var newest = known.ToDictionary();
        foreach (var (line, key, occurredAt) in _subjects)
        {
            if (newest.TryGetValue(key, out var latest) && occurredAt < latest)
            {
                line.Outcome = ActivityKinds.Stale;
            }
            else
            {
                newest[key] = occurredAt;
            }
        }
    }

    private void Add(object message)
    {
        switch (message)
        {
            case IDomainEvent domainEvent:
                AddEvent(domainEvent);
                break;
            case EffectRecorded effect:
                AddEffect(effect);
                break;
            case IngressTallied tally:
                AddTally(tally);
                break;
            case InAppNotificationPosted alert:
                AddAlert(alert);
                break;
        }
    }

    private void AddEvent(IDomainEvent domainEvent)
    {
        Changes |= Changes.Activity;
        var metadata = domainEvent.Metadata;
        var source = SafeText.Clip(metadata.Source, SafeText.Name);
        var provider = SafeText.Clip(metadata.Provider, SafeText.Name);
        var name = domainEvent.GetType().Name;
        var webhook = domainEvent as WebhookReceived;
        var type = SafeText.Clip(webhook?.EventType ?? name, SafeText.Name);
        var kind = webhook switch
        {
            null => EventKinds.Typed,
            { Events.Count: > 0 } => EventKinds.Mapped,
            _ => EventKinds.Unmapped,
        };
        var minute = new EventKey(Instant.Minute(metadata.ReceivedAt), kind, source, provider, type);
        _events[minute] = _events.GetValueOrDefault(minute) + 1;

        var (title, summary) = ActivityTitles.Of(domainEvent);
        var line = new ActivityRow
        {
            Id = ActivityId.Of(name, metadata.EventId),
            At = Instant.Of(metadata.ReceivedAt),
            Kind = webhook is null ? ActivityKinds.Event : ActivityKinds.Delivery,
            Type = type,
            Source = source,
            Provider = provider,
            Service = "gateway",
            Title = SafeText.Clip(title, SafeText.Line),
            Summary = SafeText.Clip(summary, SafeText.Line),
            Outcome = ActivityKinds.Succeeded,
            DeliveryId = metadata.DeliveryId,
            EventId = metadata.EventId,
            Recovered = webhook?.Recovered is true,
            RecordedAt = _now,
        };
        _activities.Add(line);
        var occurredAt = Instant.Of(metadata.OccurredAt);
        if (PaymentFacts.Of(domainEvent) is { } facts)
        {
            _subjects.Add((line, new SubjectKey(facts.Payment.Source, facts.Payment.PaymentId), occurredAt));
            Changes |= Changes.Payments;
            if (facts.Day is { } day)
            {
                var key = (day.Day, day.Currency);
                _days[key] = _days.TryGetValue(key, out var total) ? PaymentFacts.Merge(total, day) : day;
            }

            var payment = new PaymentKey(facts.Payment.Source, facts.Payment.PaymentId, facts.Payment.Currency);
            _payments[payment] = _payments.TryGetValue(payment, out var known) ? PaymentFacts.Merge(known, facts.Payment) : facts.Payment;
        }
        else if (webhook is null)
        {
            var subject = new SubjectKey(source, SafeText.Clip(metadata.Subject, SafeText.Name));
            _subjects.Add((line, subject, occurredAt));
            _newest[subject] = _newest.TryGetValue(subject, out var newest) && newest > occurredAt ? newest : occurredAt;
        }
    }

    private void AddEffect(EffectRecorded effect)
    {
        Changes |= Changes.Activity;
        _activities.Add(new ActivityRow
        {
            Id = effect.EffectId,
            At = Instant.Of(effect.At),
            Kind = SafeText.Clip(effect.Kind, SafeText.Name),
            Type = "",
            Source = "",
            Provider = "",
            Service = SafeText.Clip(effect.Service, SafeText.Name),
            Title = SafeText.Clip(effect.Title, SafeText.Line),
            Summary = SafeText.Clip(effect.Detail, SafeText.Paragraph),
            Outcome = Outcome(effect.Outcome),
            DeliveryId = effect.DeliveryId,
            EventId = effect.EventId,
            RecordedAt = _now,
        });
    }

    private void AddTally(IngressTallied tally)
    {
        Changes |= Changes.Activity;
        var row = new IngressMinute
        {
            Minute = Instant.Minute(tally.Minute),
            Source = SafeText.Clip(tally.Source, SafeText.Name),
            Provider = SafeText.Clip(tally.Provider, SafeText.Name),
            Accepted = tally.Accepted,
            Duplicates = tally.Duplicates,
            Conflicts = tally.Conflicts,
            Rejected = tally.Rejected,
            Refused = tally.Refused,
        };
        var key = (row.Minute, row.Source);
        _ingress[key] = _ingress.TryGetValue(key, out var known) ? Newest(known, row) : row;
    }

    private void AddAlert(InAppNotificationPosted alert)
    {
        Changes |= Changes.Alerts;
        _alerts[alert.NotificationId] = new AlertRow
        {
            Id = alert.NotificationId,
            At = Instant.Of(alert.At),
            Title = SafeText.Clip(alert.Title, SafeText.Line),
            Body = SafeText.Clip(alert.Body, SafeText.Paragraph),
            DeliveryId = alert.DeliveryId,
        };
    }

    // Running totals never fall, so the greatest is the newest.
    private static IngressMinute Newest(IngressMinute left, IngressMinute right) => new()
    {
        Minute = left.Minute,
        Source = left.Source,
        Provider = right.Provider,
        Accepted = Math.Max(left.Accepted, right.Accepted),
        Duplicates = Math.Max(left.Duplicates, right.Duplicates),
        Conflicts = Math.Max(left.Conflicts, right.Conflicts),
        Rejected = Math.Max(left.Rejected, right.Rejected),
        Refused = Math.Max(left.Refused, right.Refused),
    };

    private static string Outcome(EffectOutcome outcome) => outcome switch
    {
        EffectOutcome.Planned => "planned",
        EffectOutcome.Succeeded => ActivityKinds.Succeeded,
        EffectOutcome.Failed => "failed",
        EffectOutcome.Dead => "dead",
        _ => throw new FormatException($"{outcome} is no outcome of an effect."),
    };

    private readonly record struct EventKey(DateTimeOffset Minute, string Kind, string Source, string Provider, string Type);

    private readonly record struct PaymentKey(string Source, string PaymentId, string Currency);
}
