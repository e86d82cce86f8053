using System.Globalization;
using System.Text.Json;

namespace WebhookPlatform.Messaging.Events;

/// <summary>A condition on one field of an event. Several in a list must all hold.</summary>
/// <param name="Field">Dotted path, e.g. <c>amount.minorUnits</c>, <c>metadata.source</c>, <c>repository</c>.</param>
/// <param name="Operator">How to compare.</param>
/// <param name="Value">What to compare with, as text; for <see cref="ConditionOperator.In"/> separated by commas; not used by <see cref="ConditionOperator.Exists"/>.</param>
public sealed record Condition(string Field, ConditionOperator Operator, string? Value = null)
{
    /// <summary>Whether it holds for <paramref name="document"/>. A field that is missing satisfies only <see cref="ConditionOperator.NotEquals"/>.</summary>
    public bool Holds(EventDocument document)
    {
        var field = document.Field(Field);
        if (field is not { } value || value.ValueKind is JsonValueKind.Null)
        {
            return Operator is ConditionOperator.NotEquals;
        }

        var text = Text(value);
        return Operator switch
        {
            ConditionOperator.Exists => true,
            ConditionOperator.Equals => string.Equals(text, Value, StringComparison.OrdinalIgnoreCase),
            ConditionOperator.NotEquals => !string.Equals(text, Value, StringComparison.OrdinalIgnoreCase),
            ConditionOperator.Contains => text.Contains(Value ?? "", StringComparison.OrdinalIgnoreCase),
            ConditionOperator.StartsWith => text.StartsWith(Value ?? "", StringComparison.OrdinalIgnoreCase),
            ConditionOperator.In => (Value ?? "").Split(',', StringSplitOptions.TrimEntries).Contains(text, StringComparer.OrdinalIgnoreCase),
            ConditionOperator.GreaterThan => Compare(text) > 0,
            ConditionOperator.AtLeast => Compare(text) >= 0,
            ConditionOperator.LessThan => Compare(text) < 0,
            ConditionOperator.AtMost => Compare(text) <= 0,
            _ => false,
        };
    }

    /// <summary>What is wrong with it, as a sentence; null when it can be used.</summary>
    public string? Problem()
    {
        if (string.IsNullOrWhiteSpace(Field) || Field.Length > 200)
        {
            return "A condition needs a field of at most 200 characters, e.g. amount.minorUnits.";
        }

        if (Operator is not ConditionOperator.Exists && Value is null)
        {
            return $"The condition on {Field} needs a value.";
        }

        return Operator is ConditionOperator.GreaterThan or ConditionOperator.AtLeast or ConditionOperator.LessThan or ConditionOperator.AtMost && !Number(Value!, out _)
            ? $"The condition on {Field} compares numbers, but its value is not one."
            : null;
    }

    // NaN compares as neither greater nor less, so text that is no number satisfies nothing.
    private double Compare(string text) => Number(text, out var left) && Number(Value ?? "", out var right) ? left.CompareTo(right) : double.NaN;

    private static bool Number(string text, out decimal number) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static string Text(JsonElement value) => value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
}

/// <summary>How a condition compares. Text compares without case; order compares numbers.</summary>
public enum ConditionOperator
{
    Equals,
    NotEquals,
    Contains,
    StartsWith,
    In,
    Exists,
    GreaterThan,
    AtLeast,
    LessThan,
    AtMost,
}
