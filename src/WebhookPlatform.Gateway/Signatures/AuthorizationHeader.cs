using System.Text;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary><c>Authorization</c> as RFC 6750 (<c>Bearer {token}</c>) and RFC 7617 (<c>Basic {base64 of user:password}</c>) have it. The secret is the token, or <c>user:password</c>.</summary>
public static class AuthorizationHeader
{
    private const string Name = "Authorization";
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";
    private const int LongestCredentials = 4096;

    /// <summary>Judges a request by the source's secrets.</summary>
    public static Verification VerifyBearerOrBasic(in RawRequest request, Source source)
    {
        if (!request.TryGetSingle(Name, out var header, out var failure))
        {
            return failure;
        }

        var presented = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim()
            : header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) ? Decode(header.AsSpan(Basic.Length).Trim())
            : null;
        if (string.IsNullOrEmpty(presented))
        {
            return VerificationFailure.MalformedHeader;
        }

        var secret = SharedToken.FindSecret(presented, source.Secrets);
        return secret < 0 ? VerificationFailure.TokenMismatch : Verification.Valid(secret);
    }

    private static string? Decode(ReadOnlySpan<char> base64)
    {
        var bytes = new byte[Math.Min(base64.Length, LongestCredentials)];
        return Convert.TryFromBase64Chars(base64, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
