using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WebhookPlatform.Simulators.Payloads;

/// <summary>Bodies whose proof is one of their own values.</summary>
internal static class JsonBody
{
    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="ArgumentException">The body is no JSON object.</exception>
    public static JsonObject Parse(byte[] body, string provider)
    {
        try
        {
            if (JsonNode.Parse(body) is JsonObject json)
            {
                return json;
            }
        }
        catch (JsonException)
        {
            // It is none, as is said below.
        }

        throw new ArgumentException($"The body has to be a JSON object: {provider} puts its proof into it.", nameof(body));
    }

    public static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json, Written);

    /// <summary>A value as text; empty where there is none.</summary>
    public static string TextOf(JsonNode? node) => node is null ? "" : node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node.ToJsonString(Written);

    /// <summary>The objects of an array.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static IReadOnlyList<JsonObject> Items(JsonObject json, string name, string provider) =>
        json[name] is JsonArray array && array.OfType<JsonObject>().ToList() is { Count: > 0 } items && items.Count == array.Count
            ? items
            : throw new ArgumentException($"The body has to have objects in '{name}': {provider} puts its proof into each of them.", nameof(json));
}
