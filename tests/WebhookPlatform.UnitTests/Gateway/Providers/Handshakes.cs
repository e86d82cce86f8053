using System.Text.Json;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>Answers the collection's handshakes in the order the gateway asks a provider.</summary>
internal static class Handshakes
{
    public static async Task<HandshakeResponse> AnswerAsync(JsonElement vector)
    {
        var source = SourceOf(vector);
        var request = Vectors.RequestOf(vector.GetProperty("request"));
        if (source.Provider.AnswerUnsigned(request, source) is { } unsigned)
        {
            return unsigned;
        }

        if (request.Method is not "POST")
        {
            return new HandshakeResponse(405);
        }

        var now = Vectors.NowOf(source.Provider is IRemoteProvider ? CertificateOf(vector) : vector);
        var verification = source.Provider is IRemoteProvider remote
            ? await remote.VerifyAsync(request, source, Vectors.QueriesOf(CertificateOf(vector)), now, CancellationToken.None)
            : source.Provider.Verify(request, source, now);
        return !verification.IsValid ? new HandshakeResponse(401)
            : source.Provider.AnswerSigned(request, source)
            ?? source.Provider.AnswerAccepted(request, source)
            ?? new HandshakeResponse(200, "application/json", "{}");
    }

    private static Source SourceOf(JsonElement vector)
    {
        var provider = ProviderCatalog.Find(Vectors.ProviderOf(vector))!;
        var secret = vector.GetProperty("secret").GetString();
        var source = new Source { Name = "s", Provider = provider, Secrets = secret is null ? [] : [new SourceSecret(secret)] };
        return provider.Name switch
        {
            "meta" => source with { Secrets = [new SourceSecret("app-secret")], Settings = Settings("VerifyToken", "meatyhamhock") },
            "cloudevents" => source with { Secrets = [new SourceSecret("token")], Settings = Settings("AllowedOrigins", "eventemitter.example.com") },
            "aws-sns" => source with { Secrets = [], Settings = Settings("TopicArns", TopicOf(vector)) },
            _ => source,
        };
    }

    private static string TopicOf(JsonElement vector)
    {
        using var body = JsonDocument.Parse(vector.GetProperty("request").GetProperty("body_base64").GetBytesFromBase64());
        return body.RootElement.GetProperty("TopicArn").GetString()!;
    }

    // Signed with the same certificate as the vectors of its provider.
    private static JsonElement CertificateOf(JsonElement vector) =>
        Vectors.Signatures.First(v => string.Equals(Vectors.ProviderOf(v), Vectors.ProviderOf(vector), StringComparison.Ordinal) && v.GetProperty("expect").GetString() is "valid");

    private static Dictionary<string, string> Settings(string name, string value) => new(StringComparer.OrdinalIgnoreCase) { [name] = value };
}
