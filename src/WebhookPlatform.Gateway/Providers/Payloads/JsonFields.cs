using System.Globalization;
using System.Text;
using System.Text.Json;

namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>
/// The places of a JSON document that somebody wants to read, found in one pass without building a document.
/// Fields are added while it is made; after that it may be read from many threads at once.
/// Of repeated names the last one counts, as in browsers and most servers.
/// </summary>
public sealed class JsonFields
{
    /// <summary>Deepest nesting that is read; a deeper document is unreadable.</summary>
    public const int MaxDepth = 128;

    private readonly Node _root = new("");
    private int _count;

    internal static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>Adds a place: dotted names, array items by number, e.g. <c>data.items.0.id</c>; empty for the whole document. The same place may be added again.</summary>
    public JsonField Add(string path) => AddAt(path.Length == 0 ? [] : path.Split('.'));

    /// <summary>Likewise, by the names on the way, for those that have dots themselves, e.g. <c>@odata.type</c>.</summary>
    public JsonField AddAt(params ReadOnlySpan<string> names)
    {
        var node = _root;
        foreach (var name in names)
        {
            var child = node.Children.Find(c => string.Equals(c.Name, name, StringComparison.Ordinal));
            if (child is null)
            {
                child = new Node(name);
                node.Children.Add(child);
            }

            node = child;
        }

        if (node.Field < 0)
        {
            node.Field = _count++;
        }

        return new JsonField(node.Field);
    }

    /// <summary>Reads a document; <see cref="JsonValues.IsReadable"/> tells whether it was one. Never throws.</summary>
    public JsonValues Read(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith(Encoding.UTF8.Preamble))
        {
            json = json[Encoding.UTF8.Preamble.Length..];
        }

        var tokens = new JsonToken[_count];
        try
        {
            var reader = new Utf8JsonReader(json, ReaderOptions);
            reader.Read();
            Walk(ref reader, _root, tokens);
            while (reader.Read())
            {
                // Anything after the document makes the reader throw.
            }

            return new JsonValues(json, tokens);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how the reader reports a name that is not Unicode.
            return default;
        }
    }

    private static void Walk(ref Utf8JsonReader reader, Node node, JsonToken[] tokens)
    {
        var kind = reader.TokenType;
        var start = (int)reader.TokenStartIndex;
        node.Forget(tokens);
        if (node.Children.Count > 0 && kind == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var child = node.Named(ref reader);
                reader.Read();
                WalkOrSkip(ref reader, child, tokens);
            }
        }
        else if (node.Children.Count > 0 && kind == JsonTokenType.StartArray)
        {
            for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
            {
                WalkOrSkip(ref reader, node.At(index), tokens);
            }
        }
        else
        {
            reader.Skip();
        }

        if (node.Field >= 0)
        {
            tokens[node.Field] = new JsonToken(kind, start, (int)reader.BytesConsumed - start);
        }
    }

    private static void WalkOrSkip(ref Utf8JsonReader reader, Node? node, JsonToken[] tokens)
    {
        if (node is null)
        {
            reader.Skip();
        }
        else
        {
            Walk(ref reader, node, tokens);
        }
    }

    private sealed class Node(string name)
    {
        private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(name);
        private readonly int _index = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;

        public string Name => name;

        public List<Node> Children { get; } = [];

        public int Field { get; set; } = -1;

        public Node? Named(ref Utf8JsonReader reader)
        {
            // As a rule a name has no escapes and can be compared as it stands.
            foreach (var child in Children)
            {
                if (reader.ValueIsEscaped ? reader.ValueTextEquals(child._utf8) : reader.ValueSpan.SequenceEqual(child._utf8))
                {
                    return child;
                }
            }

            return null;
        }

        public Node? At(int position)
        {
            foreach (var child in Children)
            {
                if (child._index == position)
                {
                    return child;
                }
            }

            return null;
        }

        /// <summary>Drops what an earlier value of the same name had: the last one counts as a whole.</summary>
        public void Forget(JsonToken[] tokens)
        {
            if (Field >= 0)
            {
                tokens[Field] = default;
            }

            foreach (var child in Children)
            {
                child.Forget(tokens);
            }
        }
    }
}

/// <summary>One place of a <see cref="JsonFields"/>.</summary>
public readonly record struct JsonField(int Index);

/// <summary>Where a value stands in a document.</summary>
internal readonly record struct JsonToken(JsonTokenType Kind, int Start, int Length);
