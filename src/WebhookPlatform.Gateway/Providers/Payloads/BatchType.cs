namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>The type of a webhook that carries several items: the one they have in common, <c>batch</c> where they differ, <see cref="Webhook.UnknownType"/> where none tells.</summary>
public struct BatchType
{
    /// <summary>The type of a batch of different items.</summary>
    public const string Mixed = "batch";

    private string? _type;

    /// <summary>Adds an item's type; null where it does not tell.</summary>
    public void Add(string? type)
    {
        type ??= Webhook.UnknownType;
        _type = _type is null || string.Equals(_type, type, StringComparison.Ordinal) ? type : Mixed;
    }

    public readonly string Value => _type ?? Webhook.UnknownType;
}
