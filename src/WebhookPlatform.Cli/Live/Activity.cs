using System.Globalization;
using System.Text.Json;

namespace WebhookPlatform.Cli.Live;

/// <summary>One line of what the platform did. Every field may be missing: the tool may be older or newer than the dashboard.</summary>
/// <param name="Id">Tells activities apart.</param>
/// <param name="At">When it happened.</param>
/// <param name="Kind">The kind of activity, such as an event or an effect of one.</param>
/// <param name="Type">The domain event or effect.</param>
/// <param name="Source">The source's name.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Summary">The same in more words.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Recovered">Whether it was not sent but found at the provider.</param>
/// <param name="Json">The activity as it came.</param>
public sealed record Activity(string? Id, DateTimeOffset? At, string? Kind, string? Type, string? Source, string? Title, string? Summary, string? Outcome, bool Recovered, string Json)
{
    /// <summary>Reads the activities out of a frame of the live stream; none when it has none or cannot be read.</summary>
    public static IReadOnlyList<Activity> ReadFrame(string frame)
    {
        try
        {
            using var document = JsonDocument.Parse(frame);
            return document.RootElement.ValueKind is JsonValueKind.Object
                && document.RootElement.TryGetProperty("activities", out var activities)
                && activities.ValueKind is JsonValueKind.Array
                    ? [.. activities.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.Object).Select(Read)]
                    : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static Activity Read(JsonElement item) => new(
        Text(item, "id"), Time(Text(item, "at")), Text(item, "kind"), Text(item, "type"), Text(item, "source"),
        Text(item, "title"), Text(item, "summary"), Text(item, "outcome"), Text(item, "recovered") is "true", item.GetRawText());

    private static string? Text(JsonElement item, string name) => !item.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
