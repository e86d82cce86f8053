using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WebhookPlatform.Simulators.Keys;

/// <summary>A private RSA key with its certificate and the authority that issued it, in one PEM. The authority is made for it and believed by nobody who is not told to.</summary>
/// <param name="Certificate">With its private key.</param>
/// <param name="Authority">Without.</param>
internal sealed record CertifiedKey(X509Certificate2 Certificate, X509Certificate2 Authority)
{
    private const int KeyBits = 2048;

    // Simulations run on clocks of their own.
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = new(2049, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The certificate's PEM and its authority's.</summary>
    public string Chain => $"{Certificate.ExportCertificatePem()}\n{Authority.ExportCertificatePem()}\n";

    /// <param name="name">DNS name that the certificate is for.</param>
    public static string Create(string name)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=Authority of the simulator", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority());
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        using var root = rootRequest.CreateSelfSigned(From, To);

        using var key = RSA.Create(KeyBits);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(root.SubjectName, X509SignatureGenerator.CreateForECDsa(rootKey), From, To, RandomNumberGenerator.GetBytes(16));

        return string.Join('\n', key.ExportPkcs8PrivateKeyPem(), certificate.ExportCertificatePem(), root.ExportCertificatePem()) + "\n";
    }

    /// <exception cref="ArgumentException">The secret is no such key with its certificates.</exception>
    public static CertifiedKey Parse(string secret)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(secret);
            if (certificates.Count == 2)
            {
                return new CertifiedKey(X509Certificate2.CreateFromPem(certificates[0].ExportCertificatePem(), secret), certificates[1]);
            }
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            // It is none, as is said below.
        }

        throw new ArgumentException("It is no private key with its certificate and that of the authority that issued it, in one PEM.", nameof(secret));
    }

    /// <summary>RSA with PKCS #1 padding.</summary>
    public byte[] Sign(byte[] data, HashAlgorithmName hash)
    {
        using var key = Certificate.GetRSAPrivateKey()!;
        return key.SignData(data, hash, RSASignaturePadding.Pkcs1);
    }
}
