using WebhookPlatform.Contracts.Code;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers.Payloads;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Providers;

/// <summary>
/// Docker Hub signs nothing and sends no header of one's choice: a webhook has a name and a URL. So the secret is in the URL, <c>…/webhooks/{source}?token={secret}</c>, and a request without it is refused.
/// Its one event is a pushed tag; there is no id, so the body's hash is one (its <c>callback_url</c> differs each time). See docs.docker.com/docker-hub/repos/manage/webhooks.
/// </summary>
public sealed class DockerHubProvider : IWebhookProvider
{
    private const string Push = "push";

    private static readonly JsonFields Fields = new();
    private static readonly JsonField Repository = Fields.Add("repository.repo_name");
    private static readonly JsonField RepositoryUrl = Fields.Add("repository.repo_url");
    private static readonly JsonField Tag = Fields.Add("push_data.tag");
    private static readonly JsonField Pusher = Fields.Add("push_data.pusher");
    private static readonly JsonField PushedAt = Fields.Add("push_data.pushed_at");

    public string Name => "docker-hub";

    public IReadOnlyList<GivenEvent> Gives { get; } = [new(Push, nameof(ReleasePublished), "`push_data.pushed_at`")];

    public Verification Verify(in RawRequest request, Source source, DateTimeOffset now)
    {
        if (!request.TryGetSingleQuery("token", out var token, out var failure))
        {
            return failure;
        }

        var secret = SharedToken.FindSecret(token, source.Secrets);
        return secret < 0 ? VerificationFailure.TokenMismatch : Verification.Valid(secret);
    }

    public Webhook Read(in RawRequest request, Source source)
    {
        var json = Fields.Read(request.Body.Span);
        if (json.Name(Repository) is not { } repository || json.Name(Tag) is not { } tag)
        {
            return Webhook.Unreadable with { Subject = json.Name(Repository) };
        }

        var (pusher, url) = (json.Text(Pusher), json.Text(RepositoryUrl));
        var subject = $"{repository}@{tag}";
        return new Webhook(null, Push, json.Time(PushedAt), subject,
            [EventDraft.Of(subject, metadata => new ReleasePublished(metadata, repository, tag, PublishedBy: pusher, Url: url))]);
    }
}
