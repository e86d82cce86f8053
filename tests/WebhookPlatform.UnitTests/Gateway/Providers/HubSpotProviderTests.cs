using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class HubSpotProviderTests : TimedProviderContract
{
    private const string Url = "https://hooks.example.com/webhooks/crm";

    protected override IWebhookProvider Provider { get; } = new HubSpotProvider();

    protected override string ProofHeader => "X-HubSpot-Signature-v3";

    protected override IReadOnlyList<string> MalformedProofs => [];

    protected override Source Configure(Source source) => source with { PublicUrl = Url };

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) => Sign(headers, "POST", body, secret, at); // The shared tests give no URL.

    [Fact]
    public void Method_and_url_are_signed_with_some_escapes_decoded()
    {
        var request = SignedRequest(Body, Secret) with { Url = Url + "?to=%2Fcrm%40eu&x=%C3%A9%20" };
        Sign(request.Headers, $"POST{Url}?to=/crm@eu&x=%C3%A9%20", Body, Secret, Now);

        Assert.Equal(Verification.Valid(0), Verify(request, Secret));
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request with { Method = "PUT" }, Secret).Failure);
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request with { Url = Url }, Secret).Failure);
    }

    [Theory]
    [InlineData("", VerificationFailure.MissingHeader)]
    [InlineData("abc", VerificationFailure.MalformedHeader)]
    [InlineData("-1", VerificationFailure.MalformedHeader)]
    [InlineData("99999999999999999999", VerificationFailure.MalformedHeader)]
    [InlineData("9223372036854775807", VerificationFailure.SignatureMismatch)]
    public void Time_must_be_a_plain_number(string timestamp, VerificationFailure expected)
    {
        var request = SignedRequest(Body, Secret);
        request.Headers["X-HubSpot-Request-Timestamp"] = timestamp;

        Assert.Equal(expected, Verify(request, Secret).Failure);
    }

    [Theory]
    [InlineData("v1", "")]
    [InlineData("v2", "POST" + Url)]
    public void Older_versions_are_believed_where_no_newer_one_is_sent(string version, string between)
    {
        var request = Old(version, Hash(Secret, between));

        Assert.Equal(Verification.Valid(1), Verify(request, OtherSecret, Secret));
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request, OtherSecret).Failure);
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request with { Body = "{}"u8.ToArray() }, Secret).Failure);
        Assert.False(Verify(Old(version, Hash("", between)), "").IsValid);
    }

    [Fact]
    public void Right_older_version_does_not_make_up_for_a_wrong_newer_one()
    {
        var request = Old("v1", Hash(Secret, ""));
        Sign(request.Headers, "POST" + Url, Body, OtherSecret, Now);

        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(request, Secret).Failure);
    }

    [Theory]
    [InlineData("v1", "", "[{\"a\":1}]", true)]
    [InlineData("v1", "", "[{\"a\":1}]\u0000\u0000[{\"b\":2}]", false)]
    [InlineData("v2", "POST", "[{\"a\":1}]", true)]
    [InlineData("v2", "POST", "[{\"a\":1}]\u0000[{\"b\":2}]", false)]
    public void Hash_that_can_be_extended_without_the_secret_does_not_prove_a_body_with_padding_in_it(string version, string method, string text, bool isBelieved)
    {
        var body = Encoding.UTF8.GetBytes(text);
        var hash = Convert.ToHexStringLower(SHA256.HashData((byte[])[.. Encoding.UTF8.GetBytes(Secret + (method.Length > 0 ? method + Url : "")), .. body]));

        Assert.Equal(isBelieved ? null : VerificationFailure.SignatureMismatch, Verify(Old(version, hash) with { Body = body }, Secret).Failure);
    }

    [Theory]
    [InlineData("v3")]
    [InlineData("V1")]
    [InlineData("1")]
    public void Other_version_is_not_supported(string version) =>
        Assert.Equal(VerificationFailure.NoSupportedScheme, Verify(Old(version, Hash(Secret, "")), Secret).Failure);

    [Fact]
    public void Older_versions_can_be_switched_off()
    {
        var source = SourceWith(Secret) with { Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["OnlyVersion3"] = "true" } };

        Assert.Empty(Provider.Validate(source));
        Assert.Equal(VerificationFailure.MissingHeader, Provider.Verify(Old("v1", Hash(Secret, "")), source, Now).Failure);
        Assert.True(Provider.Verify(SignedRequest(Body, Secret), source, Now).IsValid);
    }

    [Fact]
    public void Switch_that_is_neither_on_nor_off_is_found_and_taken_for_on()
    {
        var source = SourceWith(Secret) with { Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["OnlyVersion3"] = "yes" } };

        Assert.Contains(Provider.Validate(source), finding => finding.Contains("OnlyVersion3", StringComparison.Ordinal));
        Assert.False(Provider.Verify(Old("v1", Hash(Secret, "")), source, Now).IsValid);
    }

    [Fact]
    public void Source_without_its_public_url_is_told_to_set_it() =>
        Assert.Contains(Provider.Validate(SourceWith(Secret) with { PublicUrl = null }), finding => finding.Contains("PublicUrl", StringComparison.Ordinal));

    [Fact]
    public void Event_is_the_same_in_another_batch_and_another_attempt()
    {
        const string First = """
            [{"eventId":1,"subscriptionId":2,"portalId":3,"occurredAt":1773500960000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":4}]
            """;
        const string Again = """
            [{"eventId":8,"subscriptionId":2,"portalId":3,"occurredAt":1773500960000,"subscriptionType":"deal.creation","attemptNumber":0,"objectId":5},
             {"eventId":9,"subscriptionId":7,"portalId":3,"occurredAt":1773500960000,"subscriptionType":"object.creation","objectTypeId":"0-1","attemptNumber":1,"objectId":4}]
            """;
        var (first, again) = (Read(First), Read(Again));

        Assert.Equal((null, "contact.creation", "4"), (first.EventId, first.EventType, first.Subject));
        Assert.Equal((null, "batch", null), (again.EventId, again.EventType, again.Subject));
        Assert.Equal(Assert.Single(first.Events).Key, Assert.Single(again.Events).Key);
    }

    [Fact]
    public void One_bad_item_does_not_lose_its_neighbours()
    {
        var webhook = Read("""
            [7, null, {"subscriptionType":"contact.creation"}, {"subscriptionType":"contact.creation","objectId":{}},
             {"subscriptionType":"object.creation","objectTypeId":"0-2","objectId":1},
             {"subscriptionType":"object.creation","objectTypeId":"0-1","objectId":2}, {"subscriptionType":"contact.deletion","objectId":3}]
            """);

        Assert.Equal(["2", "3"], webhook.Events.Select(draft => draft.Subject), StringComparer.Ordinal);
    }

    private static void Sign(IHeaderDictionary headers, string before, byte[] body, string secret, DateTimeOffset at)
    {
        var time = $"{at.ToUnixTimeMilliseconds()}";
        headers["X-HubSpot-Request-Timestamp"] = time;
        headers["X-HubSpot-Signature-v3"] = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), (byte[])[.. Encoding.UTF8.GetBytes(before), .. body, .. Encoding.UTF8.GetBytes(time)]));
    }

    private static string Hash(string secret, string between) =>
        Convert.ToHexStringLower(SHA256.HashData((byte[])[.. Encoding.UTF8.GetBytes(secret + between), .. Body]));

    private static RawRequest Old(string version, string signature) =>
        new("POST", "", new HeaderDictionary { ["Content-Type"] = "application/json", ["X-HubSpot-Signature"] = signature, ["X-HubSpot-Signature-Version"] = version }, Body) { Url = Url };
}
