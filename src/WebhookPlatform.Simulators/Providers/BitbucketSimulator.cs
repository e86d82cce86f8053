using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Bitbucket Cloud: <c>X-Hub-Signature: sha256=…</c>, HMAC-SHA256 in hexadecimal over the body; id and type are headers.</summary>
public sealed class BitbucketSimulator : IProviderSimulator
{
    public string Provider => "bitbucket";

    public Proof Proof { get; } = Proof.Header("X-Hub-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("repo:push", "CodePushed", "Commits arrived on a branch"),
        new("pullrequest:created", "PullRequestOpened", "A pull request was opened"),
        new("pullrequest:fulfilled", "PullRequestMerged", "A pull request was merged") { Follows = "pullrequest:created" },
        new("repo:commit_status_updated", "BuildFinished", "A build ended"),
        new("repo:fork", null, "Somebody forked the repository"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var body = eventType switch
        {
            "repo:push" => Push(context),
            "pullrequest:created" => PullRequest(Happenings.OpenPullRequest(context), merged: false, context),
            "pullrequest:fulfilled" => PullRequest(Happenings.MergePullRequest(context), merged: true, context),
            "repo:commit_status_updated" => Build(context),
            "repo:fork" => Envelope(context.Pick(SampleData.Repositories), context.Pick(SampleData.People), new JsonPiece("\"fork\": {}")),
            _ => throw this.Unknown(eventType),
        };
        var id = context.Uuid();
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "Bitbucket-Webhooks/2.0"),
            new("X-Hook-UUID", "c9c6d2a0-5d10-4f6c-8a6e-0b8c8c1d2f11"),
            new("X-Attempt-Number", "1"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        List<KeyValuePair<string, string>> headers = [new("X-Request-UUID", request.EventId), new(Proof.Name, "sha256=" + HmacSha256.Hex(context.Secret, "", request.Body))];
        if (request.EventType is not null)
        {
            headers.Add(new("X-Event-Key", request.EventType));
        }

        return request.WithHeaders(headers);
    }

    private static byte[] Push(SimulationContext context)
    {
        var repository = context.Pick(SampleData.Repositories);
        var after = context.Hex(40);
        return Envelope(repository, context.Pick(SampleData.People), Payload.Piece($$"""
            "push": {
              "changes": [
                {
                  "old": { "type": "branch", "name": "main", "target": { "type": "commit", "hash": "{{context.Hex(40)}}" } },
                  "new": { "type": "branch", "name": "main", "target": { "type": "commit", "hash": "{{after}}", "date": "{{Text.Seconds(context.Now)}}" } },
                  "created": false, "closed": false, "forced": false, "truncated": false,
                  "commits": [ { "type": "commit", "hash": "{{after}}", "message": "{{context.Pick(SampleData.Changes)}}" } ],
                  "links": { "html": { "href": "https://bitbucket.org/{{repository.FullName}}/branches/compare/{{after[..12]}}" } }
                }
              ]
            }
            """));
    }

    private static byte[] PullRequest(EarlierPullRequest pull, bool merged, SimulationContext context)
    {
        var commit = merged ? new JsonPiece("{ \"hash\": \"" + context.Hex(12) + "\" }") : new JsonPiece("null");
        return Envelope(pull.Repository, merged ? context.Pick(SampleData.People) : pull.Author, Payload.Piece($$"""
            "pullrequest": {
              "type": "pullrequest", "id": {{pull.Number}}, "title": "{{pull.Title}}", "state": "{{(merged ? "MERGED" : "OPEN")}}", "author": {{Account(pull.Author)}},
              "source": { "branch": { "name": "{{pull.Branch}}" }, "commit": { "hash": "{{pull.HeadSha[..12]}}" } },
              "destination": { "branch": { "name": "main" } },
              "merge_commit": {{commit}},
              "links": { "html": { "href": "https://bitbucket.org/{{pull.Repository.FullName}}/pull-requests/{{pull.Number}}" } },
              "created_on": "{{Text.Microseconds(pull.At)}}", "updated_on": "{{Text.Microseconds(context.Now)}}"
            }
            """));
    }

    private static byte[] Build(SimulationContext context)
    {
        var repository = context.Pick(SampleData.Repositories);
        var number = context.Number(1, 99_999);
        return Envelope(repository, context.Pick(SampleData.People), Payload.Piece($$"""
            "commit_status": {
              "type": "build", "key": "{{repository.Name}}-{{number}}", "name": "Build #{{number}}", "description": "{{context.Pick(SampleData.Changes)}}",
              "state": "{{(context.Random.NextDouble() < 0.8 ? "SUCCESSFUL" : "FAILED")}}", "refname": "main", "url": "https://ci.example.com/{{repository.Name}}/{{number}}",
              "commit": { "type": "commit", "hash": "{{context.Hex(40)}}" },
              "created_on": "{{Text.Microseconds(context.Now)}}", "updated_on": "{{Text.Microseconds(context.Now)}}"
            }
            """));
    }

    private static byte[] Envelope(Repository repository, Person actor, JsonPiece content) => Payload.Compact($$"""
        {
          "actor": {{Account(actor)}},
          "repository": {
            "type": "repository", "name": "{{repository.Name}}", "full_name": "{{repository.FullName}}",
            "links": { "html": { "href": "https://bitbucket.org/{{repository.FullName}}" } }
          },
          {{content}}
        }
        """);

    private static JsonPiece Account(Person person) => Payload.Piece($$"""
        { "type": "user", "display_name": "{{person.Name}}", "nickname": "{{person.Login}}", "account_id": "557058:{{person.Id}}" }
        """);
}
