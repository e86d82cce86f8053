using System.Globalization;
using System.Runtime.CompilerServices;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers.Mapping;

/// <summary>A <see cref="FieldMapping"/> made ready for reading: one pass over a body finds everything that any rule asks for.</summary>
public sealed class CompiledMapping
{
    // Sources are replaced when they change; a mapping is compiled once and goes when its source goes.
    private static readonly ConditionalWeakTable<FieldMapping, CompiledMapping> Compiled = [];

    private readonly JsonFields _fields = new();
    private readonly MappedValue? _eventId;
    private readonly MappedValue _eventType;
    private readonly MappedValue? _occurredAt;
    private readonly CompiledRule[] _rules;

    public CompiledMapping(FieldMapping mapping)
    {
        _eventId = mapping.EventIdField is { } id ? MappedValue.Of(_fields, id) : null;
        _eventType = MappedValue.Of(_fields, mapping.EventTypeField ?? "event|type");
        _occurredAt = mapping.OccurredAtField is { } time ? MappedValue.Of(_fields, time) : null;
        _rules = [.. mapping.Rules.Select(rule => new CompiledRule(_fields, rule))];
    }

    /// <summary>A mapping's compiled form.</summary>
    public static CompiledMapping Of(FieldMapping mapping) => Compiled.GetValue(mapping, static m => new CompiledMapping(m));

    /// <summary>Reads a body. Of the rules the first one that matches decides; when a field it requires is missing or of the wrong kind, there is no event.</summary>
    public Webhook Read(ReadOnlySpan<byte> body)
    {
        var json = _fields.Read(body);
        if (!json.IsReadable)
        {
            return Webhook.Unreadable;
        }

        EventDraft? draft = null;
        foreach (var rule in _rules)
        {
            if (rule.Matches(json))
            {
                draft = rule.Draft(json);
                break;
            }
        }

        return new Webhook(
            CleanText.Name(_eventId?.Text(json)),
            CleanText.Name(_eventType.Text(json)) ?? Webhook.UnknownType,
            PayloadTime.Parse(_occurredAt?.Text(json)),
            draft?.Subject,
            draft is null ? [] : [draft]);
    }

    private sealed class CompiledRule(JsonFields fields, MappingRule rule)
    {
        private readonly (MappedValue Value, string Expected)[] _when = [.. rule.When.Select(pair => (MappedValue.Of(fields, pair.Key), pair.Value))];
        private readonly MappableEvent? _event = MappableEvent.Find(rule.Event);
        private readonly Dictionary<string, MappedValue> _fields =
            rule.Fields.DistinctBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(pair => pair.Key, pair => MappedValue.Of(fields, pair.Value), StringComparer.OrdinalIgnoreCase);

        public bool Matches(in JsonValues json)
        {
            foreach (var (value, expected) in _when)
            {
                if (!string.Equals(value.Text(json), expected, StringComparison.Ordinal))
                {
                    return false;
                }
            }

            return true;
        }

        public EventDraft? Draft(in JsonValues json) => _event?.Draft(new MappedFields(json, _fields));
    }
}

/// <summary>What one configured path, or several alternatives, or a fixed text, gives.</summary>
internal sealed class MappedValue
{
    private readonly string? _fixed;
    private readonly JsonField[] _alternatives;

    private MappedValue(string? text, JsonField[] alternatives)
    {
        _fixed = text;
        _alternatives = alternatives;
    }

    public static MappedValue Of(JsonFields fields, string path) =>
        path.StartsWith('=') ? new MappedValue(path[1..], []) : new MappedValue(null, [.. path.Split('|', StringSplitOptions.TrimEntries).Select(fields.Add)]);

    public string? Text(in JsonValues json)
    {
        foreach (var field in _alternatives)
        {
            if (json.Text(field) is { } text)
            {
                return text;
            }
        }

        return _fixed;
    }

    public long? WholeNumber(in JsonValues json)
    {
        foreach (var field in _alternatives)
        {
            if (json.WholeNumber(field) is { } number)
            {
                return number;
            }
        }

        return long.TryParse(_fixed, NumberStyles.None, CultureInfo.InvariantCulture, out var fixedNumber) ? fixedNumber : null;
    }
}

/// <summary>A rule's fields in one body, by the names of the event's fields.</summary>
internal readonly ref struct MappedFields(JsonValues json, Dictionary<string, MappedValue> fields)
{
    private readonly JsonValues _json = json;

    public string? Text(string field) => fields.TryGetValue(field, out var value) ? value.Text(_json) : null;

    public string? Name(string field) => CleanText.Name(Text(field));

    public long? WholeNumber(string field) => fields.TryGetValue(field, out var value) ? value.WholeNumber(_json) : null;

    public DateTimeOffset? Time(string field) => PayloadTime.Parse(Text(field));

    /// <summary>What <c>Amount</c> and <c>Currency</c> say together.</summary>
    public Money? Money() => PayloadMoney.From(WholeNumber("Amount"), Text("Currency"));

    /// <summary>A field that is one of a few words, in any case; null for another.</summary>
    public string? Word(string field, params ReadOnlySpan<string> words)
    {
        var text = Text(field);
        foreach (var word in words)
        {
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return word;
            }
        }

        return null;
    }
}
