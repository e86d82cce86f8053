using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Alerts;
using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Contracts.Customers;
using WebhookPlatform.Contracts.Documents;
using WebhookPlatform.Contracts.Files;
using WebhookPlatform.Contracts.Forms;
using WebhookPlatform.Contracts.Invoices;
using WebhookPlatform.Contracts.Meetings;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Contracts.Orders;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Contracts.Subscriptions;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.Dashboard.Projections;

/// <summary>Domain events in words.</summary>
public static class ActivityTitles
{
    /// <summary>One line, and more where there is more to tell.</summary>
    public static (string Title, string Summary) Of(IDomainEvent domainEvent) => domainEvent switch
    {
        WebhookReceived webhook => ($"{webhook.EventType} from {webhook.Metadata.Source}", Join(webhook.Metadata.Provider, Size(webhook.BodyBytes), webhook.ContentType)),
        PaymentAuthorized payment => ($"Payment of {Text(payment.Amount)} authorized", Join(payment.PaymentId, Named("order", payment.OrderId), payment.Description)),
        PaymentCompleted payment => ($"Payment of {Text(payment.Amount)} completed", Join(payment.PaymentId, Named("order", payment.OrderId), payment.Description)),
        PaymentFailed payment => ($"Payment of {Text(payment.Amount)} failed", Join(payment.PaymentId, payment.FailureMessage ?? payment.FailureCode, Named("order", payment.OrderId))),
        PaymentRefunded refund => ($"{Text(refund.Amount)} refunded", Join(refund.PaymentId, refund.Reason)),
        PaymentDisputed dispute => ($"Payment of {Text(dispute.Amount)} disputed", Join(dispute.PaymentId, dispute.Reason)),
        SubscriptionStarted subscription => ($"Subscription{On(subscription.Plan)} started", Join(subscription.SubscriptionId, Text(subscription.Amount), Named("customer", subscription.CustomerId))),
        SubscriptionRenewed subscription => ($"Subscription{On(subscription.Plan)} renewed", Join(subscription.SubscriptionId, Text(subscription.Amount), Named("until", Text(subscription.PeriodEnd)))),
        SubscriptionCancelled subscription => ($"Subscription{On(subscription.Plan)} cancelled", Join(subscription.SubscriptionId, subscription.Reason, Named("ends", Text(subscription.EndsAt)))),
        SubscriptionPaymentFailed subscription => ($"Payment for subscription{On(subscription.Plan)} failed", Join(subscription.SubscriptionId, Text(subscription.Amount), subscription.FailureMessage)),
        InvoiceIssued invoice => ($"Invoice {invoice.Number ?? invoice.InvoiceId}{Over(invoice.Amount)} issued", Join(invoice.InvoiceId, Named("customer", invoice.CustomerId), Named("subscription", invoice.SubscriptionId))),
        InvoicePaid invoice => ($"Invoice {invoice.Number ?? invoice.InvoiceId}{Over(invoice.Amount)} paid", Join(invoice.InvoiceId, Named("customer", invoice.CustomerId), Named("subscription", invoice.SubscriptionId))),
        OrderPlaced order => ($"Order {order.Number ?? order.OrderId}{Over(order.Amount)} placed", Join(order.OrderId, Named("customer", order.CustomerId))),
        OrderFulfilled order => ($"Order {order.Number ?? order.OrderId} fulfilled", Join(order.OrderId, Named("by", order.Carrier), Named("tracking", order.TrackingNumber))),
        OrderCancelled order => ($"Order {order.Number ?? order.OrderId} cancelled", Join(order.OrderId, order.Reason)),
        CustomerCreated customer => ($"Customer {customer.Name ?? customer.Email ?? customer.CustomerId} created", Join(customer.CustomerId, customer.Email)),
        CustomerUpdated customer => ($"Customer {customer.Name ?? customer.Email ?? customer.CustomerId} updated", Join(customer.CustomerId, customer.Email)),
        CustomerDeleted customer => ($"Customer {customer.Name ?? customer.Email ?? customer.CustomerId} deleted", Join(customer.CustomerId, customer.Email)),
        CodePushed push => ($"{Count(push.CommitCount, "commit")} pushed to {push.Repository} {ShortReference(push.Reference)}", Join(Named("by", push.PushedBy), Commit(push.After))),
        PullRequestOpened pull => ($"Pull request {pull.Repository}#{pull.Number.ToString(CultureInfo.InvariantCulture)} opened", Join(pull.Title, Named("by", pull.Author))),
        PullRequestMerged pull => ($"Pull request {pull.Repository}#{pull.Number.ToString(CultureInfo.InvariantCulture)} merged", Join(pull.Title, Named("by", pull.MergedBy), Named("into", pull.TargetBranch))),
        IssueOpened issue => ($"Issue {issue.Project}#{issue.Key} opened", Join(issue.Title, Named("by", issue.Author))),
        IssueClosed issue => ($"Issue {issue.Project}#{issue.Key} closed", Join(issue.Title, Named("by", issue.ClosedBy))),
        ReleasePublished release => ($"{release.Project} {release.Version} published", Join(release.Title, Named("by", release.PublishedBy))),
        BuildFinished build => ($"Build {build.Project}#{build.BuildId} {build.Outcome}", Join(build.Name, build.Branch, build.Commit is { } commit ? Commit(commit) : null)),
        MessageReceived message => ($"Message in {message.Conversation}", Join(Named("from", message.Sender), message.Text)),
        MessageDelivered message => ($"Message{To(message.Recipient)} delivered", Join(message.MessageId, message.Channel)),
        MessageFailed message => ($"Message{To(message.Recipient)} failed", Join(message.MessageId, message.Channel, message.Reason, message.Code)),
        MessageBounced message => ($"Message{To(message.Recipient)} bounced", Join(message.MessageId, message.Kind, message.Reason)),
        FileUploaded file => ($"File {file.Container}/{file.Path} uploaded", Join(file.SizeBytes is { } bytes ? Size(bytes) : null, file.ContentType, Named("by", file.UploadedBy))),
        FileChanged file => ($"File {file.Container}/{file.Path} changed", Join(file.Metadata.Provider, Named("by", file.ChangedBy))),
        FileDeleted file => ($"File {file.Container}/{file.Path} deleted", Join(file.Metadata.Provider, Named("by", file.DeletedBy))),
        DocumentSent document => ($"{document.Title ?? document.DocumentId} sent for signing", Join(document.DocumentId, Named("by", document.Sender))),
        DocumentSigned document => ($"{document.Title ?? document.DocumentId} signed", Join(document.DocumentId, Named("last by", document.Signer))),
        DocumentDeclined document => ($"{document.Title ?? document.DocumentId} declined", Join(document.DocumentId, Named("by", document.DeclinedBy), document.Reason)),
        AlertRaised alert => ($"Alert: {alert.Title}", Join(alert.Severity, alert.Service, alert.AlertId)),
        AlertResolved alert => ($"Resolved: {alert.Title}", Join(alert.Severity, alert.Service, alert.AlertId)),
        FormSubmitted form => ($"Form {form.Title ?? form.FormId} submitted", Join(form.SubmissionId, Named("by", form.Respondent))),
        MeetingScheduled meeting => ($"{Meeting(meeting.Title)} scheduled", Join(Text(meeting.StartsAt) ?? meeting.MeetingId, Named("by", meeting.Organizer), Named("with", meeting.Invitee))),
        MeetingCancelled meeting => ($"{Meeting(meeting.Title)} cancelled", Join(Text(meeting.StartsAt) ?? meeting.MeetingId, Named("by", meeting.CancelledBy), meeting.Reason)),
        MeetingStarted meeting => ($"{Meeting(meeting.Title)} started", Join(meeting.MeetingId, Named("by", meeting.Organizer))),
        MeetingEnded meeting => ($"{Meeting(meeting.Title)} ended", Join(meeting.MeetingId, Named("by", meeting.Organizer))),
        _ => (domainEvent.GetType().Name, domainEvent.Metadata.Subject),
    };

    [return: NotNullIfNotNull(nameof(money))]
    private static string? Text(Money? money) => money is null ? null : MoneyText.Format(money.MinorUnits, money.Currency);

    private static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string On(string? plan) => plan is null ? "" : $" to {plan}";

    private static string Over(Money? amount) => amount is null ? "" : $" over {Text(amount)}";

    private static string To(string? recipient) => recipient is null ? "" : $" to {recipient}";

    private static string Meeting(string? title) => title is null ? "Meeting" : $"Meeting {title}";

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
