using System.Text;
using System.Text.Json;

namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>A document that is an array, as senders of batches write it.</summary>
public static class JsonArray
{
    private static readonly JsonFields Nothing = new();

    /// <summary>The items of the document, each a document of its own; false when it is no JSON array. Never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out JsonItems items)
    {
        if (json.StartsWith(Encoding.UTF8.Preamble))
        {
            json = json[Encoding.UTF8.Preamble.Length..];
        }

        var isArray = Nothing.Read(json).IsReadable && First(json) == JsonTokenType.StartArray;
        items = new JsonItems(isArray ? json : default);
        return isArray;
    }

    private static JsonTokenType First(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return reader.TokenType;
    }
}
