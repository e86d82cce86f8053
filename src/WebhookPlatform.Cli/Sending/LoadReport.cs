using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebhookPlatform.Cli.Sending;

/// <summary>What came of a run.</summary>
/// <param name="Requested">How many webhooks were to be sent.</param>
/// <param name="Sent">How many were sent; fewer when interrupted.</param>
/// <param name="Accepted">How many were answered 2xx, duplicates included.</param>
/// <param name="Duplicates">How many the gateway called duplicates.</param>
/// <param name="Retries">How many attempts came on top of the first ones.</param>
/// <param name="Outcomes">How many ended with which status code or error.</param>
/// <param name="LatencyMs">In milliseconds.</param>
/// <param name="MeasuredFromSchedule">True when latency counts from the moment the rate intended the webhook to be sent (corrected for coordinated omission), false when from the actual sending.</param>
/// <param name="ElapsedSeconds">From the first sending to the last answer.</param>
/// <param name="ThroughputPerSecond">Answers by elapsed time.</param>
public sealed record LoadReport(
    int Requested,
    int Sent,
    int Accepted,
    int Duplicates,
    int Retries,
    IReadOnlyDictionary<string, int> Outcomes,
    LatencySummary LatencyMs,
    bool MeasuredFromSchedule,
    double ElapsedSeconds,
    double ThroughputPerSecond)
{
    /// <summary>Everything asked for was sent and answered 2xx.</summary>
    public bool Succeeded => Accepted == Requested;

    public string ToJson() => JsonSerializer.Serialize(this, LoadReportJson.Default.LoadReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LoadReport))]
internal sealed partial class LoadReportJson : JsonSerializerContext;
