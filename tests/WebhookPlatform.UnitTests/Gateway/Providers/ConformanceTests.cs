using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>
/// Runs a collection of signature vectors, most of them from the providers' own documentation and libraries, that is not part of this repository: its path is in the environment variable VECTORS.
/// Without it there is nothing to run, and the tests say so; the project's continuous integration sets it.
/// </summary>
public sealed class ConformanceTests
{
    private const string NotSet = "The environment variable VECTORS does not name a file of signature vectors.";

    private static readonly string? VectorsFile = Environment.GetEnvironmentVariable("VECTORS");

    /// <summary>Vectors by their provider's name in the file; how many of each there have to be at least, so that an empty or renamed file does not pass.</summary>
    private static readonly Dictionary<string, int> Expected = new(StringComparer.Ordinal)
    {
        ["stripe"] = 39,
        ["github"] = 23,
        ["razorpay"] = 13,
        ["slack"] = 14,
        ["standard_webhooks"] = 30,
        ["generic_hmac"] = 7,
        ["api_key"] = 3,
        ["bearer"] = 3,
    };

    public static TheoryData<string, string> Vectors => Cases(VectorsFile, IsCovered);

    public static TheoryData<string, string> SlackHandshakes => Cases(HandshakesFile, vector => ProviderOf(vector) is "slack");

    private static string? HandshakesFile => VectorsFile is { Length: > 0 } file ? Path.Combine(Path.GetDirectoryName(file)!, "handshakes.json") : null;

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Vector_is_judged_as_its_provider_judges_it(string provider, string name)
    {
        Assert.SkipWhen(string.IsNullOrEmpty(VectorsFile), NotSet);
        var vector = Load(VectorsFile!).Single(v => string.Equals(ProviderOf(v), provider, StringComparison.Ordinal) && string.Equals(NameOf(v), name, StringComparison.Ordinal));
        var source = SourceFor(vector);

        var verification = source.Provider.Verify(RequestOf(vector), source, NowOf(vector));

        Assert.Contains(verification.Failure, ReasonsOf(vector));
        Assert.Equal(vector.GetProperty("expect").GetString() is "valid", verification.IsValid);
    }

    [Fact]
    public void File_has_all_the_vectors_it_is_known_for()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(VectorsFile), NotSet);
        var counts = Load(VectorsFile!).Where(IsCovered).CountBy(ProviderOf).ToDictionary(StringComparer.Ordinal);

        Assert.All(Expected, expected => Assert.InRange(counts.GetValueOrDefault(expected.Key), expected.Value, int.MaxValue));
    }

    [Theory]
    [MemberData(nameof(SlackHandshakes))]
    public void Slack_handshake_is_answered_as_documented(string provider, string name)
    {
        Assert.SkipWhen(string.IsNullOrEmpty(VectorsFile), NotSet);
        var handshake = Load(HandshakesFile!).Single(h => string.Equals(ProviderOf(h), provider, StringComparison.Ordinal) && string.Equals(NameOf(h), name, StringComparison.Ordinal));
        var slack = new SlackProvider();
        var source = new Source { Name = "s", Provider = slack, Secrets = [new SourceSecret(handshake.GetProperty("secret").GetString()!)] };
        var request = RequestOf(handshake.GetProperty("request"));

        var answer = slack.AnswerUnsigned(request, source)
            ?? (slack.Verify(request, source, NowOf(handshake)).IsValid ? slack.AnswerSigned(request, source) : new HandshakeResponse(401));

        var expected = handshake.GetProperty("response");
        Assert.NotNull(answer);
        Assert.Equal((expected.GetProperty("status").GetInt32(), expected.GetProperty("body").GetString()), (answer.StatusCode, answer.Body));
        Assert.Equal(expected.TryGetProperty("headers", out var headers) ? headers.GetProperty("Content-Type").GetString() : null, answer.ContentType);
    }

    private static bool IsCovered(JsonElement vector) => ProviderOf(vector) switch
    {
        // The fourth one carries the token in the query, which no provider of ours does.
        "bearer" => vector.GetProperty("headers").TryGetProperty("Authorization", out _),
        var provider => Expected.ContainsKey(provider),
    };

    private static Source SourceFor(JsonElement vector)
    {
        var secrets = vector.TryGetProperty("secrets", out var several) ? several.EnumerateArray().Select(s => s.GetString()!) : [vector.GetProperty("secret").GetString()!];
        var name = ProviderOf(vector) switch
        {
            "standard_webhooks" => "standard-webhooks",
            "generic_hmac" => "hmac",
            "api_key" => "token",
            "bearer" => "minio",
            var same => same,
        };
        var source = new Source { Name = "s", Provider = ProviderCatalog.Find(name)!, Secrets = [.. secrets.Select(s => new SourceSecret(s))] };
        if (!vector.TryGetProperty("params", out var settings) || !settings.TryGetProperty("header", out var header))
        {
            return source;
        }

        source = source with { Header = header.GetString()! };
        return settings.TryGetProperty("alg", out var algorithm)
            ? source with
            {
                Hmac = new HmacSettings(
                    Enum.Parse<HmacAlgorithm>(algorithm.GetString()!, ignoreCase: true),
                    Enum.Parse<SignatureEncoding>(settings.GetProperty("enc").GetString()!, ignoreCase: true),
                    settings.GetProperty("prefix").GetString()!),
            }
            : source;
    }

    private static VerificationFailure?[] ReasonsOf(JsonElement vector) => vector.GetProperty("reason").GetString() switch
    {
        "ok" => [null],
        "signature_mismatch" => [VerificationFailure.SignatureMismatch],
        "token_mismatch" => [VerificationFailure.TokenMismatch],
        "missing_header" => [VerificationFailure.MissingHeader],
        "malformed_header" => [VerificationFailure.MalformedHeader],
        "no_supported_scheme" => [VerificationFailure.NoSupportedScheme],
        "stale_timestamp" => [VerificationFailure.StaleTimestamp],
        "future_timestamp" => [VerificationFailure.FutureTimestamp],
        "stale_or_malformed" => [VerificationFailure.StaleTimestamp, VerificationFailure.MalformedHeader],
        var other => throw new NotSupportedException($"The reason '{other}' is not known here."),
    };

    private static RawRequest RequestOf(JsonElement request)
    {
        var headers = new HeaderDictionary();
        foreach (var header in request.GetProperty("headers").EnumerateObject())
        {
            headers[header.Name] = header.Value.GetString();
        }

        return new RawRequest(request.GetProperty("method").GetString()!, "", headers, request.GetProperty("body_base64").GetBytesFromBase64());
    }

    private static DateTimeOffset NowOf(JsonElement vector) =>
        vector.GetProperty("now_unix") is { ValueKind: JsonValueKind.Number } now ? DateTimeOffset.FromUnixTimeSeconds(now.GetInt64()) : DateTimeOffset.UnixEpoch;

    private static string ProviderOf(JsonElement vector) => vector.GetProperty("provider").GetString()!;

    private static string NameOf(JsonElement vector) => vector.GetProperty("name").GetString()!;

    private static TheoryData<string, string> Cases(string? file, Func<JsonElement, bool> choose)
    {
        var cases = new TheoryData<string, string>();
        if (string.IsNullOrEmpty(file))
        {
            cases.Add("none", "VECTORS is not set");
            return cases;
        }

        foreach (var vector in Load(file).Where(choose))
        {
            cases.Add(ProviderOf(vector), NameOf(vector));
        }

        return cases;
    }

    private static List<JsonElement> Load(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return [.. document.RootElement.EnumerateArray().Select(element => element.Clone())];
    }
}
