using System.Buffers;
using System.Net.Mail;
using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.ServiceDefaults.Outbound;

namespace WebhookPlatform.Automation.Rules;

/// <summary>Checks one action of a rule that comes from outside.</summary>
/// <param name="field">The action's place in the rule, e.g. <c>actions[0]</c>.</param>
internal sealed class ActionReader(OutboundGuard guard, ActionInput input, string field, FieldErrors errors)
{
    private const int MostHeaders = 20;
    private const int LongestUrl = 2000;
    private const int LongestHeader = 2000;

    // RFC 9110, section 5.6.2: what a header's name may consist of.
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whether the action's secret was made just now.</summary>
    public bool MadeSecret { get; private set; }

    /// <summary>The action; without meaning when errors were added.</summary>
    public RuleAction? Read(IReadOnlyList<RuleAction> known)
    {
        switch (input.Type)
        {
            case HttpAction.Type:
                return Http(Known(known) as HttpAction);
            case NotifyAction.Type:
                return Notify(Known(known));
            default:
                Error("type", $"Use {HttpAction.Type} or {NotifyAction.Type}.");
                return null;
        }
    }

    private RuleAction? Known(IReadOnlyList<RuleAction> known)
    {
        if (input.Id is null)
        {
            return null;
        }

        var action = known.FirstOrDefault(action => string.Equals(action.Id, input.Id, StringComparison.Ordinal));
        if (action is null)
        {
            Error("id", "The rule has no action with this id; leave it out for a new action.");
        }

        return action;
    }

    private HttpAction Http(HttpAction? known)
    {
        var url = input.Url?.Trim() ?? "";
        if (url.Length is 0 or > LongestUrl)
        {
            Error("url", $"Give an absolute http or https URL of at most {LongestUrl} characters.");
        }
        else if (guard.Refusal(url) is { } refusal)
        {
            Error("url", refusal);
        }

        var method = input.Method?.ToUpperInvariant() ?? "POST";
        if (method is not ("POST" or "PUT"))
        {
            Error("method", "Use POST or PUT.");
        }

        CheckTemplate("body", input.Body);
        return new HttpAction { Id = known?.Id ?? NewId(), Url = url, Method = method, Body = input.Body, Headers = Headers(known), Secret = Secret(known) };
    }

    private string Secret(HttpAction? known)
    {
        if (input.Secret is null or RuleView.Hidden)
        {
            if (known is not null)
            {
                return known.Secret;
            }

            if (input.Secret is RuleView.Hidden)
            {
                Error("secret", $"{RuleView.Hidden} stands for a stored secret, and this action has none yet. Leave it out to have one made.");
            }

            MadeSecret = true;
            return StandardWebhooksSignature.NewSecret();
        }

        if (!StandardWebhooksSignature.IsSecret(input.Secret))
        {
            Error("secret", "Use whsec_ followed by 24 to 64 random bytes in base64, or leave it out to have one made.");
        }

        return input.Secret;
    }

    private Dictionary<string, string> Headers(HttpAction? known)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var inputs = input.Headers ?? new Dictionary<string, string?>(StringComparer.Ordinal);
        if (inputs.Count > MostHeaders)
        {
            Error("headers", $"An action can have at most {MostHeaders} headers.");
            return headers;
        }

        foreach (var (name, given) in inputs)
        {
            var value = given is RuleView.Hidden && SecretHeaders.IsSecret(name) && known is not null ? Stored(known, name) : given;
            if (Problem(name, value) is { } problem)
            {
                Error($"headers.{name}", problem);
            }
            else if (!headers.TryAdd(name, value!))
            {
                Error($"headers.{name}", "The header is there twice; upper and lower case make no difference.");
            }
        }

        return headers;
    }

    private static string? Stored(HttpAction known, string name) =>
        known.Headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value ?? RuleView.Hidden;

    private static string? Problem(string name, string? value) =>
        name.Length is 0 or > 100 || name.AsSpan().ContainsAnyExcept(NameCharacters) ? "A header's name consists of 1 to 100 letters, digits and hyphens."
        : SecretHeaders.IsReserved(name) ? "This header belongs to the connection or to the signature and cannot be set."
        : value is null or { Length: > LongestHeader } || value.Any(character => character is < ' ' or > '~') ? $"Give a value of at most {LongestHeader} printable ASCII characters on one line."
        : SecretHeaders.IsSecret(name) && value is RuleView.Hidden ? $"{RuleView.Hidden} stands for a stored value, and there is none for this header. Give the value."
        : null;

    private NotifyAction Notify(RuleAction? known)
    {
        var target = string.IsNullOrWhiteSpace(input.Target) ? null : input.Target.Trim();
        switch (input.Channel)
        {
            case NotifyChannel.InApp:
                target = null;
                break;
            case NotifyChannel.Email when !MailAddress.TryCreate(target, out _):
                Error("target", "Give the e-mail address, e.g. ops@example.com.");
                break;
            case NotifyChannel.Chat when target is RuleView.Hidden && known is NotifyAction { Channel: NotifyChannel.Chat }:
                target = ((NotifyAction)known).Target;
                break;
            case NotifyChannel.Chat when guard.Refusal(target ?? "") is { } refusal:
                Error("target", $"Give the URL of the chat's incoming webhook. {refusal}");
                break;
            case NotifyChannel.Email or NotifyChannel.Chat:
                break;
            default:
                Error("channel", $"Use one of {string.Join(", ", NotifyChannel.All)}.");
                break;
        }

        if (target is { Length: > LongestUrl })
        {
            Error("target", $"It can have at most {LongestUrl} characters.");
        }

        if (string.IsNullOrWhiteSpace(input.Title))
        {
            Error("title", "Give a title, e.g. Payment of {{ event.amount | money }}.");
        }

        CheckTemplate("title", input.Title);
        CheckTemplate("body", input.Body);
        return new NotifyAction { Id = known?.Id ?? NewId(), Channel = input.Channel ?? "", Target = target, Title = input.Title ?? "", Body = input.Body ?? "" };
    }

    private void CheckTemplate(string name, string? template)
    {
        if (template?.Contains('\0', StringComparison.Ordinal) is true)
        {
            Error(name, "It must not contain the character U+0000.");
        }
        else if (template is not null && EventTemplate.Problem(template) is { } problem)
        {
            Error(name, problem);
        }
    }

    private static string NewId() => $"act_{Guid.CreateVersion7():N}";

    private void Error(string name, string error) => errors.Add($"{field}.{name}", error);
}
