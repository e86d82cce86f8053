using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.UnitTests.Gateway.Remote;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class MollieProviderTests
{
    private const string Secret = "a-signing-secret";
    private const string LiveKey = "live_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string TestKey = "test_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id":"event_1","type":"payment.paid","entityId":"tr_ü"}""");

    private readonly MollieProvider _provider = new();

    [Theory]
    [InlineData("")]
    [InlineData("sha256=")]
    public void Signed_webhook_is_accepted_without_asking(string prefix) =>
        Assert.Equal(Verification.Valid(0), Verify(prefix + Sign(Secret)));

    [Fact]
    public void Any_of_several_signatures_and_secrets_may_match()
    {
        Assert.Equal(Verification.Valid(1), _provider.Verify(Signed(new StringValues(["wrong", Sign("other"), Sign(Secret)])), Source("older", Secret), Now));
        Assert.Equal(Verification.Valid(0), Verify($"{Sign("other")}, sha256={Sign(Secret)}"));
    }

    [Theory]
    [InlineData("invalid_signature", VerificationFailure.SignatureMismatch)]
    [InlineData("sha1=00", VerificationFailure.SignatureMismatch)]
    [InlineData("", VerificationFailure.MissingHeader)]
    [InlineData(" , ,", VerificationFailure.MissingHeader)]
    public void Wrong_signature_is_refused(string header, VerificationFailure expected) =>
        Assert.Equal(expected, Verify(header).Failure);

    [Fact]
    public void Changed_body_wrong_secret_and_a_heap_of_signatures_are_refused()
    {
        Assert.Equal(VerificationFailure.SignatureMismatch, _provider.Verify(Signed(Sign(Secret)) with { Body = Body.AsMemory(..^1) }, Source(Secret), Now).Failure);
        Assert.Equal(VerificationFailure.SignatureMismatch, Verify(Sign("other")).Failure);
        Assert.Equal(VerificationFailure.MalformedHeader, Verify(string.Join(',', Enumerable.Repeat(Sign(Secret), 17))).Failure);
        Assert.False(_provider.Verify(Signed(Sign("")), Source(""), Now).IsValid);
    }

    [Theory]
    [InlineData("id=tr_5B8cwPMGnU6q", "https://api.mollie.com/v2/payments/tr_5B8cwPMGnU6q")]
    [InlineData("id=ord_5B8cwP", "https://api.mollie.com/v2/orders/ord_5B8cwP")]
    [InlineData("id=pl_5B8cwP", "https://api.mollie.com/v2/payment-links/pl_5B8cwP")]
    public async Task Classic_webhook_is_believed_when_Mollie_knows_its_id(string form, string address)
    {
        var queries = new FakeQueries(query => query.Authorization is $"Bearer {TestKey}" ? (200, "{}") : (401, "{}"));

        Assert.Equal(Verification.Valid(2), await VerifyAsync(Classic(form), queries, Secret, LiveKey, TestKey));
        Assert.All(queries.Asked, query => Assert.Equal(address, query.Address.AbsoluteUri));
        Assert.Equal([$"Bearer {LiveKey}", $"Bearer {TestKey}"], queries.Asked.Select(query => query.Authorization));
    }

    [Fact]
    public async Task Classic_webhook_of_nobodys_payment_or_with_a_useless_key_is_refused()
    {
        Assert.Equal(VerificationFailure.SignatureMismatch, (await VerifyAsync(Classic("id=tr_forged"), new FakeQueries(_ => (404, "")), LiveKey)).Failure);
        Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(Classic("id=tr_1"), new FakeQueries(_ => (401, "")), LiveKey)).Failure);
        Assert.Equal(VerificationFailure.UntrustedKey, _provider.Verify(Classic("id=tr_1"), Source(LiveKey), Now).Failure);
        await Assert.ThrowsAsync<ProviderUnreachableException>(async () => await VerifyAsync(Classic("id=tr_1"), FakeQueries.Down(), LiveKey));
    }

    [Fact]
    public async Task Signing_secret_is_never_sent_to_anybody()
    {
        var queries = new FakeQueries(_ => (401, ""));

        await VerifyAsync(Classic("id=tr_1"), queries, Secret, "test_webhook_secret");

        Assert.All(queries.Asked, query => Assert.Null(query.Authorization));
    }

    [Theory]
    [InlineData("")]
    [InlineData("id=")]
    [InlineData("id=tr_")]
    [InlineData("id=tr_1/../../me")]
    [InlineData("id=tr_1%3Fx")]
    [InlineData("id=%2E%2E")]
    [InlineData("id=me_1")]
    [InlineData("name=tr_1")]
    public async Task Form_that_names_nothing_Mollie_would_is_malformed_and_nobody_is_asked(string form)
    {
        var queries = FakeQueries.Always("{}");

        Assert.Equal(VerificationFailure.MalformedHeader, (await VerifyAsync(Classic(form), queries, LiveKey)).Failure);
        Assert.Empty(queries.Asked);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("")]
    public async Task Presented_signature_never_falls_back_to_asking(string signature)
    {
        var queries = FakeQueries.Always("{}");
        var request = Classic("id=tr_1");
        request.Headers["X-Mollie-Signature"] = signature;

        Assert.False((await VerifyAsync(request, queries, LiveKey)).IsValid);
        Assert.Empty(queries.Asked);
    }

    [Fact]
    public async Task Unsigned_json_is_refused_without_asking()
    {
        var queries = FakeQueries.Always("{}");
        var request = Signed(Sign(Secret));
        request.Headers.Remove("X-Mollie-Signature");

        Assert.Equal(VerificationFailure.MissingHeader, (await VerifyAsync(request, queries, Secret)).Failure);
        Assert.Empty(queries.Asked);
    }

    [Fact]
    public void Classic_webhook_tells_what_changed_and_no_more()
    {
        var webhook = _provider.Read(Classic("id=tr_1"), Source(LiveKey));

        Assert.Equal((null, "classic", "tr_1", 0), (webhook.EventId, webhook.EventType, webhook.Subject, webhook.Events.Count));
        Assert.True(((IWebhookProvider)_provider).RepeatsItself);
    }

    [Fact]
    public void Source_needs_a_secret()
    {
        IWebhookProvider provider = _provider;

        Assert.Empty(provider.Validate(Source(Secret, LiveKey)));
        Assert.Contains("Secrets:0", Assert.Single(provider.Validate(Source())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5290", "http://127.0.0.1:5290/v2/payments/tr_1")]
    [InlineData("https://stand-in.example/", "https://stand-in.example/v2/payments/tr_1")]
    public async Task Stand_in_is_asked_where_the_source_names_one(string api, string address)
    {
        var queries = FakeQueries.Always("{}");
        var source = Source(LiveKey) with { Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["ApiUrl"] = api } };

        Assert.Empty(((IWebhookProvider)_provider).Validate(source));
        Assert.True((await _provider.VerifyAsync(Classic("id=tr_1"), source, queries, Now, TestContext.Current.CancellationToken)).IsValid);
        Assert.Equal((address, true), (Assert.Single(queries.Asked).Address.AbsoluteUri, queries.Asked[0].MayBeHere));
    }

    [Theory]
    [InlineData("http://stand-in.example")]
    [InlineData("http://10.0.0.7:5290")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("https://user:pass@stand-in.example")]
    [InlineData("https://stand-in.example/mollie")]
    [InlineData("https://stand-in.example?to=me")]
    [InlineData("127.0.0.1:5290")]
    [InlineData("somewhere")]
    public async Task Stand_in_that_others_could_play_is_refused_and_nobody_is_asked(string api)
    {
        var queries = FakeQueries.Always("{}");
        var source = Source(LiveKey) with { Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["ApiUrl"] = api } };

        Assert.Contains("Settings:ApiUrl", Assert.Single(((IWebhookProvider)_provider).Validate(source)), StringComparison.Ordinal);
        Assert.False((await _provider.VerifyAsync(Classic("id=tr_1"), source, queries, Now, TestContext.Current.CancellationToken)).IsValid);
        Assert.Empty(queries.Asked);
    }

    private Verification Verify(string header) => _provider.Verify(Signed(header), Source(Secret), Now);

    private ValueTask<Verification> VerifyAsync(RawRequest request, FakeQueries queries, params string[] secrets) =>
        _provider.VerifyAsync(request, Source(secrets), queries, Now, TestContext.Current.CancellationToken);

    private Source Source(params string[] secrets) => new() { Name = "shop", Provider = _provider, Secrets = [.. secrets.Select(secret => new SourceSecret(secret))] };

    private static RawRequest Signed(StringValues signature) =>
        new("POST", "", new HeaderDictionary { ["Content-Type"] = "application/json", ["X-Mollie-Signature"] = signature }, Body);

    private static RawRequest Classic(string form) =>
        new("POST", "", new HeaderDictionary { ["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8" }, Encoding.UTF8.GetBytes(form));

    private static string Sign(string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Body));
}
