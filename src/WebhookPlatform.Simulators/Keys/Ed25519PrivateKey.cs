using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace WebhookPlatform.Simulators.Keys;

/// <summary>A private key of Ed25519 (RFC 8032), in PEM as RFC 8410 has it.</summary>
internal sealed class Ed25519PrivateKey
{
    private const string Label = "PRIVATE KEY";
    private const int Size = 32;

    // PKCS#8 of an Ed25519 key is always this and the key.
    private static readonly byte[] Preamble = Convert.FromHexString("302e020100300506032b657004220420");

    private readonly byte[] _key;

    private Ed25519PrivateKey(byte[] key)
    {
        _key = key;
        PublicKey = new byte[Size];
        Ed25519.GeneratePublicKey(key, 0, PublicKey, 0);
    }

    /// <summary>32 bytes.</summary>
    public byte[] PublicKey { get; }

    public static string Create() => PemEncoding.WriteString(Label, [.. Preamble, .. RandomNumberGenerator.GetBytes(Size)]);

    /// <exception cref="ArgumentException">The secret is no such key.</exception>
    public static Ed25519PrivateKey Parse(string secret)
    {
        var bytes = new byte[Preamble.Length + Size];
        return PemEncoding.TryFind(secret, out var pem)
            && secret.AsSpan(pem.Label).SequenceEqual(Label)
            && pem.DecodedDataLength == bytes.Length
            && Convert.TryFromBase64Chars(secret.AsSpan(pem.Base64Data), bytes, out _)
            && bytes.AsSpan().StartsWith(Preamble)
                ? new Ed25519PrivateKey(bytes[Preamble.Length..])
                : throw new ArgumentException("It is no private key of Ed25519 in PEM.", nameof(secret));
    }

    /// <summary>64 bytes.</summary>
    public byte[] Sign(byte[] message)
    {
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(_key, 0, message, 0, message.Length, signature, 0);
        return signature;
    }
}
