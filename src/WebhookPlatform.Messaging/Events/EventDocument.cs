using System.Globalization;
using System.Text.Json;
using WebhookPlatform.Contracts;

namespace WebhookPlatform.Messaging.Events;

/// <summary>A domain event as a JSON document, for rules and templates that name its fields.</summary>
public sealed class EventDocument
{
    private readonly Lazy<JsonElement> _root;

    private EventDocument(IDomainEvent domainEvent, ReadOnlyMemory<byte> json)
    {
        Name = domainEvent.GetType().Name;
        Event = domainEvent;
        _root = new Lazy<JsonElement>(() => json.IsEmpty ? JsonSerializer.SerializeToElement(Event, ContractCatalog.Find(Name)!) : JsonElement.Parse(json.Span));
    }

    /// <summary>Contract name, e.g. <c>PaymentCompleted</c>.</summary>
    public string Name { get; }

    public IDomainEvent Event { get; }

    /// <summary>The event as it travels: camel case, <c>metadata</c> included.</summary>
    public JsonElement Root => _root.Value;

    /// <param name="json">The event as it came, UTF-8 JSON; empty: it is written when somebody wants it.</param>
    public static EventDocument Of(IDomainEvent domainEvent, ReadOnlyMemory<byte> json = default) => new(domainEvent, json);

    /// <summary>The value at a dotted path (<c>amount.minorUnits</c>, <c>metadata.source</c>), names without case, array items by number; null where there is none.</summary>
    public JsonElement? Field(string path)
    {
        var current = Root;
        foreach (var part in path.Split('.'))
        {
            if (Step(current, part) is not { } next)
            {
                return null;
            }

            current = next;
        }

        return current;
    }

    private static JsonElement? Step(JsonElement from, string part)
    {
        switch (from.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in from.EnumerateObject())
                {
                    if (string.Equals(property.Name, part, StringComparison.OrdinalIgnoreCase))
                    {
                        return property.Value;
                    }
                }

                return null;
            case JsonValueKind.Array when int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < from.GetArrayLength():
                return from[at];
            default:
                return null;
        }
    }
}
