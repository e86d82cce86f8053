using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Docker Hub signs nothing: a secret is in the URL that it was told, <c>?token=…</c>. There is no id (docs.docker.com/docker-hub/repos/manage/webhooks).</summary>
public sealed class DockerHubSimulator : IProviderSimulator
{
    private const string Push = "push";

    public string Provider => "docker-hub";

    public Proof Proof { get; } = Proof.Query("token");

    public bool CoversBody => false;

    public bool SendsEventId => false;

    public IReadOnlyList<SimulatedEvent> Events { get; } = [new(Push, "ReleasePublished", "An image was pushed")];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        _ = this.FindEvent(eventType) ?? throw this.Unknown(eventType);
        var (id, repository) = (context.Hex(32), context.Pick(SampleData.Repositories));
        var space = repository.Owner.Replace("-", "", StringComparison.Ordinal);
        var body = Payload.Compact($$"""
            {
              "callback_url": "https://registry.hub.docker.com/u/{{space}}/{{repository.Name}}/hook/{{id}}/",
              "push_data": {
                "pushed_at": {{context.UnixNow}}, "pusher": "{{context.Pick(SampleData.People).Login}}",
                "tag": "{{context.Number(1, 9)}}.{{context.Number(0, 99)}}.{{context.Number(0, 99)}}", "media_type": "application/vnd.oci.image.index.v1+json"
              },
              "repository": {
                "comment_count": 0, "date_created": 1700000000, "description": "{{repository.About}}", "full_description": null, "is_official": false, "is_private": true, "is_trusted": false,
                "name": "{{repository.Name}}", "namespace": "{{space}}", "owner": "{{space}}", "repo_name": "{{space}}/{{repository.Name}}",
                "repo_url": "https://hub.docker.com/r/{{space}}/{{repository.Name}}", "star_count": 3, "status": "Active"
              }
            }
            """);
        return new UnsignedRequest(id, eventType, body, [new("Content-Type", "application/json")]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context) => request.WithQuery(Proof.Name, context.Secret);
}
