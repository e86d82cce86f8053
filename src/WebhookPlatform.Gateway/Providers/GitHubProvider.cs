using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// GitHub signs the raw body (HMAC-SHA256, hex): <c>X-Hub-Signature-256: sha256=…</c>. The SHA-1 header it also sends is never looked at.
/// The body is JSON, or a form whose <c>payload</c> is that JSON. The type is the header <c>X-GitHub-Event</c> and, where there is one, the body's action: <c>pull_request.opened</c>.
/// See docs.github.com/en/webhooks/webhook-events-and-payloads.
/// </summary>
public sealed class GitHubProvider : IWebhookProvider
{
    private const string DeliveryHeader = "X-GitHub-Delivery";
    private const string EventHeader = "X-GitHub-Event";

    private static readonly HmacScheme Scheme = new("X-Hub-Signature-256", Prefix: "sha256=") { Undecodable = VerificationFailure.MalformedHeader };

    public string Name => "github";

    public IReadOnlyList<string> MediaTypes { get; } = ["application/json", FormFields.MediaType];

    public IReadOnlyList<string> KeptHeaders { get; } = [DeliveryHeader, EventHeader, "X-GitHub-Hook-ID"];

    public IReadOnlyList<GivenEvent> Gives => ForgeEvents.Gives;

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var id = CleanText.Name(request.Header(DeliveryHeader));
        var type = CleanText.Name(request.Header(EventHeader)) ?? Webhook.UnknownType;
        return ForgeEvents.Read(id, type, FormFields.Are(request) ? FormFields.Find(request.Body.Span, "payload"u8) : request.Body.Span);
    }
}
