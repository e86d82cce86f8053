using WebhookPlatform.Contracts.Meetings;

namespace WebhookPlatform.Gateway.Providers.Mapping.Events;

/// <summary>Meetings and appointments.</summary>
internal static class MeetingMappings
{
    public static IReadOnlyList<MappableEvent> All { get; } =
    [
        new(nameof(MeetingScheduled), ["MeetingId"], ["Title", "StartsAt", "EndsAt", "Organizer", "Invitee"], Scheduled),
        new(nameof(MeetingCancelled), ["MeetingId"], ["Title", "StartsAt", "CancelledBy", "Reason"], Cancelled),
        new(nameof(MeetingStarted), ["MeetingId"], ["Title", "Organizer"], Started),
        new(nameof(MeetingEnded), ["MeetingId"], ["Title", "Organizer"], Ended),
    ];

    private static EventDraft? Scheduled(in MappedFields fields)
    {
        if (fields.Name("MeetingId") is not { } id)
        {
            return null;
        }

        var (title, start, end) = (fields.Text("Title"), fields.Time("StartsAt"), fields.Time("EndsAt"));
        var (organizer, invitee) = (fields.Text("Organizer"), fields.Text("Invitee"));
        return EventDraft.Of(id, metadata => new MeetingScheduled(metadata, id, title, start, end, organizer, invitee));
    }

    private static EventDraft? Cancelled(in MappedFields fields)
    {
        if (fields.Name("MeetingId") is not { } id)
        {
            return null;
        }

        var (title, start, by, reason) = (fields.Text("Title"), fields.Time("StartsAt"), fields.Text("CancelledBy"), fields.Text("Reason"));
        return EventDraft.Of(id, metadata => new MeetingCancelled(metadata, id, title, start, by, reason));
    }

    private static EventDraft? Started(in MappedFields fields)
    {
        if (fields.Name("MeetingId") is not { } id)
        {
            return null;
        }

        var (title, organizer) = (fields.Text("Title"), fields.Text("Organizer"));
        return EventDraft.Of(id, metadata => new MeetingStarted(metadata, id, title, organizer));
    }

    private static EventDraft? Ended(in MappedFields fields)
    {
        if (fields.Name("MeetingId") is not { } id)
        {
            return null;
        }

        var (title, organizer) = (fields.Text("Title"), fields.Text("Organizer"));
        return EventDraft.Of(id, metadata => new MeetingEnded(metadata, id, title, organizer));
    }
}
