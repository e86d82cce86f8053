using System.Buffers;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Signatures;

/// <summary>WebSub's <c>X-Hub-Signature: {method}={hex}</c> over the raw body, as Atlassian sends it: only <c>sha256</c> is accepted, any other method is one we do not support.</summary>
public static class HubSignature
{
    /// <summary>The header that holds method and signature.</summary>
    public const string Header = "X-Hub-Signature";

    private static readonly SearchValues<char> MethodLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static readonly HmacScheme Scheme = new(Header, Prefix: "sha256=") { Undecodable = VerificationFailure.MalformedHeader };

    /// <summary>Judges a request by the source's secrets.</summary>
    public static Verification Verify(in RawRequest request, Source source) =>
        request.Header(Header) is { } header && !header.StartsWith(Scheme.Prefix, StringComparison.Ordinal) && NamesMethod(header)
            ? VerificationFailure.NoSupportedScheme
            : Scheme.Verify(request, source);

    private static bool NamesMethod(string header) =>
        header.IndexOf('=', StringComparison.Ordinal) is > 0 and var end && header.AsSpan(0, end).IndexOfAnyExcept(MethodLetters) < 0;
}
