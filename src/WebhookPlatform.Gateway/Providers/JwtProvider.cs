using System.Runtime.CompilerServices;
using Microsoft.IdentityModel.Tokens;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Mapping;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Any sender that sends a token (RFC 7519) along: <c>Authorization: Bearer {token}</c>. Its key is one of the source's secrets, each a shared secret (HS256 and the like) or a public key in PEM, or one of the set at <c>JwksUrl</c>.
/// A token proves the sender. It covers the body only where it has a claim with the body's SHA-256 in hexadecimal, as Vonage and Bird (<c>payload_hash</c>) and Plaid (<c>request_body_sha256</c>) send:
/// those are always compared, and <c>BodyHashClaim</c> makes one necessary. Without such a claim prefer <c>hmac</c> where there is a choice.
/// </summary>
public sealed class JwtProvider : IRemoteProvider
{
    private const string TokenHeader = "Authorization";
    private const string Scheme = "Bearer ";
    private const string Issuer = "Issuer";
    private const string Audience = "Audience";
    private const string Subject = "Subject";
    private const string JwksUrl = "JwksUrl";
    private const string Algorithms = "Algorithms";
    private const string BodyHashClaim = "BodyHashClaim";
    private const int LeastSecret = 32;

    private static readonly TimeSpan KeysKept = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeysOfUnknownIdsKept = TimeSpan.FromSeconds(30);
    private static readonly string[] KnownBodyHashes = ["payload_hash", "request_body_sha256"];
    private static readonly ConditionalWeakTable<SourceSecret, Key> Keys = new();
    private static readonly ConditionalWeakTable<Source, Demands> DemandsOf = new();

    public string Name => "jwt";

    public IReadOnlyList<string> MediaTypes { get; } = [];

    public IReadOnlyList<ProviderSetting> Settings { get; } =
    [
        new(Issuer, "What the claim iss has to be."),
        new(Audience, "What the claim aud has to be or to contain; several separated by commas."),
        new(Subject, "What the claim sub has to be; several separated by commas. Needed where the keys of JwksUrl sign for anybody who asks."),
        new(JwksUrl, "Where the sender publishes its keys: the https address of a JSON Web Key Set."),
        new(Algorithms, "The algorithms that are taken, separated by commas, e.g. RS256. Without it: all that fit the source's keys."),
        new(BodyHashClaim, "The claim that holds the body's SHA-256 in hexadecimal, e.g. payload_hash; a token without it is refused."),
    ];

    public IEnumerable<string> Validate(Source source)
    {
        foreach (var finding in source.Secrets.Count == 0 && source.Setting(JwksUrl) is null
            ? ["It needs a key: set Secrets:0 to a shared secret or a public key in PEM, or Settings:JwksUrl."]
            : source.Secrets.SelectMany(FindProblems))
        {
            yield return finding;
        }

        if (source.Setting(JwksUrl) is { } url)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || !string.Equals(uri.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal) || uri.UserInfo.Length > 0)
            {
                yield return $"Settings:{JwksUrl} must be an absolute https URL without a user name.";
            }

