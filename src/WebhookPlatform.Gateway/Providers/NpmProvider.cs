using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// npm hooks sign the raw body (HMAC-SHA256, hex): <c>x-npm-signature: sha256=…</c>. The public registry announced their end in July 2024 (github.blog/changelog/2024-07-16-sunset-notice-npm-hooks-api-endpoints).
/// There is no event id; the body's <c>time</c> (milliseconds) makes each of them another body, whose hash identifies it. See github.com/npm/registry, docs/hooks/hooks-payload.md.
/// </summary>
public sealed class NpmProvider : IWebhookProvider
{
    private static readonly HmacScheme Scheme = new("x-npm-signature", Prefix: "sha256=") { Undecodable = VerificationFailure.MalformedHeader };

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Event = Fields.Add("event");
    private static readonly JsonField Package = Fields.Add("name");
    private static readonly JsonField Version = Fields.Add("change.version");
    private static readonly JsonField Time = Fields.Add("time");

    public string Name => "npm";

    public IReadOnlyList<GivenEvent> Gives { get; } = [new("package:publish", nameof(ReleasePublished), "`time`", "if it names the version")];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now) => Scheme.Verify(request, source);

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var type = json.Name(Event);
        var draft = type is "package:publish" ? Published(json) : null;
        return new Webhook(null, type ?? Webhook.UnknownType, json.Time(Time), draft?.Subject ?? json.Name(Package), draft is null ? [] : [draft]);
    }

    private static EventDraft? Published(in JsonValues json)
    {
        if (json.Name(Package) is not { } package || json.Name(Version) is not { } version)
        {
            return null;
        }

        return EventDraft.Of($"{package}@{version}", metadata => new ReleasePublished(metadata, package, version));
    }
}
