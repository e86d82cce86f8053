using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>Gitea and Forgejo: <c>X-Gitea-Signature</c>, HMAC-SHA256 in hexadecimal over the body, told again as <c>X-Hub-Signature-256</c>. Id and event are headers; the action is in the body.</summary>
public sealed class GiteaSimulator : IProviderSimulator
{
    private const string Host = "https://git.example.org";

    public string Provider => "gitea";

    public Proof Proof { get; } = Proof.Header("X-Gitea-Signature");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("push", "CodePushed", "Commits arrived on a branch"),
        new("pull_request.opened", "PullRequestOpened", "A pull request was opened"),
        new("pull_request.merged", "PullRequestMerged", "A pull request was merged (action closed, merged true)") { Follows = "pull_request.opened" },
        new("issues.opened", "IssueOpened", "An issue was opened"),
        new("issues.closed", "IssueClosed", "An issue was closed") { Follows = "issues.opened" },
        new("release.published", "ReleasePublished", "A release was published"),
        new("fork", null, "Somebody forked the repository"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var body = eventType switch
        {
            "push" => Push(context),
            "pull_request.opened" => PullRequest(Happenings.OpenPullRequest(context), merged: false, context),
            "pull_request.merged" => PullRequest(Happenings.MergePullRequest(context), merged: true, context),
            "issues.opened" => Issue(Happenings.OpenIssue(context), closed: false, context),
            "issues.closed" => Issue(Happenings.CloseIssue(context), closed: true, context),
            "release.published" => Release(context),
            "fork" => Envelope(context.Pick(SampleData.Repositories), context.Pick(SampleData.People), new JsonPiece("\"forkee\": {}")),
            _ => throw this.Unknown(eventType),
        };
        var id = context.Uuid();
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "Go-http-client/1.1"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var signature = HmacSha256.Hex(context.Secret, "", request.Body);
        List<KeyValuePair<string, string>> headers = [new("X-Gitea-Delivery", request.EventId), new(Proof.Name, signature), new("X-Hub-Signature-256", "sha256=" + signature)];
        if (request.EventType is not null)
        {
            headers.Add(new("X-Gitea-Event", request.EventType.Split('.')[0]));
        }

        return request.WithHeaders(headers);
    }

    private static byte[] Push(SimulationContext context)
    {
        var repository = context.Pick(SampleData.Repositories);
        var author = context.Pick(SampleData.People);
        var (before, after) = (context.Hex(40), context.Hex(40));
        return Envelope(repository, author, Payload.Piece($$"""
            "ref": "refs/heads/main", "before": "{{before}}", "after": "{{after}}",
            "compare_url": "{{Host}}/{{repository.FullName}}/compare/{{before}}...{{after}}",
            "commits": [ { "id": "{{after}}", "message": "{{context.Pick(SampleData.Changes)}}", "timestamp": "{{Text.Seconds(context.Now)}}" } ],
            "total_commits": 1,
            "head_commit": { "id": "{{after}}", "timestamp": "{{Text.Seconds(context.Now)}}" },
            "pusher": {{User(author)}}
            """));
    }

    private static byte[] PullRequest(EarlierPullRequest pull, bool merged, SimulationContext context)
    {
        var merger = context.Pick(SampleData.People);
        var end = merged
            ? Payload.Piece($$"""
                "merged_at": "{{Text.Seconds(context.Now)}}", "merge_commit_sha": "{{context.Hex(40)}}", "merged_by": {{User(merger)}}
                """)
            : new JsonPiece("\"merged_at\": null, \"merge_commit_sha\": null, \"merged_by\": null");
        return Envelope(pull.Repository, merged ? merger : pull.Author, Payload.Piece($$"""
            "action": "{{(merged ? "closed" : "opened")}}",
            "number": {{pull.Number}},
            "pull_request": {
              "id": {{pull.Id}}, "number": {{pull.Number}}, "title": "{{pull.Title}}", "user": {{User(pull.Author)}}, "state": "{{(merged ? "closed" : "open")}}",
              "html_url": "{{Host}}/{{pull.Repository.FullName}}/pulls/{{pull.Number}}", "created_at": "{{Text.Seconds(pull.At)}}", "merged": {{merged}}, {{end}},
              "head": { "ref": "{{pull.Branch}}", "sha": "{{pull.HeadSha}}" }, "base": { "ref": "main", "sha": "{{context.Hex(40)}}" }
            }
            """));
    }

    private static byte[] Issue(EarlierIssue issue, bool closed, SimulationContext context) =>
        Envelope(issue.Repository, closed ? context.Pick(SampleData.People) : issue.Author, Payload.Piece($$"""
            "action": "{{(closed ? "closed" : "opened")}}",
            "number": {{issue.Number}},
            "issue": {
              "id": {{context.Number(1, 999_999)}}, "number": {{issue.Number}}, "title": "{{issue.Title}}", "user": {{User(issue.Author)}}, "state": "{{(closed ? "closed" : "open")}}",
              "html_url": "{{Host}}/{{issue.Repository.FullName}}/issues/{{issue.Number}}", "created_at": "{{Text.Seconds(issue.At)}}",
              "closed_at": {{(closed ? Payload.Piece($"\"{Text.Seconds(context.Now)}\"") : new JsonPiece("null"))}}
            }
            """));

    private static byte[] Release(SimulationContext context)
    {
        var repository = context.Pick(SampleData.Repositories);
        var author = context.Pick(SampleData.People);
        var tag = $"v{Text.Number(context.Number(1, 9))}.{Text.Number(context.Number(0, 20))}.0";
        return Envelope(repository, author, Payload.Piece($$"""
            "action": "published",
            "release": {
              "id": {{context.Number(1, 99_999)}}, "tag_name": "{{tag}}", "name": "Release {{tag}}", "draft": false, "prerelease": false, "author": {{User(author)}},
              "html_url": "{{Host}}/{{repository.FullName}}/releases/tag/{{tag}}", "published_at": "{{Text.Seconds(context.Now)}}"
            }
            """));
    }

    private static byte[] Envelope(Repository repository, Person sender, JsonPiece content) => Payload.Compact($$"""
        {
          {{content}},
          "repository": {
            "id": {{repository.Id}}, "name": "{{repository.Name}}", "full_name": "{{repository.FullName}}", "description": "{{repository.About}}",
            "html_url": "{{Host}}/{{repository.FullName}}", "default_branch": "main"
          },
          "sender": {{User(sender)}}
        }
        """);

    private static JsonPiece User(Person person) => Payload.Piece($$"""
        { "id": {{person.Id}}, "login": "{{person.Login}}", "full_name": "{{person.Name}}", "email": "{{person.Email}}", "username": "{{person.Login}}" }
        """);
}