            if (source.Setting(Audience) is null)
            {
                yield return $"Settings:{Audience} is needed with {JwksUrl}: keys at such an address sign for other receivers, too.";
            }
        }

        foreach (var algorithm in List(source, Algorithms).Except([.. SignedToken.SecretAlgorithms, .. SignedToken.KeyAlgorithms], StringComparer.Ordinal))
        {
            yield return $"Settings:{Algorithms} has '{algorithm}', which is not known. There are: {string.Join(", ", SignedToken.SecretAlgorithms.Concat(SignedToken.KeyAlgorithms))}.";
        }

        foreach (var finding in MappingChecks.Find(source.Mapping))
        {
            yield return finding;
        }
    }

    /// <summary>Judges by the source's own keys alone.</summary>
    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) =>
        TryReadToken(request, source, out var token, out var failure)
            ? FindSecret(token, source) is >= 0 and var secret ? CheckClaims(request, source, token, secret, now) : VerificationFailure.SignatureMismatch
            : failure;

    public async ValueTask<Verification> VerifyAsync(RawRequest request, Source source, IProviderQueries queries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var ours = Verify(request, source, now);
        if (ours.Failure is not VerificationFailure.SignatureMismatch
            || source.Setting(JwksUrl) is not { } url
            || !TryReadToken(request, source, out var token, out _)
            || FindSecret(token, source) >= 0)
        {
            return ours;
        }

        var keys = await FindKeysAsync(token, new Uri(url), queries, cancellationToken);
        return keys.Count == 0 ? VerificationFailure.UntrustedKey
            : keys.Any(token.IsSignedWith) ? CheckClaims(request, source, token, -1, now)
            : VerificationFailure.SignatureMismatch;
    }

    public Webhook Read(in RawRequest request, Source source) => CompiledMapping.Of(source.Mapping).Read(request.Body.Span);

    private static bool TryReadToken(in RawRequest request, Source source, out SignedToken token, out VerificationFailure failure)
    {
        token = null!;
        if (!request.TryGetSingle(TokenHeader, out var header, out failure))
        {
            return false;
        }

        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || SignedToken.Parse(header.AsSpan(Scheme.Length).Trim()) is not { } parsed)
        {
            failure = VerificationFailure.MalformedHeader;
            return false;
        }

        token = parsed;
        failure = VerificationFailure.NoSupportedScheme;
        return !token.IsCritical && Demands.Of(source).Accepts(token);
    }

    private static int FindSecret(SignedToken token, Source source)
    {
        var match = -1;
        for (var i = 0; i < source.Secrets.Count; i++)
        {
            var secret = source.Secrets[i];
            var found = PemText.IsPem(secret.Text) ? KeyOf(secret) is { } key && token.IsSignedWith(key) : token.IsSignedWith(secret.Utf8);
            match = found && match < 0 ? i : match;
        }

        return match;
    }

    private static async ValueTask<IReadOnlyList<JsonWebKey>> FindKeysAsync(SignedToken token, Uri address, IProviderQueries queries, CancellationToken cancellationToken)
    {
        var keys = await AskAsync(address, KeysKept);
        if (keys.Count > 0)
        {
            return keys;
        }

        // A new key is used as soon as it is published: the set is read again, but not by every forged id. The fragment stays here; it makes it another question.
        return await AskAsync(new UriBuilder(address) { Fragment = "again" }.Uri, KeysOfUnknownIdsKept);

        async ValueTask<IReadOnlyList<JsonWebKey>> AskAsync(Uri where, TimeSpan keepFor)
        {
            var answer = await queries.AskAsync(new ProviderQuery(where) { KeepFor = keepFor }, cancellationToken);
            return answer.IsSuccess ? [.. SignedToken.KeySet(answer.Body.Span).Where(key => token.Fits(key) && (token.KeyId is null || string.Equals(key.Kid, token.KeyId, StringComparison.Ordinal)))] : [];
        }
    }

    private static Verification CheckClaims(in RawRequest request, Source source, SignedToken token, int secret, DateTimeOffset now)
    {
        if (token.CheckTimes(source.Tolerance, now) is { } untimely)
        {
            return untimely;
        }

        var demands = Demands.Of(source);
        if ((demands.Issuer is { } issuer && !string.Equals(token.Text("iss"), issuer, StringComparison.Ordinal))
            || (demands.Audiences.Length > 0 && !token.IsMeantFor(demands.Audiences))
            || (demands.Subjects.Length > 0 && !demands.Subjects.Contains(token.Text("sub"), StringComparer.Ordinal)))
        {
            return VerificationFailure.NotAllowed;
        }

        if (demands.BodyHash is { } claim)
        {
            return token.Covers(request.Body.Span, claim) switch
            {
                null => VerificationFailure.MissingHeader,
                false => VerificationFailure.SignatureMismatch,
                true => Verification.Valid(secret),
            };
        }

        foreach (var hash in KnownBodyHashes)
        {
            if (token.Covers(request.Body.Span, hash) is false)
            {
                return VerificationFailure.SignatureMismatch;
            }
        }

        return Verification.Valid(secret);
    }

    private static IEnumerable<string> FindProblems(SourceSecret secret, int index)
    {
        if (PemText.IsPem(secret.Text))
        {
            return KeyOf(secret) is null ? [$"Secrets:{index} is PEM, but no RSA (2048 bits and more) or EC public key: a private key stays with the sender."] : [];
        }

        return secret.Text.Any(char.IsControl) ? [$"Secrets:{index} has a line break or another control character: was it copied with the end of its line?"]
            : string.IsNullOrWhiteSpace(secret.Text) ? [$"Secrets:{index} is empty: set it or leave it out."]
            : secret.Utf8.Length < LeastSecret ? [$"Secrets:{index} is shorter than {LeastSecret} bytes, which HS256 needs (RFC 7518, section 3.2)."]
            : [];
    }

    private static JsonWebKey? KeyOf(SourceSecret secret) => Keys.GetValue(secret, static text => new Key(PemText.PublicKey(text.Text))).Value;

    private static string[] List(Source source, string setting) => (source.Setting(setting) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private sealed record Key(JsonWebKey? Value);

    /// <summary>What a source wants of a token, made ready once.</summary>
    private sealed class Demands(Source source)
    {
        private readonly string[] _algorithms = List(source, Algorithms);
        private readonly bool _hasSecrets = source.Secrets.Any(secret => !PemText.IsPem(secret.Text));
        private readonly bool _hasKeys = source.Setting(JwksUrl) is not null || source.Secrets.Any(secret => PemText.IsPem(secret.Text));

        public string? Issuer { get; } = source.Setting(JwtProvider.Issuer);

        public string[] Audiences { get; } = List(source, Audience);

        public string[] Subjects { get; } = List(source, Subject);

        public string? BodyHash { get; } = source.Setting(BodyHashClaim);

        public static Demands Of(Source source) => DemandsOf.GetValue(source, static one => new Demands(one));

        /// <summary>Only what a key of the source could have signed, whatever the token says of itself.</summary>
        public bool Accepts(SignedToken token) =>
            (_algorithms.Length == 0 || _algorithms.Contains(token.Algorithm, StringComparer.Ordinal))
            && ((token.UsesSecret && _hasSecrets) || (token.UsesKey && _hasKeys));
    }
}
