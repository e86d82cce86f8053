using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class OktaProviderTests : ProviderContract
{
    protected override IWebhookProvider Provider { get; } = new OktaProvider();

    protected override string ProofHeader => "Authorization";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override VerificationFailure Mismatch => VerificationFailure.TokenMismatch;

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => headers[ProofHeader] = secret;

    [Fact]
    public void Empty_token_is_never_accepted() => Assert.False(Verify(SignedRequest(Body, ""), "").IsValid);

    [Theory]
    [InlineData("Bearer ")]
    [InlineData("Basic ")]
    public void Token_with_a_scheme_is_another_token(string scheme)
    {
        var request = SignedRequest(Body, scheme + Secret);

        Assert.Equal(VerificationFailure.TokenMismatch, Verify(request, Secret).Failure);
    }

    [Fact]
    public void Challenge_is_answered_to_who_knows_the_secret() =>
        Assert.Equal(new HandshakeResponse(200, "application/json", """{"verification":"Me_rSh-1"}"""), Answer("GET", "Me_rSh-1", Secret));

    [Fact]
    public void Challenge_cannot_break_out_of_its_text() =>
        Assert.Equal("""{"verification":"\u0022}\\"}""", Answer("GET", "\"}\\", Secret)?.Body);

    [Theory]
    [InlineData("GET", "c", "wrong")]
    [InlineData("GET", "c", "")]
    [InlineData("GET", "", "first-secret-of-these-tests")]
    [InlineData("GET", "\ud800", "first-secret-of-these-tests")]
    [InlineData("POST", "c", "first-secret-of-these-tests")]
    public void Nothing_else_is_answered(string method, string challenge, string token) => Assert.Null(Answer(method, challenge, token));

    [Fact]
    public void Accepted_webhook_is_answered_with_nothing() =>
        Assert.Equal(HandshakeResponse.Empty, Provider.AnswerAccepted(SignedRequest(Body, Secret), SourceWith(Secret)));

    [Fact]
    public void Items_are_told_apart_by_their_own_ids_and_a_bad_one_does_not_lose_its_neighbours()
    {
        var webhook = Read("""
            {"eventId":"batch-1","eventTime":"2026-03-14T15:09:26Z","data":{"events":[7,null,
              {"uuid":"u1","eventType":"security.threat.detected","displayMessage":"Request from suspicious actor","severity":"WARN"},
              {"uuid":"u2","eventType":"security.threat.detected"},
              {"uuid":"u3","eventType":"user.session.start","displayMessage":"User login to Okta"}]}}
            """);

        Assert.Equal(("batch-1", "batch"), (webhook.EventId, webhook.EventType));
        Assert.Equal("u1", Assert.Single(webhook.Events).Key);
    }

    private HandshakeResponse? Answer(string method, string challenge, string token) => Provider.AnswerUnsigned(
        new RawRequest(method, "", new HeaderDictionary { ["X-Okta-Verification-Challenge"] = challenge, ["Authorization"] = token }, ReadOnlyMemory<byte>.Empty), SourceWith(Secret));
}
