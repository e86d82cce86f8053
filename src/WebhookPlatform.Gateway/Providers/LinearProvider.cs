using System.Globalization;
using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Linear signs the raw body (HMAC-SHA256, hex): <c>Linear-Signature</c>. The body says in <c>webhookTimestamp</c> (milliseconds) when it was sent, which may be a minute off at most; <c>Linear-Timestamp</c> counts only where the body is silent.
/// The type is the body's and its action: <c>Issue.create</c>. An issue is closed when it becomes completed or cancelled. See linear.app/developers/webhooks.
/// </summary>
public sealed class LinearProvider : IWebhookProvider
{
    private const string DeliveryHeader = "Linear-Delivery";
    private const string EventHeader = "Linear-Event";
    private const string TimestampHeader = "Linear-Timestamp";

    private static readonly TimeSpan MostTolerance = TimeSpan.FromMinutes(1);

    private static readonly HmacScheme Scheme = new("Linear-Signature");

    private static readonly JsonFields ProofFields = new();
    private static readonly JsonField SentAt = ProofFields.Add("webhookTimestamp");

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Type = Fields.Add("type");
    private static readonly JsonField Action = Fields.Add("action");
    private static readonly JsonField CreatedAt = Fields.Add("createdAt");
    private static readonly JsonField Actor = Fields.Add("actor.name");
    private static readonly JsonField Url = Fields.Add("url");
    private static readonly JsonField Id = Fields.Add("data.id");
    private static readonly JsonField Identifier = Fields.Add("data.identifier");
    private static readonly JsonField Title = Fields.Add("data.title");
    private static readonly JsonField Team = Fields.Add("data.team.key");
    private static readonly JsonField IssueCreatedAt = Fields.Add("data.createdAt");
    private static readonly JsonField CompletedAt = Fields.Add("data.completedAt");
    private static readonly JsonField CanceledAt = Fields.Add("data.canceledAt");
    private static readonly JsonField WasCompletedAt = Fields.Add("updatedFrom.completedAt");
    private static readonly JsonField WasCanceledAt = Fields.Add("updatedFrom.canceledAt");

    public string Name => "linear";

    public IReadOnlyList<string> KeptHeaders { get; } = [DeliveryHeader, EventHeader];

    public IReadOnlyList<GivenEvent> Gives { get; } =
    [
        new("Issue.create", nameof(IssueOpened), "`data.createdAt`"),
        new("Issue.update", nameof(IssueClosed), "`data.completedAt` or `data.canceledAt`", "if it became completed or cancelled"),
    ];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        var verification = Scheme.Verify(request, source);
        return verification.IsValid && Untimely(request, source, now) is { } untimely ? untimely : verification;
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        var (kind, action) = (json.Name(Type) ?? CleanText.Name(request.Header(EventHeader)), json.Name(Action));
        var draft = (kind, action) switch
        {
            ("Issue", "create") => Opened(json),
            ("Issue", "update") when json.IsNull(WasCompletedAt) && json.Time(CompletedAt) is { } at => Closed(json, at),
            ("Issue", "update") when json.IsNull(WasCanceledAt) && json.Time(CanceledAt) is { } at => Closed(json, at),
            _ => null,
        };
        var type = kind is not null && action is not null ? CleanText.Name($"{kind}.{action}") : kind;
        return new Webhook(
            CleanText.Name(request.Header(DeliveryHeader)),
            type ?? Webhook.UnknownType,
            json.Time(CreatedAt),
            draft?.Subject ?? json.Name(Id),
            draft is null ? [] : [draft]);
    }

    private static VerificationFailure? Untimely(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (ProofFields.Read(request.Body.Span).WholeNumber(SentAt) is not { } milliseconds)
        {
            if (!request.TryGetSingle(TimestampHeader, out var header, out var failure))
            {
                return failure;
            }

            if (!long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds))
            {
                return VerificationFailure.MalformedHeader;
            }
        }

        // Compared as decimals: a sender's number may be as far from now as 64 bits reach.
        var age = (decimal)now.ToUnixTimeMilliseconds() - milliseconds;
        var limit = (decimal)(source.Tolerance < MostTolerance ? source.Tolerance : MostTolerance).TotalMilliseconds;
        return age > limit ? VerificationFailure.StaleTimestamp
            : age < -limit ? VerificationFailure.FutureTimestamp
            : null;
    }

    private static EventDraft? Opened(in JsonValues json)
    {
        if (json.Name(Team) is not { } team || json.Name(Identifier) is not { } key || json.Text(Title) is not { } title)
        {
            return null;
        }

        var (author, url) = (json.Text(Actor), json.Text(Url));
        return EventDraft.Of($"{team}#{key}", metadata => new IssueOpened(metadata, team, key, title, author, url), json.Time(IssueCreatedAt));
    }

    private static EventDraft? Closed(in JsonValues json, DateTimeOffset at)
    {
        if (json.Name(Team) is not { } team || json.Name(Identifier) is not { } key || json.Text(Title) is not { } title)
        {
            return null;
        }

        var (closedBy, url) = (json.Text(Actor), json.Text(Url));
        return EventDraft.Of($"{team}#{key}", metadata => new IssueClosed(metadata, team, key, title, closedBy, url), at);
    }
}
