using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>What a document has at the places of a <see cref="JsonFields"/>. A value that is missing, or of another kind than asked for, is null.</summary>
public readonly ref struct JsonValues
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly JsonToken[]? _tokens;

    internal JsonValues(ReadOnlySpan<byte> json, JsonToken[] tokens)
    {
        _json = json;
        _tokens = tokens;
    }

    /// <summary>Whether the bytes were a JSON document; otherwise every value is null.</summary>
    public bool IsReadable => _tokens is not null;

    /// <summary>A string, unescaped, with bytes that are not UTF-8 replaced; a number or boolean as written.</summary>
    public string? Text(JsonField field)
    {
        var token = Token(field);
        switch (token.Kind)
        {
            case JsonTokenType.String:
                return Unescape(_json.Slice(token.Start, token.Length));
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                return Encoding.UTF8.GetString(_json.Slice(token.Start, token.Length));
            default:
                return null;
        }
    }

    /// <summary>Writes what <see cref="Text"/> gives in UTF-8, nothing where that is null.</summary>
    /// <returns>How many bytes were written.</returns>
    public int CopyText(JsonField field, Span<byte> destination)
    {
        var token = Token(field);
        var raw = token.Kind is JsonTokenType.String ? _json.Slice(token.Start + 1, token.Length - 2)
            : token.Kind is JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False ? _json.Slice(token.Start, token.Length)
            : default;
        if (!Ascii.IsValid(raw) || raw.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetBytes(Text(field), destination);
        }

        raw.CopyTo(destination);
        return raw.Length;
    }

    /// <summary>A text fit to be an id, a type or another short name, see <see cref="CleanText.Name"/>.</summary>
    public string? Name(JsonField field) => CleanText.Name(Text(field));

    /// <summary>A whole number that fits 64 bits, written plainly (<c>4200</c>, also in quotes; not <c>4200.0</c> or <c>4.2e3</c>).</summary>
    public long? WholeNumber(JsonField field)
    {
        var token = Token(field);
        var digits = token.Kind switch
        {
            JsonTokenType.Number => _json.Slice(token.Start, token.Length),
            JsonTokenType.String => _json.Slice(token.Start + 1, token.Length - 2),
            _ => default,
        };
        return Utf8Parser.TryParse(digits, out long value, out var consumed) && consumed == digits.Length ? value : null;
    }

    /// <summary>Whether the value is <c>true</c>.</summary>
    public bool IsTrue(JsonField field) => Token(field).Kind == JsonTokenType.True;

    /// <summary>Whether the value is there, and <c>null</c>.</summary>
    public bool IsNull(JsonField field) => Token(field).Kind == JsonTokenType.Null;

    /// <summary>A time, see <see cref="PayloadTime"/>, in UTC.</summary>
    public DateTimeOffset? Time(JsonField field) => PayloadTime.Parse(Text(field));

    /// <summary>The value as it stands in the document, strings in their quotes; empty when it is missing.</summary>
    public ReadOnlySpan<byte> Raw(JsonField field)
    {
        var token = Token(field);
        return token.Kind == JsonTokenType.None ? default : _json.Slice(token.Start, token.Length);
    }

    /// <summary>The items of an array; none when the value is something else.</summary>
    public JsonItems Items(JsonField field)
    {
        var token = Token(field);
        return new JsonItems(token.Kind == JsonTokenType.StartArray ? _json.Slice(token.Start, token.Length) : default);
    }

    private JsonToken Token(JsonField field) => _tokens is null ? default : _tokens[field.Index];

    private static string? Unescape(ReadOnlySpan<byte> quoted)
    {
        var text = quoted[1..^1];
        if (!text.Contains((byte)'\\'))
        {
            return CleanText.Free(Encoding.UTF8.GetString(text));
        }

        try
        {
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            return CleanText.Free(reader.GetString()!);
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair: not text.
            return null;
        }
    }
}

/// <summary>Walks over an array's items, each a JSON document of its own. For <c>foreach</c>.</summary>
public ref struct JsonItems
{
    private readonly ReadOnlySpan<byte> _array;
    private Utf8JsonReader _reader;

    internal JsonItems(ReadOnlySpan<byte> array)
    {
        _array = array;
        _reader = new Utf8JsonReader(array, JsonFields.ReaderOptions);
        if (!array.IsEmpty)
        {
            _reader.Read();
        }
    }

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly JsonItems GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_array.IsEmpty || !_reader.Read() || _reader.TokenType == JsonTokenType.EndArray)
        {
            return false;
        }

        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        Current = _array[start..(int)_reader.BytesConsumed];
        return true;
    }
}
