using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Mapping;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Any sender that shows a certificate in the TLS handshake: one of the <c>Thumbprints</c>, or one that an authority among the source's secrets (PEM) issued. The connection covers the body.
/// The gateway itself has to end TLS; a certificate that a proxy tells of in a header is not looked at.
/// </summary>
public sealed class MtlsProvider : IWebhookProvider
{
    private const string Thumbprints = "Thumbprints";
    private const string Names = "Names";

    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");
    private static readonly ConditionalWeakTable<SourceSecret, CertificateTrust> Authorities = new();

    public string Name => "mtls";

    public bool UsesPublicKey => true;

    public IReadOnlyList<string> MediaTypes { get; } = [];

    public IReadOnlyList<ProviderSetting> Settings { get; } =
    [
        new(Thumbprints, "SHA-256 thumbprints of the certificates that are taken, in hexadecimal, separated by commas: openssl x509 -noout -fingerprint -sha256."),
        new(Names, "DNS names, or common names where there are none, one of which a certificate that an authority issued has to have, separated by commas. Without it: any."),
    ];

    public IEnumerable<string> Validate(Source source)
    {
        if (source.Secrets.Count == 0 && source.Setting(Thumbprints) is null)
        {
            yield return $"It needs to know whom to trust: set Settings:{Thumbprints}, or Secrets:0 to the certificate of an authority in PEM.";
        }

        foreach (var written in List(source, Thumbprints).Where(written => Thumbprint(written) is null))
        {
            yield return $"Settings:{Thumbprints} has '{written}', which is no SHA-256 thumbprint: 64 hexadecimal digits, with colons or without.";
        }

        for (var i = 0; i < source.Secrets.Count; i++)
        {
            var certificates = PemText.Certificates(source.Secrets[i].Text);
            if (certificates.Count == 0)
            {
                yield return $"Secrets:{i} is no certificate in PEM: put the authority's there, without its private key.";
            }

            certificates.DisposeAll();
        }

        foreach (var finding in MappingChecks.Find(source.Mapping))
        {
            yield return finding;
        }
    }

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (request.ClientCertificate is not { } certificate)
        {
            return VerificationFailure.MissingHeader;
        }

        if (!certificate.IsValidAt(now))
        {
            return VerificationFailure.UntrustedKey;
        }

        if (IsNamed(certificate, source))
        {
            return Verification.Valid(-1);
        }

        for (var i = 0; i < source.Secrets.Count; i++)
        {
            var authority = Authorities.GetValue(source.Secrets[i], static secret => new CertificateTrust(PemText.Certificates(secret.Text), ClientAuthentication));
            if (authority.Judge(certificate, [], now) is ChainJudgement.Trusted)
            {
                return HasName(certificate, source) ? Verification.Valid(i) : VerificationFailure.NotAllowed;
            }
        }

        return VerificationFailure.UntrustedKey;
    }

    public Webhook Read(in RawRequest request, Source source) => CompiledMapping.Of(source.Mapping).Read(request.Body.Span);

    private static bool IsNamed(X509Certificate2 certificate, Source source)
    {
        var actual = certificate.GetCertHash(HashAlgorithmName.SHA256);
        return List(source, Thumbprints).Any(written => Thumbprint(written) is { } expected && CryptographicOperations.FixedTimeEquals(actual, expected));
    }

    private static bool HasName(X509Certificate2 certificate, Source source)
    {
        var names = List(source, Names);
        return names.Length == 0 || certificate.Names().Intersect(names, StringComparer.OrdinalIgnoreCase).Any();
    }

    private static byte[]? Thumbprint(string written)
    {
        var thumbprint = new byte[SHA256.HashSizeInBytes];
        var digits = written.Replace(":", "", StringComparison.Ordinal);
        return digits.Length == thumbprint.Length * 2 && Convert.FromHexString(digits, thumbprint, out _, out _) is System.Buffers.OperationStatus.Done ? thumbprint : null;
    }

    private static string[] List(Source source, string setting) => (source.Setting(setting) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
