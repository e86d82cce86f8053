using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>The collection of signature vectors and handshakes that the environment variable VECTORS names, in the terms of this project.</summary>
internal static class Vectors
{
    public const string NotSet = "The environment variable VECTORS does not name a file of signature vectors.";

    private static readonly string? VectorsFile = Environment.GetEnvironmentVariable("VECTORS");

    /// <summary>Providers that go by another name here.</summary>
    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["standard_webhooks"] = "standard-webhooks",
        ["generic_hmac"] = "hmac",
        ["api_key"] = "token",
        ["basic_auth"] = "basic",
        ["lemonsqueezy"] = "lemon-squeezy",
        ["msgraph"] = "microsoft-graph",
        ["aws_sns"] = "aws-sns",
        ["eventgrid"] = "azure-event-grid",
    };

    public static bool AreThere => !string.IsNullOrEmpty(VectorsFile);

    public static IReadOnlyList<JsonElement> Signatures { get; } = Load(VectorsFile);

    public static IReadOnlyList<JsonElement> Handshakes { get; } = Load(AreThere ? Path.Combine(Path.GetDirectoryName(VectorsFile)!, "handshakes.json") : null);

    public static string ProviderOf(JsonElement vector) => Names.GetValueOrDefault(vector.GetProperty("provider").GetString()!, vector.GetProperty("provider").GetString()!);

    public static string NameOf(JsonElement vector) => vector.GetProperty("name").GetString()!;

    public static DateTimeOffset NowOf(JsonElement vector) =>
        vector.GetProperty("now_unix") is { ValueKind: JsonValueKind.Number } now ? DateTimeOffset.FromUnixTimeSeconds(now.GetInt64()) : DateTimeOffset.UnixEpoch;

    public static RawRequest RequestOf(JsonElement request)
    {
        var headers = new HeaderDictionary();
        foreach (var header in request.GetProperty("headers").EnumerateObject())
        {
            headers[header.Name] = header.Value.ValueKind is JsonValueKind.Array
                ? header.Value.EnumerateArray().Select(value => value.GetString()).ToArray()
                : header.Value.GetString();
        }

        var url = UrlOf(request) ?? "";
        var mark = url.IndexOf('?', StringComparison.Ordinal);
        return new RawRequest(request.GetProperty("method").GetString()!, mark < 0 ? "" : url[mark..], headers, request.GetProperty("body_base64").GetBytesFromBase64()) { Url = url };
    }

    /// <summary>The source that the vector's provider would have.</summary>
    public static Source SourceOf(JsonElement vector)
    {
        var secrets = vector.TryGetProperty("secrets", out var several) ? several.EnumerateArray().Select(s => s.GetString()!) : [vector.GetProperty("secret").GetString() ?? ""];
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var source = new Source { Name = "s", Provider = ProviderCatalog.Find(ProviderOf(vector))!, PublicUrl = UrlOf(vector) };
        if (vector.TryGetProperty("params", out var parameters))
        {
            source = WithParameters(source, parameters, settings);
        }

        switch (ProviderOf(vector))
        {
            // The tolerance of Mailgun's own library for Python, which made them.
            case "mailgun":
                source = source with { Tolerance = TimeSpan.FromMinutes(5) };
                break;

            // What these vectors call the secret is what the provider would give for the asking.
            case "aws-sns" or "plaid" or "paypal":
                secrets = [];
                break;
        }

        // A source of theirs always names its topics; vectors that do not are about something else.
        if (ProviderOf(vector) is "aws-sns" && !settings.ContainsKey("TopicArns"))
        {
            settings["TopicArns"] = TopicOf(vector) ?? "";
        }

        return source with { Secrets = [.. secrets.Where(s => s.Length > 0).Select(s => new SourceSecret(s))], Settings = settings };
    }

    /// <summary>Answers as the vector's provider would: with the certificate or key that the vector has for a secret.</summary>
    public static IProviderQueries QueriesOf(JsonElement vector) => new StandIn(vector.GetProperty("secret").GetString() ?? "");

    public static VerificationFailure?[] ReasonsOf(JsonElement vector) => vector.GetProperty("reason").GetString() switch
    {
        "ok" or "unsigned_fetch_back" => [null],
        "signature_mismatch" or "body_hash_mismatch" => [VerificationFailure.SignatureMismatch],
        "token_mismatch" => [VerificationFailure.TokenMismatch],
        "missing_header" or "missing_signature" or "missing_token" or "missing_body_hash" => [VerificationFailure.MissingHeader],
        "malformed_header" => [VerificationFailure.MalformedHeader],
        "malformed_signature" => [VerificationFailure.MalformedHeader, VerificationFailure.SignatureMismatch],
        "missing_body" => [VerificationFailure.MalformedHeader, VerificationFailure.SignatureMismatch],
        "no_supported_scheme" or "bad_alg" => [VerificationFailure.NoSupportedScheme],
        "stale_timestamp" => [VerificationFailure.StaleTimestamp],
        "future_timestamp" => [VerificationFailure.FutureTimestamp],
        "stale_or_malformed" => [VerificationFailure.StaleTimestamp, VerificationFailure.MalformedHeader],
        "untrusted_cert_url" or "unknown_key" or "cert_expired" => [VerificationFailure.UntrustedKey],
        "topic_not_allowed" => [VerificationFailure.NotAllowed],
        var other => throw new NotSupportedException($"The reason '{other}' is not known here."),
    };

    private static Source WithParameters(Source source, JsonElement parameters, Dictionary<string, string> settings)
    {
        foreach (var parameter in parameters.EnumerateObject())
        {
            switch (parameter.Name)
            {
                case "header":
                    source = source with { Header = parameter.Value.GetString()! };
                    break;
                case "alg":
                    source = source with { Hmac = source.Hmac with { Algorithm = Enum.Parse<HmacAlgorithm>(parameter.Value.GetString()!, ignoreCase: true) } };
                    break;
                case "enc":
                    source = source with { Hmac = source.Hmac with { Encoding = Enum.Parse<SignatureEncoding>(parameter.Value.GetString()!, ignoreCase: true) } };
                    break;
                case "prefix":
                    source = source with { Hmac = source.Hmac with { Prefix = parameter.Value.GetString()! } };
                    break;
                case "accept_parent_signature":
                    settings["AcceptParentSignature"] = parameter.Value.GetRawText();
                    break;
                case "webhook_id":
                    settings["WebhookId"] = parameter.Value.GetString()!;
                    break;
                case "allowed_topic_arns":
                    settings["TopicArns"] = string.Join(',', parameter.Value.EnumerateArray().Select(arn => arn.GetString()));
                    break;
            }
        }

        return source;
    }

    private static string? TopicOf(JsonElement vector)
    {
        using var body = JsonDocument.Parse(vector.GetProperty("body_base64").GetBytesFromBase64());
        return body.RootElement.TryGetProperty("TopicArn", out var topic) ? topic.GetString() : null;
    }

    private static string? UrlOf(JsonElement request) => request.TryGetProperty("url", out var url) ? url.GetString() : null;

    private static List<JsonElement> Load(string? file)
    {
        if (string.IsNullOrEmpty(file))
        {
            return [];
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return [.. document.RootElement.EnumerateArray().Select(element => element.Clone())];
    }

    private sealed class AnyChain : ICertificateTrust
    {
        public ChainJudgement Judge(X509Certificate2 certificate, X509Certificate2Collection others, DateTimeOffset at) => ChainJudgement.Trusted;
    }

    private sealed class StandIn(string secret) : IProviderQueries
    {
        // The vectors have PayPal's certificate without the ones above it, whose authority no longer exists.
        public ICertificateTrust Trust { get; } = new AnyChain();

        public ValueTask<ProviderAnswer> AskAsync(ProviderQuery query, CancellationToken cancellationToken)
        {
            // Plaid asks for a key by its id; certificates are asked for by their address alone.
            if (query.JsonBody is null)
            {
                return new(new ProviderAnswer(200, System.Text.Encoding.UTF8.GetBytes(secret)));
            }

            using var key = JsonDocument.Parse(secret);
            return new(query.JsonBody.Contains(key.RootElement.GetProperty("kid").GetString()!, StringComparison.Ordinal)
                ? new ProviderAnswer(200, System.Text.Encoding.UTF8.GetBytes($$"""{"key":{{secret}},"request_id":"r"}"""))
                : new ProviderAnswer(400, ReadOnlyMemory<byte>.Empty));
        }

        public ValueTask ConfirmAsync(Uri address, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public Task<ProviderPage> GetPageAsync(ProviderPageQuery query, CancellationToken cancellationToken) => throw new NotSupportedException("A proof lists nothing.");
    }
}
