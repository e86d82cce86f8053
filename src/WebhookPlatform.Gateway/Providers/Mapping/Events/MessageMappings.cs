using WebhookPlatform.Contracts.Messages;

namespace WebhookPlatform.Gateway.Providers.Mapping.Events;

/// <summary>Messages to us, and what became of ours.</summary>
internal static class MessageMappings
{
    public static IReadOnlyList<MappableEvent> All { get; } =
    [
        new(nameof(MessageReceived), ["MessageId", "Conversation"], ["Sender", "Text"], Received),
        new(nameof(MessageDelivered), ["MessageId"], ["Recipient", "Channel"], Delivered),
        new(nameof(MessageFailed), ["MessageId"], ["Recipient", "Channel", "Code", "Reason"], Failed),
        new(nameof(MessageBounced), ["MessageId"], ["Recipient", "Kind", "Reason"], Bounced),
    ];

    private static EventDraft? Received(in MappedFields fields)
    {
        if (fields.Name("MessageId") is not { } id || fields.Name("Conversation") is not { } conversation)
        {
            return null;
        }

        var (sender, text) = (fields.Text("Sender"), fields.Text("Text"));
        return EventDraft.Of(conversation, metadata => new MessageReceived(metadata, id, conversation, sender, text));
    }

    private static EventDraft? Delivered(in MappedFields fields)
    {
        if (fields.Name("MessageId") is not { } id)
        {
            return null;
        }

        var (recipient, channel) = (fields.Text("Recipient"), fields.Text("Channel"));
        return EventDraft.Of(id, metadata => new MessageDelivered(metadata, id, recipient, channel));
    }

    private static EventDraft? Failed(in MappedFields fields)
    {
        if (fields.Name("MessageId") is not { } id)
        {
            return null;
        }

        var (recipient, channel, code, reason) = (fields.Text("Recipient"), fields.Text("Channel"), fields.Text("Code"), fields.Text("Reason"));
        return EventDraft.Of(id, metadata => new MessageFailed(metadata, id, recipient, channel, code, reason));
    }

    private static EventDraft? Bounced(in MappedFields fields)
    {
        if (fields.Name("MessageId") is not { } id)
        {
            return null;
        }

        var (recipient, kind, reason) = (fields.Text("Recipient"), fields.Word("Kind", "permanent", "temporary"), fields.Text("Reason"));
        return EventDraft.Of(id, metadata => new MessageBounced(metadata, id, recipient, kind, reason));
    }
}
