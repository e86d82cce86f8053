using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>What a certificate says of itself. Never throws.</summary>
public static class CertificateFacts
{
    /// <summary>Whether it is neither too young nor expired.</summary>
    public static bool IsValidAt(this X509Certificate2 certificate, DateTimeOffset at) =>
        at >= new DateTimeOffset(certificate.NotBefore) && at <= new DateTimeOffset(certificate.NotAfter);

    /// <summary>Its DNS names; where it has none, its common name.</summary>
    public static IReadOnlyList<string> Names(this X509Certificate2 certificate)
    {
        try
        {
            var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames()).ToList();
            return names.Count > 0 ? names
                : certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } name ? [name]
                : [];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    /// <summary>Whether a signature (RSA, PKCS #1 v1.5) over the data was made with the certificate's key.</summary>
    public static bool IsRsaSigned(this X509Certificate2 certificate, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        try
        {
            using var key = certificate.GetRSAPublicKey();
            return key is { KeySize: >= 2048 } && key.VerifyData(data, signature, hash, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
