using System.Text.Json;
using System.Text.Json.Serialization;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.Dashboard.Live;

/// <summary>A frame on its way to many clients: written as JSON once, however many there are.</summary>
[JsonConverter(typeof(WrittenOnce))]
public sealed class LiveUpdate(LiveFrame frame)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly Lazy<byte[]> _json = new(() => JsonSerializer.SerializeToUtf8Bytes(frame, Web));

    public LiveFrame Frame => frame;

    /// <summary>The frame as UTF-8 JSON without line breaks.</summary>
    public ReadOnlyMemory<byte> Json => _json.Value;

    /// <summary>One update that tells what both tell, for a client that was too slow to take the first.</summary>
    public LiveUpdate Then(LiveUpdate newer) => new(newer.Frame with
    {
        Activities = Join(newer.Frame.Activities, frame.Activities, line => line.Id),
        Alerts = Join(newer.Frame.Alerts, frame.Alerts, alert => alert.Id),
        PaymentsChanged = newer.Frame.PaymentsChanged || frame.PaymentsChanged,
    });

    private static List<T> Join<T>(IReadOnlyList<T> newer, IReadOnlyList<T> older, Func<T, Guid> id) =>
        [.. newer.Concat(older).DistinctBy(id).Take(DashboardQueries.ShortList)];

    private sealed class WrittenOnce : JsonConverter<LiveUpdate>
    {
        public override LiveUpdate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<LiveFrame>(ref reader, Web)!);

        public override void Write(Utf8JsonWriter writer, LiveUpdate value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Json.Span, skipInputValidation: true);
    }
}
