using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

/// <summary>Mailgun's proof is in the body and covers only a time and a token, so the shared contract, which is about headers, does not fit.</summary>
public sealed class MailgunProviderTests
{
    private const string Key = "first-signing-key";
    private const string OtherKey = "second-signing-key";
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);
    private static readonly MailgunProvider Provider = new();

    [Fact]
    public void Signed_request_is_accepted_with_any_of_the_keys()
    {
        Assert.Equal(Verification.Valid(0), Verify(Json(Key, Now), Key));
        Assert.Equal(Verification.Valid(1), Verify(Json(Key, Now), OtherKey, Key, Key));
        Assert.Equal(Verification.Valid(0), Verify(Form(Key, Now), Key));
    }

    [Fact]
    public void Wrong_empty_and_missing_keys_accept_nothing()
    {
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(Json(Key, Now), OtherKey).Failure);
        Assert.False(Verify(Json("", Now), "").IsValid);
        Assert.False(Verify(Json(Key, Now)).IsValid);
    }

    [Theory]
    [InlineData(-9 * 3600, null)]
    [InlineData((-9 * 3600) - 1, VerificationFailure.StaleTimestamp)]
    [InlineData(9 * 3600, null)]
    [InlineData((9 * 3600) + 1, VerificationFailure.FutureTimestamp)]
    public void Time_may_differ_by_as_long_as_retries_with_the_same_signature_go_on(int seconds, VerificationFailure? expected) =>
        Assert.Equal(expected, Verify(Json(Key, Now.AddSeconds(seconds)), Key).Failure);

    [Theory]
    [InlineData("""{"event-data":{"event":"opened"}}""", VerificationFailure.MissingHeader)]
    [InlineData("""{"signature":{"timestamp":"","token":"t","signature":"00"}}""", VerificationFailure.MissingHeader)]
    [InlineData("""{"signature":{"timestamp":"1","signature":"00"}}""", VerificationFailure.MissingHeader)]
    [InlineData("""{"signature":{"timestamp":"-1","token":"t","signature":"00"}}""", VerificationFailure.MalformedHeader)]
    [InlineData("""{"signature":{"timestamp":"1","token":"a\nb","signature":"00"}}""", VerificationFailure.MalformedHeader)]
    [InlineData("""{"signature":{"timestamp":"1","token":"t","signature":"zz"}}""", VerificationFailure.SignatureMismatch)]
    [InlineData("[", VerificationFailure.MissingHeader)]
    public void Body_without_a_right_proof_is_refused(string body, VerificationFailure expected) =>
        Assert.Equal(expected, Verify(Post("application/json", body), Key).Failure);

    [Fact]
    public void Parents_signature_counts_only_where_the_source_says_so()
    {
        var body = $$$"""{"signature":{"timestamp":"{{{Unix(Now)}}}","token":"t1","signature":"{{{Sign("subaccount", Now, "t1")}}}","parent-signature":"{{{Sign(Key, Now, "t1")}}}"} }""";
        var source = SourceWith(Key);
        var accepting = source with { Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["AcceptParentSignature"] = "true" } };

        Assert.Equal(VerificationFailure.SignatureMismatch, Provider.Verify(Post("application/json", body), source, Now).Failure);
        Assert.True(Provider.Verify(Post("application/json", body), accepting, Now).IsValid);
    }

    [Fact]
    public void Token_is_the_webhooks_id_and_the_events_id_tells_events_apart()
    {
        var first = Read(Json(Key, Now, token: "t1"));
        var again = Read(Json(Key, Now, token: "t2"));

        Assert.Equal(("t1", "t2"), (first.EventId, again.EventId));
        Assert.Equal("e1", Assert.Single(first.Events).Key);
        Assert.Equal("e1", Assert.Single(again.Events).Key);
    }

    [Fact]
    public void Source_needs_a_key() =>
        Assert.Contains(Validate(SourceWith()), finding => finding.Contains("Secrets:0", StringComparison.Ordinal));

    private static IEnumerable<string> Validate(Source source) => ((IWebhookProvider)Provider).Validate(source);

    private static RawRequest Json(string key, DateTimeOffset at, string token = "t1") => Post("application/json", $$$"""
        {"signature":{"timestamp":"{{{Unix(at)}}}","token":"{{{token}}}","signature":"{{{Sign(key, at, token)}}}"},"event-data":{"event":"delivered","id":"e1","message":{"headers":{"message-id":"m1"} } } }
        """);

    private static RawRequest Form(string key, DateTimeOffset at) =>
        Post("application/x-www-form-urlencoded", $"event=delivered&timestamp={Unix(at)}&token=t1&signature={Sign(key, at, "t1")}");

    private static RawRequest Post(string mediaType, string body) => new("POST", "", new HeaderDictionary { ["Content-Type"] = mediaType }, Encoding.UTF8.GetBytes(body));

    private static string Sign(string key, DateTimeOffset at, string token) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{Unix(at)}{token}")));

    private static string Unix(DateTimeOffset at) => $"{at.ToUnixTimeSeconds()}";

    private static Verification Verify(in RawRequest request, params string[] keys) => Provider.Verify(request, SourceWith(keys), Now);

    private static Webhook Read(in RawRequest request) => Provider.Read(request, SourceWith(Key));

    private static Source SourceWith(params string[] keys) => new() { Name = "mail", Provider = Provider, Secrets = [.. keys.Select(key => new SourceSecret(key))] };
}
