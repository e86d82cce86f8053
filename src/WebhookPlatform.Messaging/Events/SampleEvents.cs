using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Contracts.Files;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Contracts.Payments;

namespace WebhookPlatform.Messaging.Events;

/// <summary>One realistic event of each kind, for previews and tests of rules and templates.</summary>
public static class SampleEvents
{
    /// <summary>A sample of the contract <paramref name="name"/> that occurs <paramref name="now"/>; null for an unknown name.</summary>
    public static IDomainEvent? Of(string name, DateTimeOffset now) => name switch
    {
        nameof(PaymentCompleted) => new PaymentCompleted(Metadata("shop", "stripe", "pi_sample", now), "pi_sample", new Money(4200, "USD"), "ord_1", "cus_sample", "Two tickets"),
        nameof(PaymentFailed) => new PaymentFailed(Metadata("shop", "stripe", "pi_sample", now), "pi_sample", new Money(4200, "USD"), "card_declined", "Your card was declined.", "ord_1", "cus_sample"),
        nameof(PaymentRefunded) => new PaymentRefunded(Metadata("shop", "stripe", "pi_sample", now), "pi_sample", new Money(1200, "USD"), "re_sample", "requested_by_customer"),
        nameof(CodePushed) => new CodePushed(
            Metadata("code", "github", "octo-org/widgets@refs/heads/main", now), "octo-org/widgets", "refs/heads/main", new string('0', 40), "6113728f27ae82c7b1a177c8d03f9e96e0adf246", 3, "octocat", "https://github.com/octo-org/widgets/commits/main"),
        nameof(PullRequestOpened) => new PullRequestOpened(
            Metadata("code", "github", "octo-org/widgets#42", now), "octo-org/widgets", 42, "Make widgets rounder", "octocat", "rounder", "main", "https://github.com/octo-org/widgets/pull/42"),
        nameof(PullRequestMerged) => new PullRequestMerged(
            Metadata("code", "github", "octo-org/widgets#42", now), "octo-org/widgets", 42, "Make widgets rounder", "octocat", "6113728f27ae82c7b1a177c8d03f9e96e0adf246", "main", "https://github.com/octo-org/widgets/pull/42"),
        nameof(MessageReceived) => new MessageReceived(Metadata("chat", "slack", "C024BE91L", now), "1355517523.000005", "C024BE91L", "U2147483697", "Hello, is anybody there?"),
        nameof(FileUploaded) => new FileUploaded(Metadata("files", "minio", "invoices/2026/inv-1.pdf", now), "invoices", "2026/inv-1.pdf", 48_213, "application/pdf", "9b2cf535f27731c974343645a3985328", "uploader"),
        nameof(WebhookReceived) => new WebhookReceived(Metadata("shop", "stripe", "evt_sample", now), "payment_intent.succeeded", [nameof(PaymentCompleted)], "application/json", 1234),
        _ => null,
    };

    private static EventMetadata Metadata(string source, string provider, string subject, DateTimeOffset now) =>
        new(DeterministicId.From("sample", provider, subject), now, now, source, provider, "evt_sample", DeterministicId.From("sample", source), subject);
}
