using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Fluid;
using Fluid.Values;

namespace WebhookPlatform.Messaging.Events;

/// <summary>
/// Liquid templates over an event: <c>{{ event.repository }}</c>, <c>{{ event.amount | money }}</c>, <c>{{ name }}</c> for the contract's name.
/// Bounded in steps and depth, without access to files or .NET members.
/// </summary>
public static class EventTemplate
{
    private const int LongestTemplate = 10_000;
    private static readonly FluidParser Parser = new();
    private static readonly ConcurrentDictionary<string, IFluidTemplate> Parsed = new(StringComparer.Ordinal);
    private static readonly TemplateOptions Options = CreateOptions();

    /// <summary>What is wrong with a template, as a sentence; null when it can be used.</summary>
    public static string? Problem(string template) =>
        template.Length > LongestTemplate ? $"A template may have at most {LongestTemplate} characters."
        : Parser.TryParse(template, out _, out var error) ? null
        : $"The template is not valid Liquid: {error}";

    /// <summary>Renders <paramref name="template"/> for an event.</summary>
    /// <exception cref="FormatException">The template is not valid or takes too many steps.</exception>
    public static string Render(string template, EventDocument document)
    {
        var parsed = Parse(template);
        var context = new TemplateContext(Options);
        context.SetValue("event", Value(document.Root));
        context.SetValue("name", document.Name);
        try
        {
            return parsed.Render(context);
        }
        catch (InvalidOperationException tooMuch)
        {
            throw new FormatException(tooMuch.Message, tooMuch);
        }
    }

    private static IFluidTemplate Parse(string template)
    {
        if (Parsed.TryGetValue(template, out var known))
        {
            return known;
        }

        if (!Parser.TryParse(template, out var parsed, out var error))
        {
            throw new FormatException(error);
        }

        // Templates are few; a flood of changing ones must not fill the memory.
        if (Parsed.Count > 1000)
        {
            Parsed.Clear();
        }

        return Parsed.GetOrAdd(template, parsed);
    }

    private static TemplateOptions CreateOptions()
    {
        var options = new TemplateOptions { MaxSteps = 10_000, MaxRecursion = 20, CultureInfo = CultureInfo.InvariantCulture };
        options.Filters.AddFilter("money", (input, _, context) => new ValueTask<FluidValue>(MoneyAsync(input, context)));
        return options;
    }

    private static async Task<FluidValue> MoneyAsync(FluidValue input, TemplateContext context)
    {
        // Where an amount is optional and missing, there is nothing to write, not a zero.
        if (input.IsNil())
        {
            return input;
        }

        var minor = await input.GetValueAsync("minorUnits", context);
        var currency = (await input.GetValueAsync("currency", context)).ToStringValue();
        return new StringValue(MoneyText.Format((long)minor.ToNumberValue(), currency));
    }

    private static FluidValue Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new DictionaryValue(new FluidValueDictionaryFluidIndexable(element.EnumerateObject().ToDictionary(property => property.Name, property => Value(property.Value), StringComparer.OrdinalIgnoreCase))),
        JsonValueKind.Array => new ArrayValue([.. element.EnumerateArray().Select(Value)]),
        JsonValueKind.String => new StringValue(element.GetString()!),
        JsonValueKind.Number => NumberValue.Create(element.TryGetDecimal(out var number) ? number : (decimal)element.GetDouble()),
        JsonValueKind.True => BooleanValue.True,
        JsonValueKind.False => BooleanValue.False,
        _ => NilValue.Instance,
    };
}
