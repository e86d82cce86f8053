using System.Text.Json;
using System.Text.Json.Serialization;

namespace WebhookPlatform.Simulators.Outages;

/// <summary>
/// What an outage did. Every event is either received (<see cref="FirstTry"/> or <see cref="Late"/>), <see cref="Lost"/> or
/// <see cref="Pending"/>. Moments are virtual time since the beginning; in JSON all times are numbers of seconds.
/// </summary>
public sealed record OutageReport
{
    internal OutageReport(DeliveryPolicy policy) => Policy = policy;

    [JsonIgnore]
    public DeliveryPolicy Policy { get; }

    public string Provider => Policy.Provider;

    /// <summary>False when nothing is known of the provider's policy, so that all of this rests on an assumption.</summary>
    public bool IsPolicyKnown => Policy.IsKnown;

    [JsonPropertyName("simulatedSeconds")]
    public required TimeSpan Simulated { get; init; }

    /// <summary>The simulation was interrupted.</summary>
    public required bool EndedEarly { get; init; }

    public required double EventsPerHour { get; init; }

    /// <summary>Events that happened at the provider.</summary>
    public required int Events { get; init; }

    /// <summary>Received with the first attempt, at once.</summary>
    public required int FirstTry { get; init; }

    /// <summary>Received with a later attempt, or after waiting in line.</summary>
    public required int Late { get; init; }

    /// <summary>Never received, and the provider will not try again.</summary>
    public required int Lost { get; init; }

    /// <summary>Not received at the end, and the provider still tries.</summary>
    public required int Pending { get; init; }

    /// <summary>Lost because all attempts that the provider makes failed.</summary>
    public required int GivenUp { get; init; }

    /// <summary>Lost because of a kind of failure after which the provider does not try again.</summary>
    public required int Refused { get; init; }

    /// <summary>Lost because the provider had turned the endpoint off.</summary>
    public required int EndpointOff { get; init; }

    public required int Attempts { get; init; }

    public required int Retries { get; init; }

    public required int FailedAttempts { get; init; }

    /// <summary>Times an event was received that had been received before, because its answer came too late.</summary>
    public required int Duplicates { get; init; }

    /// <summary>Times the receiver said that it had the event before; scripted receivers never say so.</summary>
    public required int Recognized { get; init; }

    /// <summary>Events that were received although the provider holds them for failed.</summary>
    public required int Unacknowledged { get; init; }

    /// <summary>How late the median of the late events was; null when none was.</summary>
    [JsonPropertyName("latenessMedianSeconds")]
    public required TimeSpan? LatenessMedian { get; init; }

    /// <summary>How late the latest event was.</summary>
    [JsonPropertyName("latenessMaxSeconds")]
    public required TimeSpan? LatenessMax { get; init; }

    /// <summary>When the last late event was received.</summary>
    [JsonPropertyName("caughtUpAtSeconds")]
    public required TimeSpan? CaughtUpAt { get; init; }

    /// <summary>When the provider was first done with an event that was never received.</summary>
    [JsonPropertyName("firstLossAtSeconds")]
    public required TimeSpan? FirstLossAt { get; init; }

    /// <summary>When the first lost event happened: from here on to <see cref="LostUntil"/> there is something to recover.</summary>
    [JsonPropertyName("lostFromSeconds")]
    public required TimeSpan? LostFrom { get; init; }

    /// <summary>When the last lost event happened.</summary>
    [JsonPropertyName("lostUntilSeconds")]
    public required TimeSpan? LostUntil { get; init; }

    /// <summary>When the provider turned the endpoint off for good; null when it did not.</summary>
    [JsonPropertyName("disabledAtSeconds")]
    public required TimeSpan? DisabledAt { get; init; }

    /// <summary>How often the provider paused the endpoint for a while.</summary>
    public required int Pauses { get; init; }

    [JsonPropertyName("stepSeconds")]
    public required TimeSpan StepLength { get; init; }

    /// <summary>The course of it, in steps of <see cref="StepLength"/>.</summary>
    public required IReadOnlyList<OutageStep> Steps { get; init; }

    /// <summary>Received at all.</summary>
    public int Received => FirstTry + Late;

    /// <summary>Nothing was lost and the endpoint is still on.</summary>
    public bool NothingLost => Lost == 0 && DisabledAt is null;

    public string ToJson() => JsonSerializer.Serialize(this, OutageReportJson.Default.OutageReport);
}

/// <summary>What happened in one step of the timeline.</summary>
/// <param name="At">The step's beginning.</param>
/// <param name="Received">Times an event was received, duplicates included.</param>
/// <param name="Failed">Attempts that failed for the provider.</param>
/// <param name="Retried">Attempts that were not an event's first.</param>
/// <param name="Lost">Events that the provider was done with and that were never received.</param>
public sealed record OutageStep([property: JsonPropertyName("atSeconds")] TimeSpan At, int Received, int Failed, int Retried, int Lost);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(SecondsConverter)])]
[JsonSerializable(typeof(OutageReport))]
internal sealed partial class OutageReportJson : JsonSerializerContext;

/// <summary>Durations as numbers of seconds.</summary>
internal sealed class SecondsConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TimeSpan.FromSeconds(reader.GetDouble());

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(Math.Round(value.TotalSeconds, 3));
}
