using WebhookPlatform.Contracts.Documents;
using WebhookPlatform.Contracts.Files;
using WebhookPlatform.Gateway.Providers.Payloads;

namespace WebhookPlatform.Gateway.Providers.Mapping.Events;

/// <summary>Files, and documents to sign.</summary>
internal static class FileMappings
{
    private const int MaxPath = 1024;

    public static IReadOnlyList<MappableEvent> All { get; } =
    [
        new(nameof(FileUploaded), ["Container", "Path"], ["SizeBytes", "ContentType", "ETag", "UploadedBy"], Uploaded),
        new(nameof(FileChanged), ["Container", "Path"], ["ChangedBy"], Changed),
        new(nameof(FileDeleted), ["Container", "Path"], ["DeletedBy"], Deleted),
        new(nameof(DocumentSent), ["DocumentId"], ["Title", "Sender"], Sent),
        new(nameof(DocumentSigned), ["DocumentId"], ["Title", "Signer"], Signed),
        new(nameof(DocumentDeclined), ["DocumentId"], ["Title", "DeclinedBy", "Reason"], Declined),
    ];

    private static EventDraft? Uploaded(in MappedFields fields)
    {
        if (fields.Name("Container") is not { } container || CleanText.Bounded(fields.Text("Path"), MaxPath) is not { } path)
        {
            return null;
        }

        var (size, type, etag, by) = (fields.WholeNumber("SizeBytes"), fields.Text("ContentType"), fields.Text("ETag"), fields.Text("UploadedBy"));
        return EventDraft.Of($"{container}/{path}", metadata => new FileUploaded(metadata, container, path, size, type, etag, by));
    }

    private static EventDraft? Changed(in MappedFields fields)
    {
        if (fields.Name("Container") is not { } container || CleanText.Bounded(fields.Text("Path"), MaxPath) is not { } path)
        {
            return null;
        }

        var by = fields.Text("ChangedBy");
        return EventDraft.Of($"{container}/{path}", metadata => new FileChanged(metadata, container, path, by));
    }

    private static EventDraft? Deleted(in MappedFields fields)
    {
        if (fields.Name("Container") is not { } container || CleanText.Bounded(fields.Text("Path"), MaxPath) is not { } path)
        {
            return null;
        }

        var by = fields.Text("DeletedBy");
        return EventDraft.Of($"{container}/{path}", metadata => new FileDeleted(metadata, container, path, by));
    }

    private static EventDraft? Sent(in MappedFields fields)
    {
        if (fields.Name("DocumentId") is not { } id)
        {
            return null;
        }

        var (title, sender) = (fields.Text("Title"), fields.Text("Sender"));
        return EventDraft.Of(id, metadata => new DocumentSent(metadata, id, title, sender));
    }

    private static EventDraft? Signed(in MappedFields fields)
    {
        if (fields.Name("DocumentId") is not { } id)
        {
            return null;
        }

        var (title, signer) = (fields.Text("Title"), fields.Text("Signer"));
        return EventDraft.Of(id, metadata => new DocumentSigned(metadata, id, title, signer));
    }

    private static EventDraft? Declined(in MappedFields fields)
    {
        if (fields.Name("DocumentId") is not { } id)
        {
            return null;
        }

        var (title, by, reason) = (fields.Text("Title"), fields.Text("DeclinedBy"), fields.Text("Reason"));
        return EventDraft.Of(id, metadata => new DocumentDeclined(metadata, id, title, by, reason));
    }
}
