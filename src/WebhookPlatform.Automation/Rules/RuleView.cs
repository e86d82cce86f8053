using System.Text.Json.Serialization;
using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.Automation.Rules;

/// <summary>A rule as operators see it: what can be sent back to replace it, with secrets hidden.</summary>
/// <param name="Version">Send it along when replacing the rule.</param>
public sealed record RuleView(
    Guid Id,
    string Name,
    bool Enabled,
    string EventType,
    IReadOnlyList<Condition> Conditions,
    IReadOnlyList<ActionView> Actions,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>Stands for a value that is stored and not shown.</summary>
    public const string Hidden = "***";

    /// <param name="shown">Ids of actions whose secret was made just now.</param>
    public static RuleView Of(Rule rule, IReadOnlySet<string>? shown = null) => new(
        rule.Id,
        rule.Name,
        rule.Enabled,
        rule.EventType,
        rule.Conditions,
        [.. rule.Actions.Select(action => ActionView.Of(action, shown?.Contains(action.Id) is true))],
        rule.Version,
        rule.CreatedAt,
        rule.UpdatedAt);
}

/// <summary>An action as operators see it; fields that its type does not have are left out.</summary>
/// <param name="Secret"><c>***</c>, except in the answer to the request that made it.</param>
public sealed record ActionView(
    string Type,
    string Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Method = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string>? Headers = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Channel = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Target = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Title = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Body = null)
{
    /// <param name="showSecret">Whether the signature's key is shown, which it is once.</param>
    public static ActionView Of(RuleAction action, bool showSecret) => action switch
    {
        HttpAction http => new ActionView(
            HttpAction.Type,
            http.Id,
            Url: http.Url,
            Method: http.Method,
            Headers: http.Headers.ToDictionary(header => header.Key, header => SecretHeaders.IsSecret(header.Key) ? RuleView.Hidden : header.Value, StringComparer.OrdinalIgnoreCase),
            Secret: showSecret ? http.Secret : RuleView.Hidden,
            Body: http.Body),
        NotifyAction notify => new ActionView(
            NotifyAction.Type,
            notify.Id,
            Channel: notify.Channel,
            Target: notify.Channel is NotifyChannel.Chat ? RuleView.Hidden : notify.Target,
            Title: notify.Title,
            Body: notify.Body),
        _ => throw new ArgumentException($"{action.GetType().Name} has no view.", nameof(action)),
    };
}
