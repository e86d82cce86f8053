using System.Security.Cryptography;

namespace WebhookPlatform.Simulators.Keys;

/// <summary>Private keys of ECDSA on P-256, in PEM.</summary>
internal static class EcdsaPrivateKey
{
    public static string Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    /// <exception cref="ArgumentException">The secret is no such key.</exception>
    public static ECDsa Parse(string secret)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(secret);
            if (key.KeySize == 256 && key.ExportParameters(includePrivateParameters: true).D is not null)
            {
                return key;
            }
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            // It is no key of this kind, as is said below.
        }

        key.Dispose();
        throw new ArgumentException("It is no private key of ECDSA on P-256 in PEM.", nameof(secret));
    }
}
