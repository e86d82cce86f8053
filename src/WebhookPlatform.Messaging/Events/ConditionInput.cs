using System.Text.Json;

namespace WebhookPlatform.Messaging.Events;

/// <summary>A condition as operators send it: anything may be missing or misspelt, and numbers may stand without quotes.</summary>
public sealed record ConditionInput(string? Field = null, string? Operator = null, JsonElement? Value = null)
{
    private static readonly string Operators = string.Join(", ", Enum.GetNames<ConditionOperator>().Select(JsonNamingPolicy.CamelCase.ConvertName));

    /// <summary>The condition, or null and what to fix.</summary>
    public Condition? Read(out string? problem)
    {
        if (!Enum.TryParse<ConditionOperator>(Operator, ignoreCase: true, out var comparison) || !Enum.IsDefined(comparison))
        {
            problem = $"'{Operator}' is not an operator. Use one of: {Operators}.";
            return null;
        }

        if (Value is { ValueKind: JsonValueKind.Object or JsonValueKind.Array })
        {
            problem = $"The value of the condition on {Field} must be a text, a number, true or false; several for 'in' are one text separated by commas.";
            return null;
        }

        var value = Value switch
        {
            null or { ValueKind: JsonValueKind.Null } => null,
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            { } other => other.GetRawText(),
        };
        var condition = new Condition(Field ?? "", comparison, value);
        problem = condition.Problem() ?? (IsStorable(condition) ? null : "A condition must not contain the character U+0000, and its value may have at most 1,000 characters.");
        return problem is null ? condition : null;
    }

    // PostgreSQL's text and jsonb cannot hold U+0000.
    private static bool IsStorable(Condition condition) =>
        !condition.Field.Contains('\0', StringComparison.Ordinal) && condition.Value is not { Length: > 1000 } && condition.Value?.Contains('\0', StringComparison.Ordinal) is not true;
}
