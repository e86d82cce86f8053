using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.UnitTests.Gateway.Signatures;

namespace WebhookPlatform.UnitTests.Gateway.Providers;

public sealed class MtlsProviderTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    private readonly MtlsProvider _provider = new();
    private readonly TestAuthority _root = TestAuthority.Root();
    private readonly X509Certificate2 _certificate;

    public MtlsProviderTests() => _certificate = _root.Issue("sender.example", usage: TestAuthority.ClientUsage);

    public void Dispose()
    {
        _certificate.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void Certificate_of_a_known_thumbprint_is_accepted_however_it_is_written()
    {
        var thumbprint = _certificate.GetCertHashString(HashAlgorithmName.SHA256);
        var withColons = string.Join(':', thumbprint.Chunk(2).Select(pair => new string(pair)));

        Assert.All([thumbprint, thumbprint.ToLowerInvariant(), withColons, $"{new string('0', 64)}, {withColons}"], written =>
        {
            Assert.True(Verify(_certificate, With(("Thumbprints", written))).IsValid);
            Assert.Empty(_provider.Validate(With(("Thumbprints", written))));
        });
    }

    [Fact]
    public void Certificate_of_a_known_authority_is_accepted_and_the_authority_told()
    {
        using var other = TestAuthority.Root();

        Assert.Equal(Verification.Valid(1), Verify(_certificate, With(other.Pem, _root.Pem)));
        Assert.Equal(Verification.Valid(0), Verify(_certificate, With(_root.Pem.Replace("\n", "\\n", StringComparison.Ordinal))));
        Assert.Equal(VerificationFailure.UntrustedKey, Verify(_certificate, With(other.Pem)).Failure);
    }

    [Fact]
    public void Authority_below_a_root_is_trusted_when_both_are_there()
    {
        using var intermediate = _root.Intermediate();
        using var certificate = intermediate.Issue("sender.example", usage: TestAuthority.ClientUsage);

        Assert.True(Verify(certificate, With(_root.Pem + "\n" + intermediate.Pem)).IsValid);
        Assert.Equal(VerificationFailure.UntrustedKey, Verify(certificate, With(_root.Pem)).Failure);
    }

    [Fact]
    public void Certificate_with_the_authoritys_name_but_not_its_signature_is_not_trusted()
    {
        using var alike = TestAuthority.Root();
        using var forged = alike.Issue("sender.example", usage: TestAuthority.ClientUsage);

        Assert.Equal(VerificationFailure.UntrustedKey, Verify(forged, With(_root.Pem)).Failure);
    }

    [Fact]
    public void Certificate_for_servers_is_not_one_for_clients()
    {
        using var server = _root.Issue("sender.example");

        Assert.Equal(VerificationFailure.UntrustedKey, Verify(server, With(_root.Pem)).Failure);
    }

    [Fact]
    public void Expired_or_future_certificate_is_refused_even_if_its_thumbprint_is_known()
    {
        using var expired = _root.Issue("sender.example", to: Now.AddSeconds(-1), usage: TestAuthority.ClientUsage);
        using var young = _root.Issue("sender.example", from: Now.AddMinutes(1), usage: TestAuthority.ClientUsage);

        Assert.All([expired, young], certificate =>
        {
            Assert.Equal(VerificationFailure.UntrustedKey, Verify(certificate, With(_root.Pem)).Failure);
            Assert.Equal(VerificationFailure.UntrustedKey, Verify(certificate, With(("Thumbprints", certificate.GetCertHashString(HashAlgorithmName.SHA256)))).Failure);
        });
    }

    [Theory]
    [InlineData("sender.example", true)]
    [InlineData("other.example, SENDER.example", true)]
    [InlineData("other.example", false)]
    [InlineData("example", false)]
    public void Authoritys_certificate_has_to_have_one_of_the_names(string names, bool isAccepted) =>
        Assert.Equal(isAccepted ? null : VerificationFailure.NotAllowed, Verify(_certificate, With(("Names", names)) with { Secrets = [new SourceSecret(_root.Pem)] }).Failure);

    [Fact]
    public void Without_a_certificate_or_anybody_to_trust_nothing_is_accepted()
    {
        Assert.Equal(VerificationFailure.MissingHeader, Verify(null, With(_root.Pem)).Failure);
        Assert.Equal(VerificationFailure.UntrustedKey, Verify(_certificate, With(Array.Empty<string>())).Failure);
        Assert.Equal(VerificationFailure.UntrustedKey, Verify(_certificate, With("no certificate")).Failure);
    }

    [Fact]
    public void Wrong_settings_are_told()
    {
        Assert.Empty(_provider.Validate(With(_root.Pem)));
        Assert.Contains("Secrets:0", Assert.Single(_provider.Validate(With(Array.Empty<string>()))), StringComparison.Ordinal);
        Assert.Contains("Secrets:1", Assert.Single(_provider.Validate(With(_root.Pem, "no certificate"))), StringComparison.Ordinal);
        Assert.Contains("thumbprint", Assert.Single(_provider.Validate(With(("Thumbprints", _certificate.Thumbprint)))), StringComparison.Ordinal); // SHA-1
    }

    [Fact]
    public async Task Certificate_shown_in_the_handshake_reaches_the_provider_and_none_is_needed()
    {
        using var serverCertificate = _root.Issue("localhost");
        using var forServer = X509CertificateLoader.LoadPkcs12(serverCertificate.Export(X509ContentType.Pkcs12), null);
        using var forClient = X509CertificateLoader.LoadPkcs12(_certificate.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureHttpsDefaults(ClientCertificates.Allow);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(forServer));
        });
        await using var server = builder.Build();
        var source = With(_root.Pem);
        server.Run(context =>
        {
            var verification = Verify(context.Connection.ClientCertificate, source);
            return context.Response.WriteAsync(verification.Failure?.ToString() ?? "valid");
        });
        await server.StartAsync(TestContext.Current.CancellationToken);
        var address = new Uri(server.Urls.Single());
        using var stranger = TestAuthority.Root();
        using var strangers = stranger.Issue("sender.example", usage: TestAuthority.ClientUsage);
        using var forStranger = X509CertificateLoader.LoadPkcs12(strangers.Export(X509ContentType.Pkcs12), null);

        Assert.Equal("valid", await AskAsync(address, forServer, forClient));
        Assert.Equal("UntrustedKey", await AskAsync(address, forServer, forStranger));
        Assert.Equal("MissingHeader", await AskAsync(address, forServer, null));
    }

    private static async Task<string> AskAsync(Uri address, X509Certificate2 server, X509Certificate2? client)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == server.GetCertHashString();
        if (client is not null)
        {
            handler.SslOptions.ClientCertificates = [client];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => client;
        }

        using var http = new HttpClient(handler);
        return await http.GetStringAsync(address, TestContext.Current.CancellationToken);
    }

    private Verification Verify(X509Certificate2? certificate, Source source) =>
        _provider.Verify(new RawRequest("POST", "", new HeaderDictionary(), default) { ClientCertificate = certificate }, source, Now);

    private Source With(params string[] authorities) => new() { Name = "s", Provider = _provider, Secrets = [.. authorities.Select(pem => new SourceSecret(pem))] };

    private Source With(params (string Name, string Value)[] settings) =>
        new() { Name = "s", Provider = _provider, Settings = settings.ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.OrdinalIgnoreCase) };
}
