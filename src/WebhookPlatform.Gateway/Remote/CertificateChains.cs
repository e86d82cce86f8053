using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Signatures;

namespace WebhookPlatform.Gateway.Remote;

/// <summary>Completes chains: servers often show a certificate without those between it and the root, and say in it where they are (RFC 5280, section 4.2.2.1).</summary>
internal static class CertificateChains
{
    private const int MostFetched = 3;
    private static readonly TimeSpan IntermediatesKept = TimeSpan.FromDays(1);

    /// <summary>Whether a certificate is trusted; certificates that are missing on the way are asked for.</summary>
    /// <param name="others">What came with it; what is fetched is added.</param>
    /// <exception cref="IngestRefusedException">A missing one cannot be had now.</exception>
    public static async ValueTask<bool> IsTrustedAsync(
        this IProviderQueries queries, X509Certificate2 certificate, X509Certificate2Collection others, DateTimeOffset at, CancellationToken cancellationToken)
    {
        for (var fetched = 0; ; fetched++)
        {
            var judgement = queries.Trust.Judge(certificate, others, at);
            if (judgement is not ChainJudgement.Incomplete || fetched == MostFetched)
            {
                return judgement is ChainJudgement.Trusted;
            }

            if (IssuerAddress(Last(certificate, others)) is not { } address
                || await queries.AskAsync(new ProviderQuery(address) { KeepFor = IntermediatesKept }, cancellationToken) is not { IsSuccess: true } answer
                || !TryAdd(answer.Body.Span, others))
            {
                return false;
            }
        }
    }

    // The one whose issuer is not here.
    private static X509Certificate2 Last(X509Certificate2 certificate, X509Certificate2Collection others)
    {
        var last = certificate;
        for (var steps = 0; steps < others.Count; steps++)
        {
            if (others.FirstOrDefault(other => other.SubjectName.RawData.AsSpan().SequenceEqual(last.IssuerName.RawData)) is not { } issuer)
            {
                break;
            }

            last = issuer;
        }

        return last;
    }

    // Authorities write http, since a certificate proves itself by its signature; those whose certificates sign webhooks answer https as well.
    private static Uri? IssuerAddress(X509Certificate2 certificate)
    {
        try
        {
            var written = certificate.Extensions.OfType<X509AuthorityInformationAccessExtension>().SelectMany(extension => extension.EnumerateCAIssuersUris()).FirstOrDefault();
            return Uri.TryCreate(written, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.IsDefaultPort
                ? new UriBuilder(uri) { Scheme = Uri.UriSchemeHttps, Port = -1 }.Uri
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static bool TryAdd(ReadOnlySpan<byte> encoded, X509Certificate2Collection others)
    {
        try
        {
            others.Add(X509CertificateLoader.LoadCertificate(encoded));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
