using System.Text.Json.Nodes;

namespace WebhookPlatform.UnitTests.Documentation;

/// <summary>
/// What in a new schema breaks who relies on the old one: consumers that read a field, and messages of before that are still in queues and outboxes.
/// Additions break nothing. A keyword that nobody has thought of here counts as breaking when it changes.
/// </summary>
internal static class BreakingChanges
{
    // They only tell people something.
    private static readonly string[] Annotations = ["$schema", "title", "description", "examples"];

    /// <param name="before">Schemas by name of the event.</param>
    /// <param name="after">Schemas by name of the event.</param>
    /// <returns>Sentences; none when nothing breaks.</returns>
    public static IEnumerable<string> Between(IReadOnlyDictionary<string, JsonObject> before, IReadOnlyDictionary<string, JsonObject> after) =>
        before.SelectMany(pair => after.TryGetValue(pair.Key, out var now) ? Between(pair.Value, now, pair.Key) : [$"{pair.Key} is gone: events are never removed or renamed."]);

    private static IEnumerable<string> Between(JsonObject before, JsonObject after, string path) =>
        before.Concat(after).Select(pair => pair.Key).Distinct(StringComparer.Ordinal).Except(Annotations, StringComparer.Ordinal)
            .SelectMany(keyword => keyword switch
            {
                "properties" => Properties(Object(before, keyword), Object(after, keyword), path),
                "required" => Required(before, after, path),
                "items" => Between(Object(before, keyword), Object(after, keyword), $"{path}[]"),
                "enum" => Names(before, keyword).Except(Names(after, keyword), StringComparer.Ordinal).Select(value => $"{path} can no longer be {value}."),
                _ => JsonNode.DeepEquals(before[keyword], after[keyword]) ? [] : [$"{path}: {keyword} was {Json(before[keyword])} and is {Json(after[keyword])}."],
            });

    private static IEnumerable<string> Properties(JsonObject before, JsonObject after, string path) =>
        before.SelectMany(field => after[field.Key] is JsonObject now
            ? Between(field.Value!.AsObject(), now, $"{path}.{field.Key}")
            : [$"{path}.{field.Key} is gone: fields are never removed or renamed."]);

    private static IEnumerable<string> Required(JsonObject before, JsonObject after, string path)
    {
        var (was, isNow) = (Names(before, "required"), Names(after, "required"));
        return isNow.Except(was, StringComparer.Ordinal).Select(field => $"{path}.{field} is required, but messages of before lack it: give it a default.")
            .Concat(was.Except(isNow, StringComparer.Ordinal).Where(field => Object(after, "properties").ContainsKey(field)).Select(field => $"{path}.{field} may be missing, but consumers rely on it."));
    }

    private static JsonObject Object(JsonObject schema, string keyword) => schema[keyword] as JsonObject ?? [];

    private static string[] Names(JsonObject schema, string keyword) => [.. (schema[keyword] as JsonArray ?? []).Select(name => (string)name!)];

    private static string Json(JsonNode? node) => node?.ToJsonString() ?? "absent";
}
