using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>Certificates and public keys in PEM (RFC 7468), as providers publish them and operators paste them. Never throws.</summary>
public static class PemText
{
    private const int LeastRsaBits = 2048;

    /// <summary>Whether a text means to be PEM.</summary>
    public static bool IsPem(string text) => text.TrimStart().StartsWith("-----BEGIN ", StringComparison.Ordinal);

    /// <summary>The same PEM however it was pasted: with line feeds, and without blank space around it.</summary>
    /// <param name="text">PEM; a line break may be CR LF, LF, CR or written <c>\n</c>.</param>
    public static string Normal(string text) => Unfold(text).ReplaceLineEndings("\n").Trim();

    /// <summary>What the first block of a PEM says it is, in lower case, e.g. <c>public key</c>; empty when it does not say.</summary>
    public static string LabelOf(string text) => PemEncoding.TryFind(text, out var fields) ? text[fields.Label].ToLowerInvariant() : "";

    /// <summary>All certificates in a text, in order; empty when there is none or one that cannot be read. The caller disposes of them.</summary>
    /// <param name="text">PEM; a line break may be written <c>\n</c>, as where a variable has one line.</param>
    public static X509Certificate2Collection Certificates(string text)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Unfold(text));
            return certificates;
        }
        catch (CryptographicException)
        {
            certificates.DisposeAll();
            return [];
        }
    }

    /// <summary>An RSA (2048 bits and more) or EC public key, or a certificate's; null for anything else, private keys included.</summary>
    /// <param name="text">PEM; a line break may be written <c>\n</c>, as where a variable has one line.</param>
    public static JsonWebKey? PublicKey(string text)
    {
        var pem = Unfold(text);
        try
        {
            if (pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal) || !PemEncoding.TryFind(pem, out var fields))
            {
                return null;
            }

            if (pem[fields.Label] is "CERTIFICATE")
            {
                using var certificate = X509Certificate2.CreateFromPem(pem);
                using var rsaOfCertificate = certificate.GetRSAPublicKey();
                using var ecOfCertificate = certificate.GetECDsaPublicKey();
                return rsaOfCertificate is not null ? KeyOf(rsaOfCertificate) : ecOfCertificate is not null ? KeyOf(ecOfCertificate) : null;
            }

            return RsaKey(pem) ?? EcKey(pem);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>An RSA private key (2048 bits and more, PKCS #1 or #8, not encrypted), which the caller disposes of; null for anything else.</summary>
    /// <param name="text">PEM; a line break may be written <c>\n</c>, as where a variable has one line.</param>
    public static RSA? PrivateRsaKey(string text)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(Unfold(text));
            if (rsa.KeySize >= LeastRsaBits)
            {
                _ = rsa.SignHash(new byte[SHA256.HashSizeInBytes], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                return rsa;
            }
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            // A public key, or none.
        }

        rsa.Dispose();
        return null;
    }

    /// <summary>Disposes of every certificate.</summary>
    public static void DisposeAll(this X509Certificate2Collection certificates)
    {
        foreach (var certificate in certificates)
        {
            certificate.Dispose();
        }
    }

    private static JsonWebKey? RsaKey(string pem)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return KeyOf(rsa);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static JsonWebKey? EcKey(string pem)
    {
        using var ec = ECDsa.Create();
        ec.ImportFromPem(pem);
        return KeyOf(ec);
    }

    private static JsonWebKey? KeyOf(RSA rsa) =>
        rsa.KeySize < LeastRsaBits ? null : JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false)));

    // Made by hand: a converted key would go on using what is disposed of here.
    private static JsonWebKey? KeyOf(ECDsa ec)
    {
        var parameters = ec.ExportParameters(includePrivateParameters: false);
        var curve = parameters.Curve.Oid?.Value switch
        {
            "1.2.840.10045.3.1.7" => "P-256",
            "1.3.132.0.34" => "P-384",
            "1.3.132.0.35" => "P-521",
            _ => null,
        };
        return curve is null ? null : new JsonWebKey { Kty = "EC", Crv = curve, X = Base64UrlEncoder.Encode(parameters.Q.X!), Y = Base64UrlEncoder.Encode(parameters.Q.Y!) };
    }

    private static string Unfold(string text) => text.Replace("\\n", "\n", StringComparison.Ordinal);
}
