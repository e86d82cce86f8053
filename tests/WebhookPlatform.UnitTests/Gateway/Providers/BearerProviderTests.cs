using Microsoft.AspNetCore.Http;
using WebhookPlatform.Contracts.Payments;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class BearerProviderTests : ProviderContract
{
    protected override IWebhookProvider Provider { get; } = new BearerProvider();

    protected override string ProofHeader => "Authorization";

    protected override IReadOnlyList<string> MalformedProofs => [Secret, "Bearer", "Bearer   ", $"Token {Secret}", $"Basic {Secret}"];

    protected override VerificationFailure Mismatch => VerificationFailure.TokenMismatch;

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => headers[ProofHeader] = $"Bearer {secret}";

    [Fact]
    public void Empty_token_is_never_accepted()
    {
        Assert.False(Verify(SignedRequest(Body, ""), "").IsValid);
        Assert.False(InQuery("?access_token=", "").IsValid);
    }

    [Theory]
    [InlineData("bearer abc123xyz", null)]
    [InlineData("BEARER  abc123xyz", null)]
    [InlineData("Bearer ABC123XYZ", VerificationFailure.TokenMismatch)]
    [InlineData("Bearer abc123xyz, Bearer abc123xyz", VerificationFailure.TokenMismatch)]
    public void Scheme_is_taken_in_any_case_and_the_token_as_it_is(string header, VerificationFailure? expected)
    {
        var request = SignedRequest(Body, "unused");
        request.Headers.Authorization = header;

        Assert.Equal(expected, Verify(request, "abc123xyz").Failure);
    }

    [Theory]
    [InlineData("?access_token=abc+12/3~x=", null)]
    [InlineData("?access_token=abc%2B12%2F3~x%3D", null)]
    [InlineData("?a=b&access_token=abc+12/3~x=&c", null)]
    [InlineData("?access_token=abc", VerificationFailure.TokenMismatch)]
    [InlineData("?access_token=", VerificationFailure.MissingHeader)]
    [InlineData("?Access_Token=abc+12/3~x=", VerificationFailure.MissingHeader)]
    [InlineData("?my_access_token=abc+12/3~x=", VerificationFailure.MissingHeader)]
    [InlineData("?access_token=abc+12/3~x=&access_token=abc+12/3~x=", VerificationFailure.MalformedHeader)]
    [InlineData("?access_token=%ZZ%", VerificationFailure.TokenMismatch)]
    public void Token_may_be_in_the_query_once(string query, VerificationFailure? expected) =>
        Assert.Equal(expected, InQuery(query, "abc+12/3~x=").Failure);

    [Theory]
    [InlineData("Bearer wrong", VerificationFailure.TokenMismatch)]
    [InlineData("Basic abc123xyz", VerificationFailure.MalformedHeader)]
    [InlineData("", VerificationFailure.MissingHeader)]
    public void Header_that_proves_nothing_is_not_made_good_by_the_query(string header, VerificationFailure expected)
    {
        var request = SignedRequest(Body, "unused") with { Query = "?access_token=abc123xyz" };
        request.Headers.Authorization = header;

        Assert.Equal(expected, Verify(request, "abc123xyz").Failure);
    }

    [Fact]
    public void Header_counts_where_the_query_has_another_token() =>
        Assert.True(Verify(SignedRequest(Body, Secret) with { Query = "?access_token=wrong" }, Secret).IsValid);

    [Fact]
    public void Body_becomes_an_event_by_the_sources_mapping()
    {
        var rule = new MappingRule(
            new Dictionary<string, string>(StringComparer.Ordinal),
            nameof(PaymentCompleted),
            new Dictionary<string, string>(StringComparer.Ordinal) { ["PaymentId"] = "orderId", ["Amount"] = "amount", ["Currency"] = "=EUR" });
        var source = SourceWith(Secret) with { Mapping = FieldMapping.None with { Rules = [rule] } };
        var request = SignedRequest("""{"event":"paid","orderId":"ord_1","amount":4200}"""u8.ToArray(), Secret);

        Assert.Empty(Provider.Validate(source));
        Assert.Equal("ord_1", Assert.Single(Provider.Read(request, source).Events).Subject);
        Assert.NotEmpty(Provider.Validate(source with { Mapping = FieldMapping.None with { Rules = [rule with { Event = "Unheard" }] } }));
    }

    private Verification InQuery(string query, string secret)
    {
        var request = SignedRequest(Body, "unused") with { Query = query };
        request.Headers.Remove(ProofHeader);
        return Verify(request, secret);
    }
}
