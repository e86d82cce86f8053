using System.Buffers;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>Ed25519 (RFC 8032) over what a scheme puts before the body, and the body.</summary>
public static class Ed25519Signature
{
    /// <summary>A signature's length in bytes.</summary>
    public const int Size = 64;

    /// <summary>A public key's length in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>Whether the bytes are a usable public key.</summary>
    public static bool IsPublicKey(ReadOnlySpan<byte> key) => key.Length == KeySize && Ed25519.ValidatePublicKeyFull(key.ToArray(), 0);

    /// <summary>Whether one of the presented signatures was made with the private half of <paramref name="publicKey"/>.</summary>
    public static bool IsSignedWith(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> before, ReadOnlySpan<byte> body, in PresentedSignatures presented)
    {
        if (publicKey.Length != KeySize || presented.Decoded == 0)
        {
            return false;
        }

        // Ed25519 reads the message twice, so it has to be in one piece.
        var length = before.Length + body.Length;
        var message = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            before.CopyTo(message);
            body.CopyTo(message.AsSpan(before.Length));
            var key = publicKey.ToArray();
            var found = false;
            for (var i = 0; i < presented.Decoded; i++)
            {
                found |= Ed25519.Verify(presented[i].ToArray(), 0, key, 0, message, 0, length);
            }

            return found;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }
}
