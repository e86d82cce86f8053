using Microsoft.AspNetCore.WebUtilities;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Dropbox signs the raw body (HMAC-SHA256, hex) with the app's secret: <c>X-Dropbox-Signature</c>. A new address is tried out with a GET whose <c>challenge</c> is sent back as text.
/// A webhook only says whose files changed, the same way every time: it is a signal and gives no typed event. Which files they are, the account's cursor tells.
/// See https://www.dropbox.com/developers/reference/webhooks.
/// </summary>
public sealed class DropboxProvider : IWebhookProvider
{
    private const int LongestChallenge = 500;

    private static readonly HmacScheme Scheme = new("X-Dropbox-Signature");

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Accounts = Fields.Add("list_folder.accounts");
    private static readonly JsonField FirstAccount = Fields.Add("list_folder.accounts.0");
    private static readonly JsonField SecondAccount = Fields.Add("list_folder.accounts.1");
    private static readonly JsonField Users = Fields.Add("delta.users");

    public string Name => "dropbox";

    public bool RepeatsItself => true;

    /// <summary>Whoever asks gets his own text back, as plain text that no browser takes for anything else.</summary>
    public HandshakeResponse? AnswerUnsigned(in RawRequest request, Source source) =>
        HttpMethods.IsGet(request.Method) && ChallengeOf(request.Query) is { } challenge ? new HandshakeResponse(200, "text/plain", challenge) : null;

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = IsArray(json, Accounts) ? "list_folder" : IsArray(json, Users) ? "delta" : Webhook.UnknownType;
        var subject = json.Name(SecondAccount) is null ? json.Name(FirstAccount) : null;
        return new Webhook(null, type, null, subject, []);
    }

    private static bool IsArray(in JsonValues json, JsonField field)
    {
        foreach (var _ in json.Items(field))
        {
            return true;
        }

        return false;
    }

    private static string? ChallengeOf(string query)
    {
        foreach (var field in new QueryStringEnumerable(query))
        {
            if (field.DecodeName().Span is "challenge")
            {
                return CleanText.Bounded(field.DecodeValue().ToString(), LongestChallenge);
            }
        }

        return null;
    }
}
