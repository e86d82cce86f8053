using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>
/// Standard Webhooks (standardwebhooks.com): <c>{id}.{timestamp}.</c> and the raw body are signed, by HMAC-SHA256 (<c>v1</c>) or ed25519 (<c>v1a</c>), in base64; the header lists signatures with spaces between.
/// </summary>
public static class StandardWebhooksScheme
{
    /// <summary>What the three headers' names begin with.</summary>
    public const string Prefix = "webhook-";

    /// <summary>Judges a request by the source's secrets and tolerance.</summary>
    /// <param name="prefix">What the headers' names begin with: <see cref="Prefix"/>, or the scheme's older <c>svix-</c>.</param>
    public static Verification Verify(in RawRequest request, Source source, DateTimeOffset now, string prefix = Prefix)
    {
        if (!request.TryGetSingle(prefix + "id", out var id, out var failure)
            || !request.TryGetSingle(prefix + "timestamp", out var timestamp, out failure)
            || !request.TryGetSingle(prefix + "signature", out var header, out failure))
        {
            return failure;
        }

        if (id.Length > CleanText.MaxName || !SignedTimestamp.TryParse(timestamp, out var unixSeconds))
        {
            return VerificationFailure.MalformedHeader;
        }

        var hmacs = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        var ed25519s = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * Ed25519Signature.Size], Ed25519Signature.Size);
        if (!TryParse(header, ref hmacs, ref ed25519s))
        {
            return VerificationFailure.MalformedHeader;
        }

        Span<byte> before = stackalloc byte[CleanText.MaxName * 3 + SignedTimestamp.MaxLength + 2];
        var length = Encoding.UTF8.GetBytes(id, before);
        before[length++] = (byte)'.';
        length += Encoding.ASCII.GetBytes(timestamp, before[length..]);
        before[length++] = (byte)'.';
        return FindSecret(source.Secrets, before[..length], request.Body.Span, hmacs, ed25519s) switch
        {
            null => VerificationFailure.NoSupportedScheme,
            < 0 => VerificationFailure.SignatureMismatch,
            { } secret => SignedTimestamp.Check(unixSeconds, source.Tolerance, now) is { } untimely ? untimely : Verification.Valid(secret),
        };
    }

    private static bool TryParse(ReadOnlySpan<char> header, ref PresentedSignatures hmacs, ref PresentedSignatures ed25519s)
    {
        var hasVersion = false;
        foreach (var range in header.Split(' '))
        {
            var item = header[range];
            hasVersion |= item.IndexOf(',') > 0;
            if (item.StartsWith("v1,"))
            {
                hmacs.AddBase64(item[3..]);
            }
            else if (item.StartsWith("v1a,"))
            {
                ed25519s.AddBase64(item[4..]);
            }
        }

        return hasVersion && !hmacs.IsOverfull && !ed25519s.IsOverfull;
    }

    /// <summary>The first secret that matches, -1 when none does, null when no secret is of a kind that was presented.</summary>
    private static int? FindSecret(IReadOnlyList<SourceSecret> secrets, ReadOnlySpan<byte> before, ReadOnlySpan<byte> body, in PresentedSignatures hmacs, in PresentedSignatures ed25519s)
    {
        int? match = null;
        Span<byte> buffer = stackalloc byte[StandardWebhooksSecret.MaxKeySize];
        for (var i = 0; i < secrets.Count; i++)
        {
            var isPublic = StandardWebhooksSecret.IsPublicKey(secrets[i]);
            if ((isPublic ? ed25519s.Count : hmacs.Count) == 0)
            {
                continue;
            }

            match ??= -1;
            var found = StandardWebhooksSecret.TryDecode(secrets[i], buffer, out var key)
                && (isPublic
                    ? Ed25519Signature.IsSignedWith(key, before, body, ed25519s)
                    : HmacSignature.IsSignedWith(HmacAlgorithm.Sha256, key, before, body, hmacs));
            match = found && match < 0 ? i : match;
        }

        return match;
    }
}
