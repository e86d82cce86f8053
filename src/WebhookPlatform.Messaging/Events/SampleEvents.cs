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

namespace WebhookPlatform.Messaging.Events;

/// <summary>One realistic event of each kind, for previews and tests of rules and templates.</summary>
public static class SampleEvents
{
    private const string CommitHash = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";

    /// <summary>A sample of the contract <paramref name="name"/> that occurs <paramref name="now"/>; null for an unknown name.</summary>
    public static IDomainEvent? Of(string name, DateTimeOffset now) =>
        Trade(name, now) ?? Work(name, now) ?? Talk(name, now) ?? (name is nameof(WebhookReceived) ? Received(now) : null);

    private static IDomainEvent? Trade(string name, DateTimeOffset now)
    {
        var payment = Metadata("shop", "stripe", "pi_sample", now);
        var subscription = Metadata("shop", "stripe", "sub_sample", now);
        var invoice = Metadata("shop", "stripe", "in_sample", now);
        var order = Metadata("store", "token", "ord_1", now);
        var customer = Metadata("shop", "stripe", "cus_sample", now);
        var nextMonth = now.AddDays(30);
        return name switch
        {
            nameof(PaymentAuthorized) => new PaymentAuthorized(payment, "pi_sample", new Money(4200, "USD"), "ord_1", "cus_sample", "Two tickets"),
            nameof(PaymentCompleted) => new PaymentCompleted(payment, "pi_sample", new Money(4200, "USD"), "ord_1", "cus_sample", "Two tickets"),
            nameof(PaymentFailed) => new PaymentFailed(payment, "pi_sample", new Money(4200, "USD"), "card_declined", "Your card was declined.", "ord_1", "cus_sample"),
            nameof(PaymentRefunded) => new PaymentRefunded(payment, "pi_sample", new Money(1200, "USD"), "re_sample", "requested_by_customer"),
            nameof(PaymentDisputed) => new PaymentDisputed(payment, "pi_sample", new Money(4200, "USD"), "dp_sample", "fraudulent"),
            nameof(SubscriptionStarted) => new SubscriptionStarted(subscription, "sub_sample", "cus_sample", "pro-monthly", new Money(900, "EUR"), nextMonth),
            nameof(SubscriptionRenewed) => new SubscriptionRenewed(subscription, "sub_sample", "cus_sample", "pro-monthly", new Money(900, "EUR"), nextMonth),
            nameof(SubscriptionCancelled) => new SubscriptionCancelled(subscription, "sub_sample", "cus_sample", "pro-monthly", "too_expensive", nextMonth),
            nameof(SubscriptionPaymentFailed) => new SubscriptionPaymentFailed(subscription, "sub_sample", "cus_sample", "pro-monthly", new Money(900, "EUR"), "Your card has expired."),
            nameof(InvoiceIssued) => new InvoiceIssued(invoice, "in_sample", new Money(900, "EUR"), "2026-0042", "cus_sample", "sub_sample", "https://shop.example.com/invoices/in_sample"),
            nameof(InvoicePaid) => new InvoicePaid(invoice, "in_sample", new Money(900, "EUR"), "2026-0042", "cus_sample", "sub_sample", "https://shop.example.com/invoices/in_sample"),
            nameof(OrderPlaced) => new OrderPlaced(order, "ord_1", new Money(4200, "USD"), "1001", "cus_sample"),
            nameof(OrderFulfilled) => new OrderFulfilled(order, "ord_1", "1001", "JD014600003", "DHL"),
            nameof(OrderCancelled) => new OrderCancelled(order, "ord_1", "1001", "customer changed their mind"),
            nameof(CustomerCreated) => new CustomerCreated(customer, "cus_sample", "Ada Lovelace", "ada@example.com"),
            nameof(CustomerUpdated) => new CustomerUpdated(customer, "cus_sample", "Ada Lovelace", "ada@example.com"),
            nameof(CustomerDeleted) => new CustomerDeleted(customer, "cus_sample", "Ada Lovelace", "ada@example.com"),
            _ => null,
        };
    }

