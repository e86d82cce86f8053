using System.Text.Json;
using WebhookPlatform.Gateway.Ingress;

namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>Whether a body says that it is of test mode or of live mode, whose secrets differ at most providers. Nothing proves it: only for words.</summary>
internal static class TestMode
{
    private static readonly string[] Live = ["livemode", "live_mode", "liveMode", "live"];
    private static readonly string[] Test = ["test_mode", "testMode", "is_test", "isTest", "sandbox", "test"];
    private static readonly string[] Mode = ["mode", "environment", "env", "domain"];
    private static readonly string[] Places = ["data", "meta", "attributes", "object", "event"];

    /// <param name="Field">What says so, e.g. <c>livemode is false</c>; only words of this list.</param>
    public readonly record struct Said(bool IsTest, string Field);

    public static Said? Of(RawRequest request)
    {
        if (request.Body.Span.TrimStart(" \r\n\t"u8) is not [(byte)'{', ..])
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(request.Body);
            return In(json.RootElement, depth: 0);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Said? In(JsonElement json, int depth)
    {
        foreach (var name in Live)
        {
            if (Truth(json, name) is { } isLive)
            {
                return new Said(!isLive, $"{name} is {(isLive ? "true" : "false")}");
            }
        }

        foreach (var name in Test)
        {
            if (Truth(json, name) is { } isTest)
            {
                return new Said(isTest, $"{name} is {(isTest ? "true" : "false")}");
            }
        }

        foreach (var name in Mode)
        {
            if (json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String && Named(value.GetString()!) is { } mode)
            {
                return new Said(mode.IsTest, $"{name} is {mode.Name}");
            }
        }

        return depth == 2 ? null : Places
            .Where(place => json.TryGetProperty(place, out var inner) && inner.ValueKind is JsonValueKind.Object)
            .Select(place => In(json.GetProperty(place), depth + 1))
            .FirstOrDefault(said => said is not null);
    }

    private static bool? Truth(JsonElement json, string name) => !json.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => bool.TryParse(value.GetString(), out var truth) ? truth : null,
        _ => null,
    };

    private static (string Name, bool IsTest)? Named(string mode) => mode.ToLowerInvariant() switch
    {
        "test" or "testing" => ("test", true),
        "sandbox" => ("sandbox", true),
        "live" => ("live", false),
        "production" or "prod" => ("production", false),
        _ => null,
    };
}
