using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class DropboxProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new DropboxProvider();

    protected override string ProofHeader => "X-Dropbox-Signature";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    [Theory]
    [InlineData("?challenge=abc123", "abc123")]
    [InlineData("?a=1&challenge=a%20b%3Cscript%3E&challenge=2", "a b<script>")]
    public void Challenge_is_sent_back_as_plain_text(string query, string expected) =>
        Assert.Equal(new HandshakeResponse(200, "text/plain", expected), Provider.AnswerUnsigned(Request("GET", query), SourceWith(Secret)));

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "?challenge")]
    [InlineData("GET", "?challenge=")]
    [InlineData("GET", "?xchallenge=abc")]
    [InlineData("GET", "?challenge=a%0Ab")]
    [InlineData("GET", "?challenge=%ZZ%00")]
    [InlineData("POST", "?challenge=abc")]
    [InlineData("HEAD", "?challenge=abc")]
    public void Nothing_else_is_answered_without_a_signature(string method, string query) =>
        Assert.Null(Provider.AnswerUnsigned(Request(method, query), SourceWith(Secret)));

    [Fact]
    public void Overlong_challenge_is_not_answered() =>
        Assert.Null(Provider.AnswerUnsigned(Request("GET", "?challenge=" + new string('a', 501)), SourceWith(Secret)));

    [Fact]
    public void Same_signal_later_is_another_one()
    {
        var body = """{"list_folder":{"accounts":["dbid:A"]},"delta":{"users":[1]}}"""u8.ToArray();
        var reader = new DeliveryReader(NullLogger<DeliveryReader>.Instance);
        var first = reader.Read(SignedRequest(body, Secret), new RequestBody(new BodyBudget(0), body, body.Length, taken: 0), SourceWith(Secret), Verification.Valid(0), Now);
        var second = reader.Read(SignedRequest(body, Secret), new RequestBody(new BodyBudget(0), body, body.Length, taken: 0), SourceWith(Secret), Verification.Valid(0), Now.AddHours(1));

        Assert.NotEqual(first.EventKey, second.EventKey);
        Assert.Equal(first.BodyHash, second.BodyHash);
        Assert.Equal("list_folder", first.EventType);
        Assert.Empty(first.Events);
    }

    private static RawRequest Request(string method, string query) => new(method, query, new HeaderDictionary(), ReadOnlyMemory<byte>.Empty);
}
