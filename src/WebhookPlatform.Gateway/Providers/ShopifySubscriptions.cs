using WebhookPlatform.Contracts.Subscriptions;
using WebhookPlatform.Gateway.Providers.Payloads;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Shopify's subscriptions: contracts and the attempts to bill them. The first period is paid with the order that the contract came with, so every attempt is about a renewal.
/// An attempt names neither money nor customer: its order and its contract have them. See https://shopify.dev/docs/api/webhooks, topics SUBSCRIPTION_CONTRACTS_* and SUBSCRIPTION_BILLING_ATTEMPTS_*.
/// </summary>
internal static class ShopifySubscriptions
{
    private static readonly JsonFields Fields = new();
    private static readonly JsonField Id = Fields.Add("id");
    private static readonly JsonField CustomerId = Fields.Add("customer_id");
    private static readonly JsonField ContractId = Fields.Add("subscription_contract_id");
    private static readonly JsonField ErrorMessage = Fields.Add("error_message");
    private static readonly JsonField ErrorCode = Fields.Add("error_code");

    public static IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("subscription_contracts/create", nameof(SubscriptionStarted), "`X-Shopify-Triggered-At`"),
        new("subscription_contracts/cancel", nameof(SubscriptionCancelled), "`X-Shopify-Triggered-At`"),
        new("subscription_contracts/expire", nameof(SubscriptionCancelled), "`X-Shopify-Triggered-At`"),
        new("subscription_billing_attempts/success", nameof(SubscriptionRenewed), "`X-Shopify-Triggered-At`"),
        new("subscription_billing_attempts/failure", nameof(SubscriptionPaymentFailed), "`X-Shopify-Triggered-At`"),
    ];

    public static EventDraft? Read(string type, ReadOnlySpan<byte> body)
    {
        if (!type.StartsWith("subscription_", StringComparison.Ordinal))
        {
            return null;
        }

        var json = Fields.Read(body);
        return type switch
        {
            "subscription_contracts/create" => Started(json),
            "subscription_contracts/cancel" => Ended(json, null),
            "subscription_contracts/expire" => Ended(json, "expired"),
            "subscription_billing_attempts/success" => Renewed(json),
            "subscription_billing_attempts/failure" => Failed(json),
            _ => null,
        };
    }

    private static EventDraft? Started(in JsonValues json)
    {
        var customer = json.Text(CustomerId);
        return json.Name(Id) is { } id ? EventDraft.Of(id, metadata => new SubscriptionStarted(metadata, id, customer), key: id) : null;
    }

    private static EventDraft? Ended(in JsonValues json, string? reason)
    {
        var customer = json.Text(CustomerId);
        return json.Name(Id) is { } id ? EventDraft.Of(id, metadata => new SubscriptionCancelled(metadata, id, customer, Reason: reason)) : null;
    }

    private static EventDraft? Renewed(in JsonValues json) =>
        json.Name(Id) is { } attempt && json.Name(ContractId) is { } id ? EventDraft.Of(id, metadata => new SubscriptionRenewed(metadata, id), key: attempt) : null;

    private static EventDraft? Failed(in JsonValues json)
    {
        var message = json.Text(ErrorMessage) ?? json.Text(ErrorCode);
        return json.Name(Id) is { } attempt && json.Name(ContractId) is { } id
            ? EventDraft.Of(id, metadata => new SubscriptionPaymentFailed(metadata, id, FailureMessage: message), key: attempt)
            : null;
    }
}
