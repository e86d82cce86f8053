using System.Text.Json.Serialization;

namespace WebhookPlatform.Automation.Actions;

/// <summary>Something a rule does. Stored as JSON, told apart by <c>type</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(HttpAction), HttpAction.Type)]
[JsonDerivedType(typeof(NotifyAction), NotifyAction.Type)]
public abstract record RuleAction
{
    /// <summary>Unique within its rule and kept when the rule is replaced, so that an action keeps its secret without repeating it.</summary>
    public required string Id { get; init; }

    /// <summary>One line for people, without anything secret.</summary>
    [JsonIgnore]
    public abstract string Summary { get; }
}

/// <summary>Sends an HTTP request, signed by the Standard Webhooks scheme.</summary>
public sealed record HttpAction : RuleAction
{
    public const string Type = "http";

    /// <summary>Absolute http or https URL.</summary>
    public required string Url { get; init; }

    /// <summary><c>POST</c> or <c>PUT</c>.</summary>
    public required string Method { get; init; }

    /// <summary>Liquid template of the body; null for the event as JSON.</summary>
    public string? Body { get; init; }

    /// <summary>Headers sent besides those of the signature.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The key of the signature: <c>whsec_</c> and 24 to 64 bytes in base64.</summary>
    public required string Secret { get; init; }

    // The query is left out: that is where URLs keep their tokens.
    public override string Summary => $"{Method} {new Uri(Url).GetLeftPart(UriPartial.Path)}";
}

/// <summary>Asks the notifications service to tell people.</summary>
public sealed record NotifyAction : RuleAction
{
    public const string Type = "notify";

    /// <summary>See <see cref="NotifyChannel"/>.</summary>
    public required string Channel { get; init; }

    /// <summary>Whom, as the channel needs it; null for in-app.</summary>
    public string? Target { get; init; }

    /// <summary>Liquid template of one line of plain text.</summary>
    public required string Title { get; init; }

    /// <summary>Liquid template of plain text; may be empty.</summary>
    public string Body { get; init; } = "";

    // A chat's target is a URL that is itself a secret.
    public override string Summary => Channel is NotifyChannel.Email ? $"notify {Target} by e-mail" : $"notify {Channel}";
}

/// <summary>The channels of the notifications service.</summary>
public static class NotifyChannel
{
    public const string InApp = "in-app";
    public const string Email = "email";
    public const string Chat = "chat";

    public static IReadOnlyList<string> All { get; } = [InApp, Email, Chat];
}
