using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>
/// A header that lists a Unix time and signatures, <c>t=1700000000,v1=…,v1=…</c>: the time, a joint and the raw body are signed by HMAC-SHA256 in hexadecimal, once per active secret.
/// Providers differ in names and separators.
/// </summary>
public sealed class TimedSignatureHeader
{
    private readonly string _header;
    private readonly string _time;
    private readonly string _signature;
    private readonly char _separator;
    private readonly byte _joint;

    /// <param name="header">Must be sent exactly once.</param>
    /// <param name="time">Name of the time, which must be there once.</param>
    /// <param name="signature">Name of the signatures; items of other names are ignored.</param>
    /// <param name="separator">Stands between items; spaces around them do not matter.</param>
    /// <param name="joint">Signed between the time and the body.</param>
    public TimedSignatureHeader(string header, string time = "t", string signature = "v1", char separator = ',', char joint = '.')
    {
        _header = header;
        _time = time + "=";
        _signature = signature + "=";
        _separator = separator;
        _joint = (byte)joint;
    }

    /// <summary>Whether only the age counts, and before the signature does, as in some providers' own libraries: a time in the future is as good as now.</summary>
    public bool JudgesAgeFirst { get; init; }

    /// <summary>Judges a request by the source's secrets and tolerance.</summary>
    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingle(_header, out var header, out var failure))
        {
            return failure;
        }

        var presented = new PresentedSignatures(stackalloc byte[PresentedSignatures.Capacity * SHA256.HashSizeInBytes], SHA256.HashSizeInBytes);
        if (!TryParse(header, ref presented, out var timestamp, out var unixSeconds, out var hasOtherVersion))
        {
            return VerificationFailure.MalformedHeader;
        }

        if (presented.Count == 0)
        {
            return hasOtherVersion ? VerificationFailure.NoSupportedScheme : VerificationFailure.MalformedHeader;
        }

        var untimely = SignedTimestamp.Check(unixSeconds, source.Tolerance, now);
        if (JudgesAgeFirst)
        {
            if (untimely == VerificationFailure.StaleTimestamp && presented.Decoded > 0)
            {
                return VerificationFailure.StaleTimestamp;
            }

            untimely = null;
        }

        Span<byte> before = stackalloc byte[SignedTimestamp.MaxLength + 1];
        var length = Encoding.ASCII.GetBytes(timestamp, before);
        before[length++] = _joint;
        var secret = HmacSignature.FindSecret(HmacAlgorithm.Sha256, source.Secrets, before[..length], request.Body.Span, presented);
        return secret < 0 ? VerificationFailure.SignatureMismatch : untimely is { } reason ? reason : Verification.Valid(secret);
    }

    private bool TryParse(ReadOnlySpan<char> header, ref PresentedSignatures presented, out ReadOnlySpan<char> timestamp, out long unixSeconds, out bool hasOtherVersion)
    {
        timestamp = default;
        unixSeconds = 0;
        hasOtherVersion = false;
        foreach (var range in header.Split(_separator))
        {
            var item = header[range].Trim();
            if (item.StartsWith(_time))
            {
                // A second time would leave open which one was signed.
                if (!timestamp.IsEmpty || !SignedTimestamp.TryParse(item[_time.Length..], out unixSeconds))
                {
                    return false;
                }

                timestamp = item[_time.Length..];
            }
            else if (item.StartsWith(_signature))
            {
                presented.AddHex(item[_signature.Length..]);
            }
            else
            {
                hasOtherVersion |= item.Length > 3 && item[0] == 'v' && item.Contains('=');
            }
        }

        return !timestamp.IsEmpty && !presented.IsOverfull;
    }
}
