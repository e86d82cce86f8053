using System.Globalization;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Contracts.Files;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.Dashboard.Projections;

/// <summary>Domain events in words.</summary>
public static class ActivityTitles
{
    /// <summary>One line, and more where there is more to tell.</summary>
    public static (string Title, string Summary) Of(IDomainEvent domainEvent) => domainEvent switch
    {
        WebhookReceived webhook => ($"{webhook.EventType} from {webhook.Metadata.Source}", Join(webhook.Metadata.Provider, Size(webhook.BodyBytes), webhook.ContentType)),
        PaymentCompleted payment => ($"Payment of {Text(payment.Amount)} completed", Join(payment.PaymentId, Named("order", payment.OrderId), payment.Description)),
        PaymentFailed payment => ($"Payment of {Text(payment.Amount)} failed", Join(payment.PaymentId, payment.FailureMessage ?? payment.FailureCode, Named("order", payment.OrderId))),
        PaymentRefunded refund => ($"{Text(refund.Amount)} refunded", Join(refund.PaymentId, refund.Reason)),
        CodePushed push => ($"{Count(push.CommitCount, "commit")} pushed to {push.Repository} {ShortReference(push.Reference)}", Join(Named("by", push.PushedBy), Commit(push.After))),
        PullRequestOpened pull => ($"Pull request {pull.Repository}#{pull.Number.ToString(CultureInfo.InvariantCulture)} opened", Join(pull.Title, Named("by", pull.Author))),
        PullRequestMerged pull => ($"Pull request {pull.Repository}#{pull.Number.ToString(CultureInfo.InvariantCulture)} merged", Join(pull.Title, Named("by", pull.MergedBy), Named("into", pull.TargetBranch))),
        MessageReceived message => ($"Message in {message.Conversation}", Join(Named("from", message.Sender), message.Text)),
        FileUploaded file => ($"File {file.Container}/{file.Path} uploaded", Join(file.SizeBytes is { } bytes ? Size(bytes) : null, file.ContentType, Named("by", file.UploadedBy))),
        _ => (domainEvent.GetType().Name, domainEvent.Metadata.Subject),
    };

    private static string Text(Money money) => MoneyText.Format(money.MinorUnits, money.Currency);

    private static string Join(params ReadOnlySpan<string?> parts)
    {
        var present = new List<string>(parts.Length);
        foreach (var part in parts)
        {
            if (!string.IsNullOrWhiteSpace(part))
            {
                present.Add(part);
            }
        }

        return string.Join(" · ", present);
    }

    private static string? Named(string name, string? value) => string.IsNullOrEmpty(value) ? null : $"{name} {value}";

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

    private static string ShortReference(string reference) =>
        reference.StartsWith("refs/heads/", StringComparison.Ordinal) ? reference["refs/heads/".Length..]
        : reference.StartsWith("refs/tags/", StringComparison.Ordinal) ? reference["refs/tags/".Length..]
        : reference;

    private static string Commit(string hash) => hash.Length > 7 ? hash[..7] : hash;

    private static string Size(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.#} GiB"),
    };
}
