using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class HmacProviderTests : SigningProviderContract
{
    protected override IWebhookProvider Provider { get; } = new HmacProvider();

    protected override string ProofHeader => "X-Sig";

    protected override IReadOnlyList<string> MalformedProofs => ["sha512=", "sha512=AAAA", "sha512=not base64", "sha256=AAAA", Convert.ToBase64String(new byte[64])];

    protected override Source Configure(Source source) =>
        source with { Header = ProofHeader, Hmac = new HmacSettings(HmacAlgorithm.Sha512, SignatureEncoding.Base64, "sha512=") };

    protected override void Sign(IHeaderDictionary headers, byte[] body, string secret, DateTimeOffset at) =>
        headers[ProofHeader] = $"sha512={Convert.ToBase64String(HMACSHA512.HashData(Encoding.UTF8.GetBytes(secret), body))}";

    [Theory]
    [InlineData(HmacAlgorithm.Sha256, SignatureEncoding.Hex, "")]
    [InlineData(HmacAlgorithm.Sha256, SignatureEncoding.Base64, "")]
    [InlineData(HmacAlgorithm.Sha1, SignatureEncoding.Hex, "sha1=")]
    [InlineData(HmacAlgorithm.Sha512, SignatureEncoding.Hex, "HMAC ")]
    public void Algorithm_encoding_and_prefix_are_settings(HmacAlgorithm algorithm, SignatureEncoding encoding, string prefix)
    {
        var key = Encoding.UTF8.GetBytes(Secret);
        var mac = algorithm switch
        {
            HmacAlgorithm.Sha1 => CryptographicOperations.HmacData(HashAlgorithmName.SHA1, key, Body),
            HmacAlgorithm.Sha512 => HMACSHA512.HashData(key, Body),
            _ => HMACSHA256.HashData(key, Body),
        };
        var request = SignedRequest(Body, Secret);
        request.Headers[ProofHeader] = prefix + (encoding == SignatureEncoding.Hex ? Convert.ToHexString(mac) : Convert.ToBase64String(mac));

        Assert.True(Provider.Verify(request, SourceWith(Secret) with { Hmac = new HmacSettings(algorithm, encoding, prefix) }, Now).IsValid);
        Assert.False(Verify(request, Secret).IsValid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("X Signature")]
    [InlineData("X-Signature:")]
    public void Header_that_http_does_not_allow_is_explained(string header) =>
        Assert.Contains("eader", Assert.Single(Provider.Validate(SourceWith(Secret) with { Header = header })), StringComparison.Ordinal);
}
