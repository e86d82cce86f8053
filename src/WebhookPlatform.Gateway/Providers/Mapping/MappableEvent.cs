using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Contracts.Files;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Providers.Payloads;

namespace WebhookPlatform.Gateway.Providers.Mapping;

/// <summary>An event that a mapping can declare, with the names of its fields. <c>Amount</c> (minor units) and <c>Currency</c> together are a payment's amount.</summary>
public sealed class MappableEvent
{
    private const int MaxPath = 1024;

    private readonly Drafting _draft;

    private MappableEvent(string name, string[] required, string[] optional, Drafting draft)
    {
        Name = name;
        Required = required;
        Optional = optional;
        _draft = draft;
    }

    private delegate EventDraft? Drafting(in MappedFields fields);

    /// <summary>Every event but <c>WebhookReceived</c>, which needs no mapping.</summary>
    public static IReadOnlyList<MappableEvent> All { get; } =
    [
        new(nameof(PaymentCompleted), ["PaymentId", "Amount", "Currency"], ["OrderId", "CustomerId", "Description"], Completed),
        new(nameof(PaymentFailed), ["PaymentId", "Amount", "Currency"], ["FailureCode", "FailureMessage", "OrderId", "CustomerId"], Failed),
        new(nameof(PaymentRefunded), ["PaymentId", "Amount", "Currency"], ["RefundId", "Reason"], Refunded),
        new(nameof(CodePushed), ["Repository", "Reference", "Before", "After"], ["CommitCount", "PushedBy", "Url"], Pushed),
        new(nameof(PullRequestOpened), ["Repository", "Number", "Title"], ["Author", "SourceBranch", "TargetBranch", "Url"], Opened),
        new(nameof(PullRequestMerged), ["Repository", "Number", "Title"], ["MergedBy", "MergeCommit", "TargetBranch", "Url"], Merged),
        new(nameof(MessageReceived), ["MessageId", "Conversation"], ["Sender", "Text"], Message),
        new(nameof(FileUploaded), ["Container", "Path"], ["SizeBytes", "ContentType", "ETag", "UploadedBy"], Uploaded),
    ];

    public string Name { get; }

    /// <summary>Fields without which there is no event.</summary>
    public IReadOnlyList<string> Required { get; }

    public IReadOnlyList<string> Optional { get; }

    /// <summary>Finds an event by name, in any case; null for an unknown one.</summary>
    public static MappableEvent? Find(string name) => All.FirstOrDefault(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    internal EventDraft? Draft(in MappedFields fields) => _draft(fields);

    private static EventDraft? Completed(in MappedFields fields)
    {
        if (fields.Name("PaymentId") is not { } id || PayloadMoney.From(fields.WholeNumber("Amount"), fields.Text("Currency")) is not { } amount)
        {
            return null;
        }

        var (order, customer, description) = (fields.Text("OrderId"), fields.Text("CustomerId"), fields.Text("Description"));
        return EventDraft.Of(id, metadata => new PaymentCompleted(metadata, id, amount, order, customer, description));
    }

    private static EventDraft? Failed(in MappedFields fields)
    {
        if (fields.Name("PaymentId") is not { } id || PayloadMoney.From(fields.WholeNumber("Amount"), fields.Text("Currency")) is not { } amount)
        {
            return null;
        }

        var (code, message, order, customer) = (fields.Text("FailureCode"), fields.Text("FailureMessage"), fields.Text("OrderId"), fields.Text("CustomerId"));
        return EventDraft.Of(id, metadata => new PaymentFailed(metadata, id, amount, code, message, order, customer));
    }

    private static EventDraft? Refunded(in MappedFields fields)
    {
        if (fields.Name("PaymentId") is not { } id || PayloadMoney.From(fields.WholeNumber("Amount"), fields.Text("Currency")) is not { } amount)
        {
            return null;
        }

        var (refund, reason) = (fields.Text("RefundId"), fields.Text("Reason"));
        return EventDraft.Of(id, metadata => new PaymentRefunded(metadata, id, amount, refund, reason));
    }

    private static EventDraft? Pushed(in MappedFields fields)
    {
        if (fields.Name("Repository") is not { } repository || fields.Name("Reference") is not { } reference
            || fields.Name("Before") is not { } before || fields.Name("After") is not { } after)
        {
            return null;
        }

        var count = fields.WholeNumber("CommitCount") is >= 0 and <= int.MaxValue and var commits ? (int)commits : 0;
        var (pushedBy, url) = (fields.Text("PushedBy"), fields.Text("Url"));
        return EventDraft.Of($"{repository}:{reference}", metadata => new CodePushed(metadata, repository, reference, before, after, count, pushedBy, url));
    }

    private static EventDraft? Opened(in MappedFields fields)
    {
        if (fields.Name("Repository") is not { } repository || fields.WholeNumber("Number") is not (> 0 and <= int.MaxValue and var number) || fields.Text("Title") is not { } title)
        {
            return null;
        }

        var (author, from, into, url) = (fields.Text("Author"), fields.Text("SourceBranch"), fields.Text("TargetBranch"), fields.Text("Url"));
        return EventDraft.Of($"{repository}#{number}", metadata => new PullRequestOpened(metadata, repository, (int)number, title, author, from, into, url));
    }

    private static EventDraft? Merged(in MappedFields fields)
    {
        if (fields.Name("Repository") is not { } repository || fields.WholeNumber("Number") is not (> 0 and <= int.MaxValue and var number) || fields.Text("Title") is not { } title)
        {
            return null;
        }

        var (mergedBy, commit, into, url) = (fields.Text("MergedBy"), fields.Text("MergeCommit"), fields.Text("TargetBranch"), fields.Text("Url"));
        return EventDraft.Of($"{repository}#{number}", metadata => new PullRequestMerged(metadata, repository, (int)number, title, mergedBy, commit, into, url));
    }

    private static EventDraft? Message(in MappedFields fields)
    {
        if (fields.Name("MessageId") is not { } id || fields.Name("Conversation") is not { } conversation)
        {
            return null;
        }

        var (sender, text) = (fields.Text("Sender"), fields.Text("Text"));
        return EventDraft.Of(conversation, metadata => new MessageReceived(metadata, id, conversation, sender, text));
    }

    private static EventDraft? Uploaded(in MappedFields fields)
    {
        if (fields.Name("Container") is not { } container || CleanText.Bounded(fields.Text("Path"), MaxPath) is not { } path)
        {
            return null;
        }

        var (size, type, etag, by) = (fields.WholeNumber("SizeBytes"), fields.Text("ContentType"), fields.Text("ETag"), fields.Text("UploadedBy"));
        return EventDraft.Of($"{container}/{path}", metadata => new FileUploaded(metadata, container, path, size, type, etag, by));
    }
}
