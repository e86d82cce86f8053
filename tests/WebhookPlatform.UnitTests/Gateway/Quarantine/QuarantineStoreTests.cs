using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookPlatform.Gateway.Diagnosis;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Quarantine;
using WebhookPlatform.Gateway.Rejections;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Quarantine;

public sealed class QuarantineStoreTests
{
    private static readonly Source Shop = new() { Name = "shop", Provider = ProviderCatalog.Find("razorpay")!, Secrets = [new SourceSecret("a-secret-of-tests")] };

    [Theory]
    [InlineData(VerificationFailure.SignatureMismatch, "application/json", "{\"id\":1}", true)]
    [InlineData(VerificationFailure.TokenMismatch, "application/json", " [1]", true)]
    [InlineData(VerificationFailure.StaleTimestamp, null, "text", true)]
    [InlineData(VerificationFailure.FutureTimestamp, "application/x-www-form-urlencoded", "a=b", true)]
    [InlineData(VerificationFailure.SignatureMismatch, "application/json", "<script>", false)]
    [InlineData(VerificationFailure.SignatureMismatch, "application/x-www-form-urlencoded", "no field", false)]
    [InlineData(VerificationFailure.SignatureMismatch, "application/json", "", false)]
    [InlineData(VerificationFailure.NotAllowed, "application/json", "{}", false)]
    [InlineData(VerificationFailure.MissingHeader, "application/json", "{}", false)]
    public void Only_what_looks_like_a_webhook_is_worth_keeping(VerificationFailure failure, string? mediaType, string body, bool isKept) =>
        Assert.Equal(isKept, Store(new QuarantineOptions()).IsWorthKeeping(Request(failure, mediaType, body)));

    [Fact]
    public void A_proof_under_another_name_makes_it_worth_keeping()
    {
        var request = Request(VerificationFailure.MissingHeader, "application/json", "{}");
        request.Request.Headers["Partner-Signature"] = "abc";

        Assert.True(Store(new QuarantineOptions()).IsWorthKeeping(request));
        Assert.False(Store(new QuarantineOptions { MaxRequests = 0 }).IsWorthKeeping(request));
    }

    private static QuarantineStore Store(QuarantineOptions options) =>
        new(NpgsqlDataSource.Create("Host=nowhere.invalid"), new EphemeralDataProtectionProvider(), Options.Create(options));

    private static UnprovenRequest Request(VerificationFailure failure, string? mediaType, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var headers = new HeaderDictionary { ["User-Agent"] = "tests" };
        if (mediaType is not null)
        {
            headers["Content-Type"] = mediaType;
        }

        return new UnprovenRequest(
            Shop,
            new RawRequest("POST", "", headers, bytes),
            new RequestBody(new BodyBudget(0), bytes, bytes.Length, taken: 0),
            failure,
            DateTimeOffset.UnixEpoch,
            "",
            new Rejection { At = DateTimeOffset.UnixEpoch, Source = "shop", Status = 401, Reason = "signature-mismatch", Cause = Causes.Undiagnosed, Detail = "" });
    }
}
