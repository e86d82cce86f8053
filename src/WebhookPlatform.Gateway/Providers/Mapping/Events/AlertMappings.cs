using WebhookPlatform.Contracts.Alerts;

namespace WebhookPlatform.Gateway.Providers.Mapping.Events;

/// <summary>Alerts and incidents.</summary>
internal static class AlertMappings
{
    public static IReadOnlyList<MappableEvent> All { get; } =
    [
        new(nameof(AlertRaised), ["AlertId", "Title"], ["Severity", "Service", "Url"], Raised),
        new(nameof(AlertResolved), ["AlertId", "Title"], ["Severity", "Service", "Url"], Resolved),
    ];

    private static EventDraft? Raised(in MappedFields fields)
    {
        if (fields.Name("AlertId") is not { } id || fields.Text("Title") is not { } title)
        {
            return null;
        }

        var (severity, service, url) = (fields.Text("Severity"), fields.Text("Service"), fields.Text("Url"));
        return EventDraft.Of(id, metadata => new AlertRaised(metadata, id, title, severity, service, url));
    }

    private static EventDraft? Resolved(in MappedFields fields)
    {
        if (fields.Name("AlertId") is not { } id || fields.Text("Title") is not { } title)
        {
            return null;
        }

        var (severity, service, url) = (fields.Text("Severity"), fields.Text("Service"), fields.Text("Url"));
        return EventDraft.Of(id, metadata => new AlertResolved(metadata, id, title, severity, service, url));
    }
}
