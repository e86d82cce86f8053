using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class DockerHubProviderTests
{
    private const string Secret = "a+secret/of=these tests";

    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    private readonly IWebhookProvider _provider = new DockerHubProvider();

    [Theory]
    [InlineData("?token=a%2Bsecret%2Fof%3Dthese%20tests")]
    [InlineData("?other=1&token=a+secret/of=these%20tests")]
    [InlineData("?tokens=x&token=a+secret/of=these tests&more")]
    public void Right_token_is_accepted_however_it_is_escaped(string query) =>
        Assert.Equal(Verification.Valid(1), Verify(query, "another", Secret));

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?token")]
    [InlineData("?token=")]
    [InlineData("?Token=a")]
    [InlineData("?key=a%2Bsecret%2Fof%3Dthese%20tests")]
    public void Request_without_a_token_is_refused(string query)
    {
        Assert.Equal(VerificationFailure.MissingHeader, Verify(query, Secret).Failure);
        Assert.Equal(VerificationFailure.MissingHeader, Verify(query, "").Failure);
    }

    [Theory]
    [InlineData("?token=wrong")]
    [InlineData("?token=%00")]
    [InlineData("?token=%zz%")]
    [InlineData("?token=a+secret/of=these+tests")]
    public void Wrong_token_is_refused(string query) =>
        Assert.Equal(VerificationFailure.TokenMismatch, Verify(query, Secret).Failure);

    [Fact]
    public void Repeated_token_is_refused_even_if_both_are_right() =>
        Assert.Equal(VerificationFailure.MalformedHeader, Verify("?token=x&token=x", "x").Failure);

    [Fact]
    public void Source_without_secrets_accepts_nothing()
    {
        Assert.False(Verify("?token=x").IsValid);
        Assert.False(Verify("?token=").IsValid);
        Assert.NotEmpty(_provider.Validate(Source()));
    }

    [Fact]
    public void Token_in_a_header_or_body_does_not_count()
    {
        var headers = new HeaderDictionary { ["token"] = "x", ["Authorization"] = "Bearer x" };

        Assert.Equal(VerificationFailure.MissingHeader, _provider.Verify(new RawRequest("POST", "", headers, "token=x"u8.ToArray()), Source("x"), Now).Failure);
    }

    [Fact]
    public void Body_without_repository_or_tag_gives_no_event()
    {
        var webhook = _provider.Read(new RawRequest("POST", "", new HeaderDictionary(), """{"repository":{"repo_name":"a/b"},"push_data":{}}"""u8.ToArray()), Source("x"));

        Assert.Equal(("unknown", "a/b"), (webhook.EventType, webhook.Subject));
        Assert.Empty(webhook.Events);
    }

    private Verification Verify(string query, params string[] secrets) => _provider.Verify(new RawRequest("POST", query, new HeaderDictionary(), "{}"u8.ToArray()), Source(secrets), Now);

    private Source Source(params string[] secrets) => new() { Name = "images", Provider = _provider, Secrets = [.. secrets.Select(secret => new SourceSecret(secret))] };
}
