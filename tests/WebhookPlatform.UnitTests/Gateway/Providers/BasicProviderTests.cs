using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Contracts.Messages;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class BasicProviderTests : ProviderContract
{
    protected override IWebhookProvider Provider { get; } = new BasicProvider();

    protected override string ProofHeader => "Authorization";

    protected override IReadOnlyList<string> MalformedProofs => [Secret, "Basic", "Basic   ", "Basic !!!", $"Bearer {Encoded(Secret)}", Encoded(Secret)];

    protected override VerificationFailure Mismatch => VerificationFailure.TokenMismatch;

    protected override string Secret => "shop:first-secret-of-these-tests";

    protected override string OtherSecret => "shop:second-secret-of-these-tests";

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => headers[ProofHeader] = $"Basic {Encoded(secret)}";

    [Theory]
    [InlineData("shop:pass", null)]
    [InlineData("shop:", VerificationFailure.TokenMismatch)]
    [InlineData(":pass", VerificationFailure.TokenMismatch)]
    [InlineData("shop", VerificationFailure.TokenMismatch)]
    [InlineData("Shop:pass", VerificationFailure.TokenMismatch)]
    [InlineData("shop:pass:", VerificationFailure.TokenMismatch)]
    [InlineData("shop:pass\0", VerificationFailure.TokenMismatch)]
    public void User_and_password_have_to_be_right_as_a_whole(string presented, VerificationFailure? expected) =>
        Assert.Equal(expected, Verify(SignedRequest(Body, presented), "shop:pass").Failure);

    [Fact]
    public void Password_may_have_colons_and_any_letters() =>
        Assert.True(Verify(SignedRequest(Body, "shop:a:b€"), "shop:a:b€").IsValid);

    [Fact]
    public void Empty_credentials_are_never_accepted() => Assert.False(Verify(SignedRequest(Body, ""), "").IsValid);

    [Fact]
    public void Secret_without_a_user_is_told_without_being_shown()
    {
        var finding = Assert.Single(Provider.Validate(SourceWith(Secret, "just-a-password")));

        Assert.Contains("Secrets:1", finding, StringComparison.Ordinal);
        Assert.DoesNotContain("just-a-password", finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Body_becomes_an_event_by_the_sources_mapping()
    {
        var rule = new MappingRule(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["type"] = "note" },
            nameof(MessageReceived),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["MessageId"] = "id", ["Conversation"] = "room" });
        var source = SourceWith(Secret) with { Mapping = FieldMapping.None with { Rules = [rule] } };
        var request = SignedRequest("""{"type":"note","id":"m1","room":"support"}"""u8.ToArray(), Secret);

        Assert.Equal("support", Assert.Single(Provider.Read(request, source).Events).Subject);
        Assert.NotEmpty(Provider.Validate(source with { Mapping = FieldMapping.None with { Rules = [rule with { Event = "Unheard" }] } }));
    }

    private static string Encoded(string credentials) => Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
}