    private static IDomainEvent? Work(string name, DateTimeOffset now)
    {
        var pull = Metadata("code", "github", "octo-org/widgets#42", now);
        var document = Metadata("contracts", "token", "env_sample", now);
        var alert = Metadata("monitoring", "token", "alert_sample", now);
        return name switch
        {
            nameof(CodePushed) => new CodePushed(
                Metadata("code", "github", "octo-org/widgets:refs/heads/main", now), "octo-org/widgets", "refs/heads/main", new string('0', 40), CommitHash, 3, "octocat", "https://github.com/octo-org/widgets/commits/main"),
            nameof(PullRequestOpened) => new PullRequestOpened(pull, "octo-org/widgets", 42, "Make widgets rounder", "octocat", "rounder", "main", "https://github.com/octo-org/widgets/pull/42"),
            nameof(PullRequestMerged) => new PullRequestMerged(pull, "octo-org/widgets", 42, "Make widgets rounder", "octocat", CommitHash, "main", "https://github.com/octo-org/widgets/pull/42"),
            nameof(IssueOpened) => new IssueOpened(Metadata("code", "github", "octo-org/widgets#41", now), "octo-org/widgets", "41", "Widgets are not round", "octocat", "https://github.com/octo-org/widgets/issues/41"),
            nameof(IssueClosed) => new IssueClosed(Metadata("code", "github", "octo-org/widgets#41", now), "octo-org/widgets", "41", "Widgets are not round", "octocat", "https://github.com/octo-org/widgets/issues/41"),
            nameof(ReleasePublished) => new ReleasePublished(
                Metadata("code", "github", "octo-org/widgets@v1.2", now), "octo-org/widgets", "v1.2", "Round widgets", "octocat", "https://github.com/octo-org/widgets/releases/tag/v1.2"),
            nameof(BuildFinished) => new BuildFinished(
                Metadata("code", "github", "octo-org/widgets#1001", now), "octo-org/widgets", "1001", "failed", "tests", "main", CommitHash, "https://github.com/octo-org/widgets/actions/runs/1001"),
            nameof(FileUploaded) => new FileUploaded(Metadata("files", "minio", "invoices/2026/inv-1.pdf", now), "invoices", "2026/inv-1.pdf", 48_213, "application/pdf", "9b2cf535f27731c974343645a3985328", "uploader"),
            nameof(FileChanged) => new FileChanged(Metadata("files", "minio", "invoices/2026/inv-1.pdf", now), "invoices", "2026/inv-1.pdf", "uploader"),
            nameof(FileDeleted) => new FileDeleted(Metadata("files", "minio", "invoices/2026/inv-1.pdf", now), "invoices", "2026/inv-1.pdf", "uploader"),
            nameof(DocumentSent) => new DocumentSent(document, "env_sample", "Lease of the workshop", "grace@example.com"),
            nameof(DocumentSigned) => new DocumentSigned(document, "env_sample", "Lease of the workshop", "ada@example.com"),
            nameof(DocumentDeclined) => new DocumentDeclined(document, "env_sample", "Lease of the workshop", "ada@example.com", "The rent is too high."),
            nameof(AlertRaised) => new AlertRaised(alert, "alert_sample", "Checkout answers slowly", "critical", "checkout", "https://status.example.com/alerts/alert_sample"),
            nameof(AlertResolved) => new AlertResolved(alert, "alert_sample", "Checkout answers slowly", "critical", "checkout", "https://status.example.com/alerts/alert_sample"),
            _ => null,
        };
    }

    private static IDomainEvent? Talk(string name, DateTimeOffset now)
    {
        var mail = Metadata("mail", "token", "msg_sample", now);
        var meeting = Metadata("calendar", "token", "mtg_sample", now);
        return name switch
        {
            nameof(MessageReceived) => new MessageReceived(Metadata("chat", "slack", "C024BE91L", now), "1355517523.000005", "C024BE91L", "U2147483697", "Hello, is anybody there?"),
            nameof(MessageDelivered) => new MessageDelivered(mail, "msg_sample", "ada@example.com", "email"),
            nameof(MessageFailed) => new MessageFailed(mail, "msg_sample", "+15550100", "sms", "30003", "The phone is switched off."),
            nameof(MessageBounced) => new MessageBounced(mail, "msg_sample", "ada@example.com", "permanent", "550 no such mailbox"),
            nameof(FormSubmitted) => new FormSubmitted(Metadata("forms", "token", "form_sample", now), "form_sample", "sub_1", "How was your order?", "ada@example.com"),
            nameof(MeetingScheduled) => new MeetingScheduled(meeting, "mtg_sample", "Weekly", now.AddDays(1), now.AddDays(1).AddMinutes(30), "grace@example.com", "ada@example.com"),
            nameof(MeetingCancelled) => new MeetingCancelled(meeting, "mtg_sample", "Weekly", now.AddDays(1), "grace@example.com", "Holiday"),
            nameof(MeetingStarted) => new MeetingStarted(meeting, "mtg_sample", "Weekly", "grace@example.com"),
            nameof(MeetingEnded) => new MeetingEnded(meeting, "mtg_sample", "Weekly", "grace@example.com"),
            _ => null,
        };
    }

    private static WebhookReceived Received(DateTimeOffset now) =>
        new(Metadata("shop", "stripe", "evt_sample", now), "payment_intent.succeeded", [nameof(PaymentCompleted)], "application/json", 1234);

    private static EventMetadata Metadata(string source, string provider, string subject, DateTimeOffset now) =>
        new(DeterministicId.From("sample", provider, subject), now, now, source, provider, "evt_sample", DeterministicId.From("sample", source), subject);
}
