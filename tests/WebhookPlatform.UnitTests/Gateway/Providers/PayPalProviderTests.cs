using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.UnitTests.Gateway.Remote;
using WebhookPlatform.UnitTests.Gateway.Signatures;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class PayPalProviderTests : IDisposable
{
    private const string CertificateUrl = "https://api.paypal.com/v1/notifications/certs/CERT-1";
    private const string CertificateName = "messageverificationcerts.paypal.com";
    private const string AuthorityUrl = "http://authority.example/intermediate.crt";
    private const string WebhookId = "4JH0000000000000X";

    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id":"WH-1","summary":"5 €"}""");

    private readonly TestAuthority _root = TestAuthority.Root();
    private readonly TestAuthority _intermediate;
    private readonly X509Certificate2 _certificate;
    private readonly PayPalProvider _provider = new();

    public PayPalProviderTests()
    {
        _intermediate = _root.Intermediate();
        _certificate = _intermediate.Issue(CertificateName, issuerAddress: AuthorityUrl);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _intermediate.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task Signed_webhook_is_accepted_when_the_chain_comes_with_the_certificate()
    {
        var queries = FakeQueries.Always(_certificate.ExportCertificatePem() + "\n" + _intermediate.Pem);

        Assert.Null((await VerifyAsync(Signed(), queries)).Failure);
        Assert.Equal(CertificateUrl, Assert.Single(queries.Asked).Address.AbsoluteUri);
    }

    [Fact]
    public async Task Missing_part_of_the_chain_is_fetched_over_https_where_the_certificate_says()
    {
        var queries = Served(_certificate, _intermediate.Pem);

        Assert.Null((await VerifyAsync(Signed(), queries)).Failure);
        Assert.Equal([CertificateUrl, "https://authority.example/intermediate.crt"], queries.Asked.Select(query => query.Address.AbsoluteUri));
    }

    [Fact]
    public async Task Missing_part_that_cannot_be_had_now_is_no_refusal() =>
        await Assert.ThrowsAsync<ProviderUnreachableException>(async () => await VerifyAsync(Signed(), Served(_certificate, null)));

    [Fact]
    public async Task Missing_part_that_is_somebody_elses_is_not_trusted()
    {
        using var otherRoot = TestAuthority.Root();
        using var other = otherRoot.Intermediate();

        Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(Signed(), Served(_certificate, other.Pem))).Failure);
        Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(Signed(), Served(_certificate, "<html></html>"))).Failure);
    }

    [Fact]
    public async Task Certificate_of_another_authority_is_not_trusted_however_right_its_name()
    {
        using var otherRoot = TestAuthority.Root();
        using var other = otherRoot.Issue(CertificateName);

        Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(Signed(key: other), FakeQueries.Always(other.ExportCertificatePem() + "\n" + otherRoot.Pem))).Failure);
    }

    [Fact]
    public async Task Root_that_comes_with_the_certificate_is_not_trusted_for_that()
    {
        var queries = FakeQueries.Always(string.Join('\n', _certificate.ExportCertificatePem(), _intermediate.Pem, _root.Pem));

        Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(Signed(), queries, CertificateTrust.OperatingSystem)).Failure);
    }

    [Fact]
    public async Task Certificate_that_is_expired_or_not_PayPals_is_not_trusted()
    {
        using var expired = _root.Issue(CertificateName, to: Now.AddSeconds(-1));
        using var young = _root.Issue(CertificateName, from: Now.AddMinutes(1));
        using var other = _root.Issue("paypal.com.example.com");
        using var alike = _root.Issue("notpaypal.com");

        foreach (var certificate in new[] { expired, young, other, alike })
        {
            Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(Signed(key: certificate), FakeQueries.Always(certificate.ExportCertificatePem()))).Failure);
        }
    }

    [Theory]
    [InlineData("https://evil.example/v1/notifications/certs/CERT-1")]
    [InlineData("https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1")]
    [InlineData("https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1")]
    [InlineData("http://api.paypal.com/v1/notifications/certs/CERT-1")]
    [InlineData("https://api.paypal.com:444/v1/notifications/certs/CERT-1")]
    [InlineData("https://api.paypal.com/v1/notifications/certs/../../other")]
    [InlineData("https://api.paypal.com/elsewhere")]
    [InlineData("https://www.paypal.com/v1/notifications/certs/CERT-1")]
    [InlineData("certs/CERT-1")]
    public async Task Certificate_from_elsewhere_is_not_even_asked_for(string address)
    {
        var queries = FakeQueries.Always(_certificate.ExportCertificatePem());
        var request = Signed();
        request.Headers["PAYPAL-CERT-URL"] = address;

        Assert.Equal(VerificationFailure.UntrustedKey, (await VerifyAsync(request, queries)).Failure);
        Assert.Empty(queries.Asked);
    }

    [Theory]
    [InlineData("PAYPAL-TRANSMISSION-ID")]
    [InlineData("PAYPAL-TRANSMISSION-TIME")]
    [InlineData("PAYPAL-TRANSMISSION-SIG")]
    [InlineData("PAYPAL-AUTH-ALGO")]
    [InlineData("PAYPAL-CERT-URL")]
    public async Task Every_header_has_to_be_there_once(string name)
    {
        var (without, twice) = (Signed(), Signed());
        without.Headers.Remove(name);
        twice.Headers[name] = new StringValues([twice.Headers[name], twice.Headers[name]]);

        Assert.Equal(VerificationFailure.MissingHeader, (await VerifyAsync(without)).Failure);
        Assert.Equal(VerificationFailure.MalformedHeader, (await VerifyAsync(twice)).Failure);
    }

    [Fact]
    public async Task Changed_body_id_time_or_webhook_is_noticed()
    {
        var (id, time) = (Signed(), Signed());
        id.Headers["PAYPAL-TRANSMISSION-ID"] = "other";
        time.Headers["PAYPAL-TRANSMISSION-TIME"] = "2026-03-14T15:09:27Z";

        foreach (var request in new[] { id, time, Signed() with { Body = Encoding.UTF8.GetBytes("{}") }, Signed(webhookId: "other") })
        {
            Assert.Equal(VerificationFailure.SignatureMismatch, (await VerifyAsync(request)).Failure);
        }
    }

    [Fact]
    public async Task Signature_that_is_no_base64_is_malformed_and_another_algorithm_not_supported()
    {
        var (malformed, weak) = (Signed(), Signed());
        malformed.Headers["PAYPAL-TRANSMISSION-SIG"] = "not base64!";
        weak.Headers["PAYPAL-AUTH-ALGO"] = "SHA1withRSA";

        Assert.Equal(VerificationFailure.MalformedHeader, (await VerifyAsync(malformed)).Failure);
        Assert.Equal(VerificationFailure.NoSupportedScheme, (await VerifyAsync(weak)).Failure);
    }

    [Fact]
    public async Task Without_the_webhooks_id_nothing_is_believed() =>
        Assert.Equal(VerificationFailure.UntrustedKey, (await _provider.VerifyAsync(Signed(webhookId: ""), new Source { Name = "s", Provider = _provider }, Served(_certificate, _intermediate.Pem), Now, TestContext.Current.CancellationToken)).Failure);

    [Fact]
    public void Source_has_to_name_the_webhook_and_needs_no_secret()
    {
        Assert.Empty(_provider.Validate(Source()));
        Assert.Empty(SourceChecks.Settings(Source()));
        Assert.Contains("WebhookId", Assert.Single(SourceChecks.Settings(new Source { Name = "s", Provider = _provider })), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xCBF43926u)] // the check value of CRC-32/ISO-HDLC
    public void Checksum_is_the_one_of_zip(string text, uint expected) => Assert.Equal(expected, Crc32.Compute(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("2026-03-10T15:09:26Z", null)]
    [InlineData("2026-03-10T15:09:25Z", VerificationFailure.StaleTimestamp)]
    [InlineData("yesterday", VerificationFailure.MalformedHeader)]
    public async Task Transmission_is_believed_for_four_days_for_which_its_event_is_remembered_at_the_least(string time, VerificationFailure? expected)
    {
        Assert.Equal(expected, (await VerifyAsync(Signed(time: time))).Failure);
        Assert.InRange(_provider.Tolerance, TimeSpan.FromDays(3), TimeSpan.FromDays(((IWebhookProvider)_provider).Redelivery.RetryDays));
    }

    private ValueTask<Verification> VerifyAsync(RawRequest request, FakeQueries? queries = null, ICertificateTrust? trust = null)
    {
        var asked = queries ?? Served(_certificate, _intermediate.Pem);
        asked.Trust = trust ?? new CertificateTrust([_root.Certificate]);
        return _provider.VerifyAsync(request, Source(), asked, Now, TestContext.Current.CancellationToken);
    }

    private static FakeQueries Served(X509Certificate2 certificate, string? intermediate) => new(query =>
        query.Address.AbsoluteUri is CertificateUrl ? (200, certificate.ExportCertificatePem()) : intermediate is null ? null : (200, intermediate));

    private Source Source() => new() { Name = "shop", Provider = _provider, Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["WebhookId"] = WebhookId } };

    private RawRequest Signed(string webhookId = WebhookId, X509Certificate2? key = null, string time = "2026-03-14T15:09:26Z")
    {
        const string Id = "dfb3be50-0000-11e4-8bf3-000000000000";
        var text = string.Create(CultureInfo.InvariantCulture, $"{Id}|{time}|{webhookId}|{Crc32.Compute(Body)}");
        using var rsa = (key ?? _certificate).GetRSAPrivateKey()!;
        var headers = new HeaderDictionary
        {
            ["Content-Type"] = "application/json",
            ["PAYPAL-TRANSMISSION-ID"] = Id,
            ["PAYPAL-TRANSMISSION-TIME"] = time,
            ["PAYPAL-TRANSMISSION-SIG"] = Convert.ToBase64String(rsa.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            ["PAYPAL-AUTH-ALGO"] = "SHA256withRSA",
            ["PAYPAL-CERT-URL"] = CertificateUrl,
        };
        return new RawRequest("POST", "", headers, Body);
    }
}
