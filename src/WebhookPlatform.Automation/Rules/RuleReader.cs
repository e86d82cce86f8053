using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Contracts;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.ServiceDefaults.Outbound;

namespace WebhookPlatform.Automation.Rules;

/// <summary>What a valid <see cref="RuleInput"/> says.</summary>
public sealed record RuleContent(string Name, bool Enabled, string EventType, IReadOnlyList<Condition> Conditions, IReadOnlyList<RuleAction> Actions)
{
    /// <summary>Ids of the actions whose secret was made just now; it is shown in this answer and never again.</summary>
    public required IReadOnlySet<string> NewSecrets { get; init; }
}

/// <summary>Checks rules that come from outside; every error says in which field it is and what to do about it.</summary>
public sealed class RuleReader(OutboundGuard guard)
{
    public const int LongestName = 200;
    private const int MostConditions = 20;
    private const int MostActions = 10;

    private static readonly string[] EventTypes = [.. ContractCatalog.DomainEvents.Select(type => type.Name)];

    /// <summary>Reads a rule.</summary>
    /// <param name="known">The actions of the rule it replaces; empty for a new rule.</param>
    /// <returns>The content, or null when <paramref name="errors"/> has entries.</returns>
    public RuleContent? Read(RuleInput input, IReadOnlyList<RuleAction> known, out FieldErrors errors)
    {
        errors = new FieldErrors();
        var name = input.Name?.Trim() ?? "";
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl))
        {
            errors.Add("name", $"Give the rule a name of 1 to {LongestName} characters on one line.");
        }

        if (input.EventType is not Rule.AnyEvent && !EventTypes.Contains(input.EventType, StringComparer.Ordinal))
        {
            errors.Add("eventType", $"Use one of {string.Join(", ", EventTypes)}, or {Rule.AnyEvent} for every event.");
        }

        var conditions = Conditions(input.Conditions ?? [], errors);
        var actions = Actions(input.Actions ?? [], known, errors, out var newSecrets);
        return errors.Any ? null : new RuleContent(name, input.Enabled ?? true, input.EventType!, conditions, actions) { NewSecrets = newSecrets };
    }

    private static List<Condition> Conditions(IReadOnlyList<ConditionInput?> inputs, FieldErrors errors)
    {
        if (inputs.Count > MostConditions)
        {
            errors.Add("conditions", $"A rule can have at most {MostConditions} conditions.");
            return [];
        }

        var conditions = new List<Condition>();
        for (var at = 0; at < inputs.Count; at++)
        {
            if ((inputs[at] ?? new ConditionInput()).Read(out var problem) is { } condition)
            {
                conditions.Add(condition);
            }
            else
            {
                errors.Add($"conditions[{at}]", problem!);
            }
        }

        return conditions;
    }

    private List<RuleAction> Actions(IReadOnlyList<ActionInput?> inputs, IReadOnlyList<RuleAction> known, FieldErrors errors, out HashSet<string> newSecrets)
    {
        newSecrets = new HashSet<string>(StringComparer.Ordinal);
        if (inputs.Count is 0 or > MostActions)
        {
            errors.Add("actions", $"Give the rule 1 to {MostActions} actions.");
            return [];
        }

        var actions = new List<RuleAction>();
        for (var at = 0; at < inputs.Count; at++)
        {
            var reader = new ActionReader(guard, inputs[at] ?? new ActionInput(), $"actions[{at}]", errors);
            if (reader.Read(known) is { } action)
            {
                actions.Add(action);
                if (reader.MadeSecret)
                {
                    newSecrets.Add(action.Id);
                }
            }
        }

        if (actions.DistinctBy(action => action.Id, StringComparer.Ordinal).Count() < actions.Count)
        {
            errors.Add("actions", "Two actions have the same id; leave the id out of the new one.");
        }

        return actions;
    }
}

/// <summary>Errors by field, as RFC 9457 problems list them.</summary>
public sealed class FieldErrors
{
    private readonly Dictionary<string, string[]> _errors = new(StringComparer.Ordinal);

    public bool Any => _errors.Count > 0;

    public IDictionary<string, string[]> ByField => _errors;

    public void Add(string field, string error) => _errors[field] = _errors.TryGetValue(field, out var others) ? [.. others, error] : [error];
}
