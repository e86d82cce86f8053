using System.Globalization;
using WebhookPlatform.Contracts.Alerts;

namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>
/// Reads what Prometheus' Alertmanager sends, whose shape Grafana shares: a group of alerts, each firing or resolved, sent again and again while they last.
/// An alert's fingerprint and its start make it one event, however often and in whatever group it comes.
/// </summary>
public static class AlertGroup
{
    private const string Batch = "batch";

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Alerts = Fields.Add("alerts");

    private static readonly JsonFields AlertFields = new();
    private static readonly JsonField Status = AlertFields.Add("status");
    private static readonly JsonField Fingerprint = AlertFields.Add("fingerprint");
    private static readonly JsonField StartsAt = AlertFields.Add("startsAt");
    private static readonly JsonField EndsAt = AlertFields.Add("endsAt");
    private static readonly JsonField Name = AlertFields.Add("labels.alertname");
    private static readonly JsonField Severity = AlertFields.Add("labels.severity");
    private static readonly JsonField Service = AlertFields.Add("labels.service");
    private static readonly JsonField Job = AlertFields.Add("labels.job");
    private static readonly JsonField Summary = AlertFields.Add("annotations.summary");
    private static readonly JsonField Url = AlertFields.Add("generatorURL");

    /// <summary>What becomes of which type.</summary>
    public static IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("firing", nameof(AlertRaised), "`startsAt` of the alert"),
        new("resolved", nameof(AlertResolved), "`endsAt` of the alert"),
        new(Batch, nameof(AlertRaised), "`startsAt` of the alert", "for each that is firing"),
        new(Batch, nameof(AlertResolved), "`endsAt` of the alert", "for each that is resolved"),
    ];

    /// <summary>Reads a group.</summary>
    public static Webhook Read(ReadOnlySpan<byte> body)
    {
        var json = Fields.Read(body);
        var drafts = new List<EventDraft>();
        string? type = null;
        foreach (var item in json.Items(Alerts))
        {
            var alert = AlertFields.Read(item);
            if (alert.Name(Status) is not { } status)
            {
                continue;
            }

            type = type is null || string.Equals(type, status, StringComparison.Ordinal) ? status : Batch;
            if (Read(alert, status) is { } draft)
            {
                drafts.Add(draft);
            }
        }

        return new Webhook(
            null,
            type ?? Webhook.UnknownType,
            drafts.Count == 1 ? drafts[0].OccurredAt : null,
            drafts.Count == 1 ? drafts[0].Subject : null,
            drafts);
    }

    private static EventDraft? Read(in JsonValues alert, string status)
    {
        if (alert.Name(Fingerprint) is not { } id || alert.Time(StartsAt) is not { } startsAt || (alert.Text(Summary) ?? alert.Text(Name)) is not { } title)
        {
            return null;
        }

        var key = $"{id}/{startsAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}";
        var (severity, service, url) = (alert.Text(Severity), alert.Text(Service) ?? alert.Text(Job), alert.Text(Url));
        return status switch
        {
            "firing" => EventDraft.Of(id, metadata => new AlertRaised(metadata, id, title, severity, service, url), startsAt, key),
            "resolved" => EventDraft.Of(id, metadata => new AlertResolved(metadata, id, title, severity, service, url), alert.Time(EndsAt), key),
            _ => null,
        };
    }
}
