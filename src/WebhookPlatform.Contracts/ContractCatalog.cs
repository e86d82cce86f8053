using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Contracts.Files;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Contracts.Platform;

namespace WebhookPlatform.Contracts;

/// <summary>Every message that travels between services, by its short name (<c>PaymentCompleted</c>).</summary>
public static class ContractCatalog
{
    /// <summary>The domain events, <see cref="WebhookReceived"/> included, in the order documentation lists them.</summary>
    public static IReadOnlyList<Type> DomainEvents { get; } =
    [
        typeof(PaymentCompleted), typeof(PaymentFailed), typeof(PaymentRefunded),
        typeof(CodePushed), typeof(PullRequestOpened), typeof(PullRequestMerged),
        typeof(MessageReceived),
        typeof(FileUploaded),
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
[JsonSerializable(typeof(WebhookReceived))]
[JsonSerializable(typeof(EffectRecorded))]
[JsonSerializable(typeof(IngressTallied))]
[JsonSerializable(typeof(InAppNotificationPosted))]
[JsonSerializable(typeof(NotificationRequested))]
[JsonSerializable(typeof(LedgerClosed))]
[JsonSerializable(typeof(LedgerPage))]
[JsonSerializable(typeof(LedgerAnswered))]
internal sealed partial class ContractsJson : JsonSerializerContext;
