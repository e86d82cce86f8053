using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>
/// HMAC-SHA1, base64, over the URL as Twilio called it and, of a form, every field's name and value, by name; any other body is covered by its SHA-256 in the URL (twilio.com/docs/usage/security).
/// Names and values are joined without a separator, so where a name ends is not proven: <c>Digits=1234</c> and <c>Digits1=234</c> have one signature.
/// </summary>
public static class TwilioScheme
{
    /// <summary>More fields than this are no form of Twilio's.</summary>
    private const int MostFields = 1000;

    private const int MostInserted = 32;

    private const string SignatureHeader = "X-Twilio-Signature";

    public static Verification Verify(in RawRequest request, Source source)
    {
        if (!request.TryGetSingle(SignatureHeader, out var header, out var failure))
        {
            return failure;
        }

        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA1.HashSizeInBytes], SHA1.HashSizeInBytes);
        if (!presented.AddBase64(header))
        {
            return VerificationFailure.SignatureMismatch;
        }

        var body = request.Body.Span;
        if (BodyHash(request.Url) is { } hash)
        {
            // Whatever the media type says: the URL is signed, so the hash in it is.
            return IsHashOf(body, hash) ? FindSecret(request.Url, Encoding.UTF8.GetBytes(request.Url), [], source, presented) : VerificationFailure.SignatureMismatch;
        }

        if (!string.Equals(request.MediaType, FormFields.MediaType, StringComparison.Ordinal))
        {
            return VerificationFailure.MissingHeader;
        }

        return VerifyForm(request.Url, body, source, presented);
    }

    /// <summary>The URL as its signer may have spelled it: with and without a port, and apostrophes in the query escaped or not. Twilio's own libraries try the same.</summary>
    public static IReadOnlyCollection<string> Spellings(string url)
    {
        var mark = url.IndexOf('?', StringComparison.Ordinal);
        var (address, query) = mark < 0 ? (url, "") : (url[..mark], url[mark..]);
        var (bare, ported) = Ports(address);
        var spellings = new HashSet<string>(StringComparer.Ordinal);
        foreach (var spelling in (ReadOnlySpan<string>)[query, query.Replace("'", "%27", StringComparison.Ordinal), query.Replace("%27", "'", StringComparison.Ordinal)])
        {
            spellings.Add(bare + spelling);
            spellings.Add(ported + spelling);
        }

        return spellings;
    }

    private static Verification VerifyForm(string url, ReadOnlySpan<byte> body, Source source, in PresentedSignatures presented)
    {
        var start = Encoding.UTF8.GetByteCount(url);
        var signed = ArrayPool<byte>.Shared.Rent(start + body.Length);
        Encoding.UTF8.GetBytes(url, signed);
        var length = Join(body, signed.AsSpan(start));
        var verification = length < 0
            ? VerificationFailure.SignatureMismatch
            : FindSecret(url, signed.AsSpan(0, start + length), signed.AsSpan(start, length), source, presented);
        ArrayPool<byte>.Shared.Return(signed);
        return verification;
    }

    /// <summary>Nearly always the URL was signed as it is configured; how it is spelled is no secret that time could tell.</summary>
    /// <param name="signed">The URL and the fields.</param>
    private static Verification FindSecret(string url, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> fields, Source source, in PresentedSignatures presented)
    {
        var match = HmacSignature.FindSecret(HmacAlgorithm.Sha1, source.Secrets, default, signed, presented);
        if (match >= 0)
        {
            return Verification.Valid(match);
        }

        foreach (var spelling in Spellings(url))
        {
            if (!string.Equals(spelling, url, StringComparison.Ordinal))
            {
                var secret = HmacSignature.FindSecret(HmacAlgorithm.Sha1, source.Secrets, Encoding.UTF8.GetBytes(spelling), fields, presented);
                match = match < 0 ? secret : match;
            }
        }

        return match < 0 ? VerificationFailure.SignatureMismatch : Verification.Valid(match);
    }

    private static (string Bare, string Ported) Ports(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return (address, address);
        }

        var start = scheme + 3;
        var end = address.IndexOf('/', start) is >= 0 and var slash ? slash : address.Length;
        var host = address[start..end];
        var colon = host.LastIndexOf(':');
        var hasPort = colon > host.LastIndexOf('@') && colon < host.Length - 1 && !host.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9');
        if (hasPort)
        {
            return (address[..(start + colon)] + address[end..], address);
        }

        var port = address.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? ":443" : ":80";
        return (address, address[..end] + port + address[end..]);
    }

    private static string? BodyHash(string url) =>
        url.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? FormFields.Text(Encoding.UTF8.GetBytes(url[(mark + 1)..]), "bodySHA256"u8) : null;

    private static bool IsHashOf(ReadOnlySpan<byte> body, string hex)
    {
        Span<byte> actual = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, actual);
        var claimed = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        return claimed.AddHex(hex) && claimed.Contains(actual);
    }

    /// <summary>Names and values by name; of fields of one name each value once, in order.</summary>
    /// <param name="body">The form.</param>
    /// <param name="joined">At least as long as the body.</param>
    /// <returns>How many bytes were written; -1 when this is no form of Twilio's.</returns>
    private static int Join(ReadOnlySpan<byte> body, Span<byte> joined)
    {
        var decoded = ArrayPool<byte>.Shared.Rent(body.Length);
        var places = ArrayPool<FormField>.Shared.Rent(MostFields);
        var count = FormFields.DecodeAll(body, decoded, places.AsSpan(0, MostFields));
        var length = count < 0 ? -1 : 0;
        var fields = places.AsSpan(0, Math.Max(0, count));
        var order = new ByNameAndValue(decoded);
        Sort(fields, order);
        for (var i = 0; i < fields.Length; i++)
        {
            if (i == 0 || order.Compare(fields[i - 1], fields[i]) != 0)
            {
                decoded.AsSpan(fields[i].Start, fields[i].Length).CopyTo(joined[length..]);
                length += fields[i].Length;
            }
        }

        ArrayPool<FormField>.Shared.Return(places);
        ArrayPool<byte>.Shared.Return(decoded);
        return length;
    }

    // Twilio's forms have some twenty fields: putting each in its place needs neither the delegate nor the calls through it of a sort that is made for many.
    private static void Sort(Span<FormField> fields, ByNameAndValue order)
    {
        if (fields.Length > MostInserted)
        {
            fields.Sort(order);
            return;
        }

        for (var i = 1; i < fields.Length; i++)
        {
            var field = fields[i];
            var place = i;
            for (; place > 0 && order.Compare(fields[place - 1], field) > 0; place--)
            {
                fields[place] = fields[place - 1];
            }

            fields[place] = field;
        }
    }

    private readonly struct ByNameAndValue(byte[] decoded) : IComparer<FormField>
    {
        public int Compare(FormField x, FormField y) =>
            x.Name(decoded).SequenceCompareTo(y.Name(decoded)) is not 0 and var byName ? byName : x.Value(decoded).SequenceCompareTo(y.Value(decoded));
    }
}
