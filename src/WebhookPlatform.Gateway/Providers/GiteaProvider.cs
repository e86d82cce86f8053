using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Gitea, and Forgejo, which sends the same headers, sign the JSON (HMAC-SHA256, hex): <c>X-Gitea-Signature: …</c>, also as <c>X-Hub-Signature-256: sha256=…</c>.
/// When the JSON comes in a form's <c>payload</c>, it is the decoded JSON that is signed, not the form. Without a secret the headers are empty.
/// See docs.gitea.com/usage/webhooks and forgejo.org/docs/latest/user/webhooks.
/// </summary>
public sealed class GiteaProvider : IWebhookProvider
{
    private const string SignatureHeader = "X-Gitea-Signature";
    private const string DeliveryHeader = "X-Gitea-Delivery";
    private const string EventHeader = "X-Gitea-Event";

    private static readonly HmacScheme Scheme = new(SignatureHeader) { Undecodable = VerificationFailure.MalformedHeader };
    private static readonly HmacScheme HubScheme = new("X-Hub-Signature-256", Prefix: "sha256=") { Undecodable = VerificationFailure.MalformedHeader };

    public string Name => "gitea";

    public IReadOnlyList<string> MediaTypes { get; } = ["application/json", FormFields.MediaType];

    public IReadOnlyList<string> KeptHeaders { get; } = [DeliveryHeader, EventHeader, "X-Gitea-Event-Type"];

    public IReadOnlyList<GivenEvent> Gives => ForgeEvents.Gives;

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        var scheme = request.Headers.ContainsKey(SignatureHeader) ? Scheme : HubScheme;
        return scheme.Verify(request with { Body = PayloadOf(request) }, source);
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var id = CleanText.Name(request.Header(DeliveryHeader));
        var type = CleanText.Name(request.Header(EventHeader)) ?? Webhook.UnknownType;
        return ForgeEvents.Read(id, type, PayloadOf(request).Span);
    }

    // What is proven is what is read: nothing else of a form counts.
    private static ReadOnlyMemory<byte> PayloadOf(in RawRequest request) =>
        string.Equals(request.MediaType, FormFields.MediaType, StringComparison.Ordinal) ? FormFields.Find(request.Body.Span, "payload"u8) : request.Body;
}
