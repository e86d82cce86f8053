using System.Buffers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>A secret that is written in hexadecimal and used as the bytes it stands for.</summary>
public static class HexKey
{
    /// <summary>Longest key in bytes.</summary>
    public const int MaxSize = 256;

    /// <summary>Decodes the key; false when it is empty, too long or not hexadecimal.</summary>
    /// <param name="secret">The secret as configured.</param>
    /// <param name="buffer">At least <see cref="MaxSize"/> bytes.</param>
    /// <param name="key">The part of the buffer that holds the key.</param>
    public static bool TryDecode(SourceSecret secret, Span<byte> buffer, out ReadOnlySpan<byte> key)
    {
        key = default;
        if (secret.Text.Length is 0 or > MaxSize * 2 || Convert.FromHexString(secret.Text, buffer, out _, out var written) != OperationStatus.Done)
        {
            return false;
        }

        key = buffer[..written];
        return true;
    }

    /// <summary>The first secret whose bytes give one of the presented signatures; -1 for none. All secrets are tried, whichever matches.</summary>
    public static int FindSecret(HmacAlgorithm algorithm, IReadOnlyList<SourceSecret> secrets, ReadOnlySpan<byte> before, ReadOnlySpan<byte> body, in PresentedSignatures presented)
    {
        Span<byte> buffer = stackalloc byte[MaxSize];
        var match = -1;
        for (var i = 0; i < secrets.Count; i++)
        {
            var found = TryDecode(secrets[i], buffer, out var key) && HmacSignature.IsSignedWith(algorithm, key, before, body, presented);
            match = found && match < 0 ? i : match;
        }

        return match;
    }

    /// <summary>Findings about secrets that cannot be decoded.</summary>
    public static IEnumerable<string> Check(Source source)
    {
        var buffer = new byte[MaxSize];
        for (var i = 0; i < source.Secrets.Count; i++)
        {
            if (!string.IsNullOrWhiteSpace(source.Secrets[i].Text) && !TryDecode(source.Secrets[i], buffer, out _))
            {
                yield return $"Secrets:{i} is no hexadecimal key: set it as the provider shows it.";
            }
        }
    }
}
