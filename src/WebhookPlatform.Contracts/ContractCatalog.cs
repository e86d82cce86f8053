using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
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
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Contracts.Subscriptions;

namespace WebhookPlatform.Contracts;

/// <summary>Every message that travels between services, by its short name (<c>PaymentCompleted</c>).</summary>
public static class ContractCatalog
{
    /// <summary>The domain events, <see cref="WebhookReceived"/> included, in the order documentation lists them.</summary>
    public static IReadOnlyList<Type> DomainEvents { get; } =
    [
        typeof(PaymentAuthorized), typeof(PaymentCompleted), typeof(PaymentFailed), typeof(PaymentRefunded), typeof(PaymentDisputed),
        typeof(SubscriptionStarted), typeof(SubscriptionRenewed), typeof(SubscriptionCancelled), typeof(SubscriptionPaymentFailed),
        typeof(InvoiceIssued), typeof(InvoicePaid),
        typeof(OrderPlaced), typeof(OrderFulfilled), typeof(OrderCancelled),
        typeof(CustomerCreated), typeof(CustomerUpdated), typeof(CustomerDeleted),
        typeof(CodePushed), typeof(PullRequestOpened), typeof(PullRequestMerged), typeof(IssueOpened), typeof(IssueClosed), typeof(ReleasePublished), typeof(BuildFinished),
        typeof(MessageReceived), typeof(MessageDelivered), typeof(MessageFailed), typeof(MessageBounced),
        typeof(FileUploaded), typeof(FileChanged), typeof(FileDeleted),
        typeof(DocumentSent), typeof(DocumentSigned), typeof(DocumentDeclined),
        typeof(AlertRaised), typeof(AlertResolved),
        typeof(FormSubmitted),
        typeof(MeetingScheduled), typeof(MeetingCancelled), typeof(MeetingStarted), typeof(MeetingEnded),
        typeof(WebhookReceived),
    ];

    /// <summary>What the platform's services tell each other about their own doings.</summary>
    public static IReadOnlyList<Type> PlatformMessages { get; } =
    [
        typeof(EffectRecorded), typeof(IngressTallied), typeof(InAppNotificationPosted), typeof(NotificationRequested),
        typeof(LedgerClosed), typeof(LedgerPage), typeof(LedgerAnswered),
    ];

    private static readonly FrozenDictionary<string, JsonTypeInfo> ByName =
        DomainEvents.Concat(PlatformMessages).ToFrozenDictionary(type => type.Name, JsonFor, StringComparer.Ordinal);

    /// <summary>How messages are written as JSON: camel case, enums by name, nulls left out.</summary>
    public static JsonSerializerOptions Json => ContractsJson.Default.Options;

    /// <summary>Finds a message's type information by short name; null for an unknown name.</summary>
    public static JsonTypeInfo? Find(string name) => ByName.GetValueOrDefault(name);

    private static JsonTypeInfo JsonFor(Type type) => ContractsJson.Default.GetTypeInfo(type)!;
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PaymentCompleted))]
[JsonSerializable(typeof(PaymentFailed))]
[JsonSerializable(typeof(PaymentRefunded))]
[JsonSerializable(typeof(CodePushed))]
[JsonSerializable(typeof(PullRequestOpened))]
[JsonSerializable(typeof(PullRequestMerged))]
[JsonSerializable(typeof(MessageReceived))]
[JsonSerializable(typeof(FileUploaded))]
[JsonSerializable(typeof(PaymentAuthorized))]
[JsonSerializable(typeof(PaymentDisputed))]
[JsonSerializable(typeof(SubscriptionStarted))]
[JsonSerializable(typeof(SubscriptionRenewed))]
[JsonSerializable(typeof(SubscriptionCancelled))]
[JsonSerializable(typeof(SubscriptionPaymentFailed))]
[JsonSerializable(typeof(InvoiceIssued))]
[JsonSerializable(typeof(InvoicePaid))]
[JsonSerializable(typeof(OrderPlaced))]
[JsonSerializable(typeof(OrderFulfilled))]
[JsonSerializable(typeof(OrderCancelled))]
[JsonSerializable(typeof(CustomerCreated))]
[JsonSerializable(typeof(CustomerUpdated))]
[JsonSerializable(typeof(CustomerDeleted))]
[JsonSerializable(typeof(IssueOpened))]
[JsonSerializable(typeof(IssueClosed))]
[JsonSerializable(typeof(ReleasePublished))]
[JsonSerializable(typeof(BuildFinished))]
[JsonSerializable(typeof(MessageDelivered))]
[JsonSerializable(typeof(MessageFailed))]
[JsonSerializable(typeof(MessageBounced))]
[JsonSerializable(typeof(FileChanged))]
[JsonSerializable(typeof(FileDeleted))]
[JsonSerializable(typeof(DocumentSent))]
[JsonSerializable(typeof(DocumentSigned))]
[JsonSerializable(typeof(DocumentDeclined))]
[JsonSerializable(typeof(AlertRaised))]
[JsonSerializable(typeof(AlertResolved))]
[JsonSerializable(typeof(FormSubmitted))]
[JsonSerializable(typeof(MeetingScheduled))]
[JsonSerializable(typeof(MeetingCancelled))]
[JsonSerializable(typeof(MeetingStarted))]
[JsonSerializable(typeof(MeetingEnded))]
[JsonSerializable(typeof(WebhookReceived))]
[JsonSerializable(typeof(EffectRecorded))]
[JsonSerializable(typeof(IngressTallied))]
[JsonSerializable(typeof(InAppNotificationPosted))]
[JsonSerializable(typeof(NotificationRequested))]
[JsonSerializable(typeof(LedgerClosed))]
[JsonSerializable(typeof(LedgerPage))]
[JsonSerializable(typeof(LedgerAnswered))]
internal sealed partial class ContractsJson : JsonSerializerContext;
