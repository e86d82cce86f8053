using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>
/// HubSpot's three versions. Version 3 is an HMAC-SHA256 (base64) of method, URL, raw body and a time in milliseconds.
/// Versions 1 and 2 are a SHA-256 (hex) of secret and body, with method and URL between them in version 2. Such a hash can be extended without the secret, by a body of one's own after
/// what was hashed and its padding; that has zero bytes, which no text of HubSpot's has, so they prove nothing of a body that does. See https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation.
/// </summary>
internal static class HubSpotSignature
{
    private const string Header = "X-HubSpot-Signature-v3";
    private const string TimestampHeader = "X-HubSpot-Request-Timestamp";
    private const string OldHeader = "X-HubSpot-Signature";
    private const string OldVersionHeader = "X-HubSpot-Signature-Version";

    // What HubSpot decodes in the URL before it signs it.
    private static readonly (string Encoded, string Decoded)[] Decoded =
    [
        ("%3A", ":"), ("%2F", "/"), ("%3F", "?"), ("%40", "@"), ("%21", "!"), ("%24", "$"), ("%27", "'"), ("%28", "("), ("%29", ")"), ("%2A", "*"), ("%2C", ","), ("%3B", ";"),
    ];

    /// <summary>Judges a request by the newest version that it presents; an older one never makes up for a wrong newer one.</summary>
    /// <param name="onlyNewest">Whether nothing but version 3 will do.</param>
    public static Verification Verify(in RawRequest request, Source source, DateTimeOffset now, bool onlyNewest)
    {
        if (onlyNewest || request.Headers.ContainsKey(Header) || request.Headers.ContainsKey(TimestampHeader))
        {
            return VerifyNewest(request, source, now);
        }

        if (!request.TryGetSingle(OldHeader, out var header, out var failure) || !request.TryGetSingle(OldVersionHeader, out var version, out failure))
        {
            return failure;
        }

        return version switch
        {
            "v1" => VerifyHash(request, source, header, ""),
            "v2" => VerifyHash(request, source, header, request.Method + request.Url),
            _ => VerificationFailure.NoSupportedScheme,
        };
    }

    private static Verification VerifyNewest(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingle(Header, out var header, out var failure) || !request.TryGetSingle(TimestampHeader, out var timestamp, out failure))
        {
            return failure;
        }

        if (!SignedTimestamp.TryParse(timestamp, out var milliseconds))
        {
            return VerificationFailure.MalformedHeader;
        }

        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        presented.AddBase64(header);
        var body = request.Body.Span;
        var length = body.Length + timestamp.Length;
        var signed = ArrayPool<byte>.Shared.Rent(length);
        body.CopyTo(signed);
        Encoding.ASCII.GetBytes(timestamp, signed.AsSpan(body.Length));
        var secret = HmacSignature.FindSecret(HmacAlgorithm.Sha256, source.Secrets, Encoding.UTF8.GetBytes(request.Method + Decode(request.Url)), signed.AsSpan(0, length), presented);
        ArrayPool<byte>.Shared.Return(signed);
        return secret < 0 ? VerificationFailure.SignatureMismatch
            : SignedTimestamp.Check(milliseconds / 1000, source.Tolerance, now) is { } untimely ? untimely
            : Verification.Valid(secret);
    }

    private static Verification VerifyHash(in RawRequest request, Source source, string header, string between)
    {
        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        if (request.Body.Span.Contains((byte)0))
        {
            return VerificationFailure.SignatureMismatch;
        }

        presented.AddHex(header);
        var inserted = Encoding.UTF8.GetBytes(between);
        var match = -1;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        for (var i = 0; i < source.Secrets.Count; i++)
        {
            hash.AppendData(source.Secrets[i].Utf8);
            hash.AppendData(inserted);
            hash.AppendData(request.Body.Span);
            hash.GetHashAndReset(expected);
            var found = presented.Contains(expected) & source.Secrets[i].Utf8.Length > 0;
            match = found && match < 0 ? i : match;
        }

        return match < 0 ? VerificationFailure.SignatureMismatch : Verification.Valid(match);
    }

    private static string Decode(string url)
    {
        if (url.Contains('%', StringComparison.Ordinal))
        {
            foreach (var (encoded, decoded) in Decoded)
            {
                url = url.Replace(encoded, decoded, StringComparison.OrdinalIgnoreCase);
            }
        }

        return url;
    }
}
