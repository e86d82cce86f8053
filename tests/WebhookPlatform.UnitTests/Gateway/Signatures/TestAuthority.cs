using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WebhookPlatform.UnitTests.Gateway.Signatures;

/// <summary>An authority that issues certificates for a test.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    public const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset Since = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private TestAuthority(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>Its own, with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem();

    public static TestAuthority Root(string name = "Test Root")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TestAuthority(AuthorityRequest(name, key).CreateSelfSigned(Since, Until));
    }

    public TestAuthority Intermediate(string name = "Test Intermediate")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Sign(AuthorityRequest(name, key), Since, Until);
        return new TestAuthority(certificate.CopyWithPrivateKey(key));
    }

    /// <summary>A certificate with an RSA key of its own.</summary>
    /// <param name="issuerAddress">Where it says that its issuer's certificate is.</param>
    public X509Certificate2 Issue(string name, DateTimeOffset? from = null, DateTimeOffset? to = null, string usage = ServerUsage, string? issuerAddress = null)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (issuerAddress is not null)
        {
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [issuerAddress]));
        }

        using var certificate = Sign(request, from ?? Since, to ?? Until);
        return certificate.CopyWithPrivateKey(key);
    }

    public void Dispose() => Certificate.Dispose();

    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset from, DateTimeOffset to)
    {
        using var key = Certificate.GetECDsaPrivateKey()!;
        return request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(key), from, to, RandomNumberGenerator.GetBytes(12));
    }

    private static CertificateRequest AuthorityRequest(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        return request;
    }
}
