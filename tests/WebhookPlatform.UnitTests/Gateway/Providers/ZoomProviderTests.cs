using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class ZoomProviderTests : TimedProviderContract
{
    protected override IWebhookProvider Provider { get; } = new ZoomProvider();

    protected override string ProofHeader => "x-zm-signature";

    protected override IReadOnlyList<string> MalformedProofs => ["v0", "v0=", "v0=zz", new('a', 64)];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at)
    {
        var time = at.ToUnixTimeSeconds();
        headers["x-zm-request-timestamp"] = $"{time}";
        headers[ProofHeader] = $"v0={Hmac(secret, [.. Encoding.UTF8.GetBytes($"v0:{time}:"), .. body])}";
    }

    [Fact]
    public void Other_version_is_not_supported()
    {
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = "v1=" + new string('a', 64);

        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Validation_is_answered_with_the_secret_that_signed_it()
    {
        var request = SignedRequest("""{"event":"endpoint.url_validation","payload":{"plainToken":"a\"b"}}"""u8.ToArray(), OtherSecret);

        var answer = Provider.AnswerSigned(request, SourceWith(Secret, OtherSecret))!;

        Assert.Null(Provider.AnswerUnsigned(request, SourceWith(Secret, OtherSecret)));
        Assert.Equal((200, "application/json"), (answer.StatusCode, answer.ContentType));
        using var json = JsonDocument.Parse(answer.Body);
        Assert.Equal("a\"b", json.RootElement.GetProperty("plainToken").GetString());
        Assert.Equal(Hmac(OtherSecret, "a\"b"u8.ToArray()), json.RootElement.GetProperty("encryptedToken").GetString());
    }

    [Fact]
    public void Validation_that_is_not_signed_gets_no_token_encrypted()
    {
        var request = SignedRequest("""{"event":"endpoint.url_validation","payload":{"plainToken":"t"}}"""u8.ToArray(), OtherSecret);

        Assert.Null(Provider.AnswerSigned(request, SourceWith(Secret)));
        Assert.Null(Provider.AnswerSigned(SignedRequest(Body, Secret), SourceWith(Secret)));
    }

    [Fact]
    public void Each_time_a_recurring_meeting_is_held_is_an_event_of_its_own()
    {
        var keys = new[] { "u1", "u2", "u1" }.Select(uuid => Read($$$"""{"event":"meeting.started","event_ts":1,"payload":{"object":{"id":7,"uuid":"{{{uuid}}}" } } }""").Events[0].Key);

        Assert.Equal(["u1", "u2", "u1"], keys);
    }

    private static string Hmac(string secret, byte[] signed) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed));
}
