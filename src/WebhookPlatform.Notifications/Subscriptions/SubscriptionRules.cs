using WebhookPlatform.Contracts;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.Notifications.Channels;

namespace WebhookPlatform.Notifications.Subscriptions;

/// <summary>What a subscription must be, told field by field in words that say what to fix.</summary>
public sealed class SubscriptionRules(ChannelCatalog channels, TimeProvider clock)
{
    private const int LongestName = 100;
    private const int MostConditions = 20;
    private static readonly string EventTypes = string.Join(", ", ContractCatalog.DomainEvents.Select(type => type.Name));

    /// <summary>The subscription that <paramref name="body"/> describes, or null and the problems by field.</summary>
    /// <param name="present">The one it replaces; null for a new one.</param>
    public Subscription? Read(SubscriptionBody body, Subscription? present, out IDictionary<string, string[]> problems)
    {
        var found = new Problems();
        found.Check("name", NameProblem(body.Name));
        found.Check("eventType", EventTypeProblem(body.EventType));
        CheckTemplates(found, body.TitleTemplate, body.BodyTemplate);
        var conditions = ReadConditions(found, body.Conditions ?? []);
        var target = ReadTarget(found, body, present);
        problems = found.ByField;
        var now = clock.GetUtcNow();
        return found.Any ? null : new Subscription
        {
            Id = present?.Id ?? Guid.CreateVersion7(now),
            Name = body.Name!.Trim(),
            Enabled = body.Enabled ?? true,
            EventType = body.EventType!,
            Conditions = conditions,
            Channel = body.Channel!,
            Target = target,
            TitleTemplate = body.TitleTemplate!,
            BodyTemplate = body.BodyTemplate ?? "",
            CreatedAt = present?.CreatedAt ?? now,
            ChangedAt = now,
        };
    }

    /// <summary>Problems of templates to preview, by field; empty for none.</summary>
    public static IDictionary<string, string[]> Check(PreviewBody body)
    {
        var found = new Problems();
        found.Check("eventType", EventTypeProblem(body.EventType));
        CheckTemplates(found, body.TitleTemplate, body.BodyTemplate);
        return found.ByField;
    }

    private static string? NameProblem(string? name) =>
        string.IsNullOrWhiteSpace(name) ? "Give it a name, e.g. Failed payments to the shop team."
        : name.Length > LongestName ? $"A name may have at most {LongestName} characters."
        : name.Any(char.IsControl) ? "A name must not contain control characters."
        : null;

    private static string? EventTypeProblem(string? type) =>
        type is Subscription.AnyEvent || ContractCatalog.DomainEvents.Any(known => string.Equals(known.Name, type, StringComparison.Ordinal)) ? null
        : $"'{type}' is not an event type. Use one of: {EventTypes}; or {Subscription.AnyEvent} for any.";

    private static void CheckTemplates(Problems found, string? title, string? body)
    {
        found.Check("titleTemplate", string.IsNullOrWhiteSpace(title) ? "Give it a title, e.g. {{ name }} from {{ event.metadata.source }}." : TemplateProblem(title));
        found.Check("bodyTemplate", TemplateProblem(body ?? ""));
    }

    private static string? TemplateProblem(string template) =>
        template.Contains('\0', StringComparison.Ordinal) ? "A template must not contain the character U+0000." : EventTemplate.Problem(template);

    private static List<Condition> ReadConditions(Problems found, IReadOnlyList<ConditionInput> inputs)
    {
        found.Check("conditions", inputs.Count > MostConditions ? $"At most {MostConditions} conditions; make several subscriptions instead." : null);
        var conditions = new List<Condition>();
        for (var at = 0; at < inputs.Count; at++)
        {
            var problem = "A condition must be an object with field, operator and value.";
            if (inputs[at]?.Read(out problem) is { } condition)
            {
                conditions.Add(condition);
            }

            found.Check($"conditions[{at}]", problem);
        }

        return conditions;
    }

    private string? ReadTarget(Problems found, SubscriptionBody body, Subscription? present)
    {
        if (channels.Find(body.Channel) is not { } channel)
        {
            found.Check("channel", $"'{body.Channel}' is not a channel. Use one of: {channels.Names}.");
            return null;
        }

        if (channel.Name is InAppChannel.ChannelName && !string.IsNullOrWhiteSpace(body.Target))
        {
            found.Check("target", "In-app notifications have no target: leave it out.");
            return null;
        }

        // What was read from the API can be sent back as it is, although secrets are masked there.
        var isUnchanged = present is not null && string.Equals(present.Channel, channel.Name, StringComparison.Ordinal) && body.Target is not null
            && string.Equals(body.Target, channel.Mask(present.Target), StringComparison.Ordinal);
        var target = channel.Resolve(isUnchanged ? present!.Target : body.Target, out var problem);
        found.Check("target", problem);

        // No target stays none: the default it stands for may change.
        return string.IsNullOrWhiteSpace(body.Target) ? null : target;
    }

    private sealed class Problems
    {
        private readonly Dictionary<string, string[]> _byField = new(StringComparer.Ordinal);

        public bool Any => _byField.Count > 0;

        public IDictionary<string, string[]> ByField => _byField;

        public void Check(string field, string? problem)
        {
            if (problem is not null)
            {
                _byField[field] = [problem];
            }
        }
    }
}
