using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.IdentityModel.Tokens;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Plaid sends a token (ES256) in <c>Plaid-Verification</c> whose claim <c>request_body_sha256</c> covers the raw body and whose <c>iat</c> may be five minutes old. The key is asked for by its id, with the client's own credentials.
/// There is no event id, and the same words come again whenever there is something new: each delivery is its own event, retries included.
/// Its webhooks tell that there is something to fetch, not what; so they give no typed events. See plaid.com/docs/api/webhooks/webhook-verification.
/// </summary>
public sealed partial class PlaidProvider : IRemoteProvider
{
    private const string TokenHeader = "Plaid-Verification";
    private const string Algorithm = "ES256";
    private const string BodyHash = "request_body_sha256";
    private const string Environment = "Environment";
    private const string ClientId = "ClientId";
    private const string Production = "production";
    private const string Sandbox = "sandbox";

    // Keys are replaced every few days, and go on being used for a while when they expire.
    private static readonly TimeSpan KeyKept = TimeSpan.FromHours(1);

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Type = Fields.Add("webhook_type");
    private static readonly JsonField Code = Fields.Add("webhook_code");
    private static readonly JsonField Item = Fields.Add("item_id");
    private static readonly JsonField Timestamp = Fields.Add("timestamp");

    private static readonly JsonFields AnswerFields = new();
    private static readonly JsonField KeyId = AnswerFields.Add("key.kid");
    private static readonly JsonField KeyType = AnswerFields.Add("key.kty");
    private static readonly JsonField KeyAlgorithm = AnswerFields.Add("key.alg");
    private static readonly JsonField Curve = AnswerFields.Add("key.crv");
    private static readonly JsonField X = AnswerFields.Add("key.x");
    private static readonly JsonField Y = AnswerFields.Add("key.y");
    private static readonly JsonField ExpiredAt = AnswerFields.Add("key.expired_at");

    public string Name => "plaid";

    public bool UsesPublicKey => true;

    public bool RepeatsItself => true;

    public IReadOnlyList<ProviderSetting> Settings { get; } =
    [
        new(ClientId, "The client_id of the Plaid dashboard, Developers, Keys.", IsRequired: true),
        new(Environment, "production (the default) or sandbox."),
    ];

    public IEnumerable<string> Validate(Source source)
    {
        foreach (var finding in SourceChecks.Secrets(source))
        {
            yield return source.Secrets.Count == 0 ? "It needs the secret of the Plaid dashboard, Developers, Keys, to ask for the keys that sign: set Secrets:0." : finding;
        }

        if (source.Setting(Environment) is { } environment and not (Production or Sandbox))
        {
            yield return $"Settings:{Environment} is '{environment}': set {Production} or {Sandbox}, or leave it out for {Production}.";
        }
    }

    public async ValueTask<Verification> VerifyAsync(RawRequest request, Source source, IProviderQueries queries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!request.TryGetSingle(TokenHeader, out var header, out var failure))
        {
            return failure;
        }

        if (SignedToken.Parse(header) is not { } token)
        {
            return VerificationFailure.MalformedHeader;
        }

        if (token.IsCritical || !string.Equals(token.Algorithm, Algorithm, StringComparison.Ordinal))
        {
            return VerificationFailure.NoSupportedScheme;
        }

        if (token.KeyId is not { } keyId || !KeyIdForm().IsMatch(keyId) || token.IssuedAt is not { } issuedAt || token.Text(BodyHash) is null)
        {
            return VerificationFailure.MalformedHeader;
        }

        var (key, secret) = await FindKeyAsync(keyId, source, queries, now, cancellationToken);
        return key is null ? VerificationFailure.UntrustedKey
            : !token.IsSignedWith(key) ? VerificationFailure.SignatureMismatch
            : SignedTimestamp.Check(issuedAt, source.Tolerance, now) is { } untimely ? untimely
            : token.Covers(request.Body.Span, BodyHash) is not true ? VerificationFailure.SignatureMismatch
            : Verification.Valid(secret);
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        if (!json.IsReadable)
        {
            return Webhook.Unreadable;
        }

        var type = (json.Name(Type), json.Name(Code)) switch
        {
            ({ } group, { } code) => CleanText.Name($"{group}.{code}"),
            var (group, code) => group ?? code,
        };
        return new Webhook(null, type ?? Webhook.UnknownType, json.Time(Timestamp), json.Name(Item), []);
    }

    // The credentials only open the door to the keys; a secret that was replaced no longer does, so each is tried.
    private static async ValueTask<(JsonWebKey? Key, int Secret)> FindKeyAsync(string keyId, Source source, IProviderQueries queries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Math.Max(1, source.Secrets.Count); i++)
        {
            var secret = i < source.Secrets.Count ? source.Secrets[i].Text : "";
            var answer = await queries.AskAsync(Question(keyId, source, secret), cancellationToken);
            if (answer.IsSuccess)
            {
                return (KeyIn(answer.Body.Span, keyId, now), source.Secrets.Count == 0 ? -1 : i);
            }
        }

        return (null, -1);
    }

    private static ProviderQuery Question(string keyId, Source source, string secret)
    {
        var environment = source.Setting(Environment) is Sandbox ? Sandbox : Production;
        var body = new JsonObject { ["client_id"] = source.Setting(ClientId) ?? "", ["secret"] = secret, ["key_id"] = keyId };
        return new ProviderQuery(new Uri($"https://{environment}.plaid.com/webhook_verification_key/get"))
        {
            KeepFor = KeyKept,
            JsonBody = body.ToJsonString(JsonSerializerOptions.Default),
        };
    }

    private static JsonWebKey? KeyIn(ReadOnlySpan<byte> answer, string keyId, DateTimeOffset now)
    {
        var json = AnswerFields.Read(answer);
        return string.Equals(json.Text(KeyId), keyId, StringComparison.Ordinal) && (json.Text(ExpiredAt) is null || json.Time(ExpiredAt) > now)
            ? new JsonWebKey { Kid = keyId, Kty = json.Text(KeyType), Alg = json.Text(KeyAlgorithm), Crv = json.Text(Curve), X = json.Text(X), Y = json.Text(Y) }
            : null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,64}\z", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex KeyIdForm();
}
