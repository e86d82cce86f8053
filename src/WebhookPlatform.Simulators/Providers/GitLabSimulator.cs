using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>GitLab with a signing token (<c>whsec_…</c>): signed as Standard Webhooks say; the id is told twice, as <c>webhook-id</c> and as <c>Idempotency-Key</c>.</summary>
public sealed class GitLabSimulator : IProviderSimulator
{
    private readonly StandardWebhooksSimulator _scheme = new();

    public string Provider => "gitlab";

    public Proof Proof => _scheme.Proof;

    public SecretForm Secret => SecretForm.StandardWebhooks;

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("push", "CodePushed", "Commits arrived on a branch"),
        new("merge_request.open", "PullRequestOpened", "A merge request was opened"),
        new("merge_request.merge", "PullRequestMerged", "A merge request was merged") { Follows = "merge_request.open" },
        new("issue.open", "IssueOpened", "An issue was opened"),
        new("issue.close", "IssueClosed", "An issue was closed") { Follows = "issue.open" },
        new("pipeline.success", "BuildFinished", "A pipeline succeeded"),
        new("pipeline.failed", "BuildFinished", "A pipeline failed"),
        new("release.create", "ReleasePublished", "A release was created"),
        new("pipeline.running", null, "A pipeline began"),
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var body = eventType switch
        {
            "push" => Push(context),
            "merge_request.open" => MergeRequest(Happenings.OpenPullRequest(context), merged: false, context),
            "merge_request.merge" => MergeRequest(Happenings.MergePullRequest(context), merged: true, context),
            "issue.open" => Issue(Happenings.OpenIssue(context), closed: false, context),
            "issue.close" => Issue(Happenings.CloseIssue(context), closed: true, context),
            "pipeline.success" or "pipeline.failed" or "pipeline.running" => Pipeline(eventType["pipeline.".Length..], context),
            "release.create" => Release(context),
            _ => throw this.Unknown(eventType),
        };
        var id = context.Uuid();
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "GitLab/19.1.0"),
            new("X-Gitlab-Instance", "https://gitlab.example.com"),
        ]);
    }

    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        List<KeyValuePair<string, string>> headers = [new("Idempotency-Key", request.EventId)];
        if (request.EventType is not null)
        {
            headers.Add(new("X-Gitlab-Event", HookOf(request.EventType)));
        }

        return _scheme.Sign(request with { Headers = [.. request.Headers, .. headers] }, context);
    }

    private static string HookOf(string eventType) => eventType.Split('.')[0] switch
    {
        "merge_request" => "Merge Request Hook",
        "issue" => "Issue Hook",
        "pipeline" => "Pipeline Hook",
        "release" => "Release Hook",
        _ => "Push Hook",
    };

    private static byte[] Push(SimulationContext context)
    {
        var repository = context.Pick(SampleData.Repositories);
        var author = context.Pick(SampleData.People);
        var after = context.Hex(40);
        return Payload.Compact($$"""
            {
              "object_kind": "push", "event_name": "push", "before": "{{context.Hex(40)}}", "after": "{{after}}", "ref": "refs/heads/main", "checkout_sha": "{{after}}",
              "user_id": {{author.Id}}, "user_name": "{{author.Name}}", "user_username": "{{author.Login}}", "project_id": {{repository.Id}},
              "project": {{Project(repository)}},
              "commits": [
                {
                  "id": "{{after}}", "message": "{{context.Pick(SampleData.Changes)}}", "timestamp": "{{Text.Seconds(context.Now)}}",
                  "url": "https://gitlab.example.com/{{repository.FullName}}/-/commit/{{after}}",
                  "author": { "name": "{{author.Name}}", "email": "{{author.Email}}" }, "added": [], "modified": ["README.md"], "removed": []
                }
              ],
              "total_commits_count": 1
            }
            """);
    }

    private static byte[] MergeRequest(EarlierPullRequest pull, bool merged, SimulationContext context) => Payload.Compact($$"""
        {
          "object_kind": "merge_request", "event_type": "merge_request", "user": {{User(merged ? context.Pick(SampleData.People) : pull.Author)}}, "project": {{Project(pull.Repository)}},
          "object_attributes": {
            "id": {{pull.Id}}, "iid": {{pull.Number}}, "title": "{{pull.Title}}", "description": "{{pull.Title}}, as discussed.", "state": "{{(merged ? "merged" : "opened")}}",
            "source_branch": "{{pull.Branch}}", "target_branch": "main", "author_id": {{pull.Author.Id}},
            "created_at": "{{Text.Seconds(pull.At)}}", "updated_at": "{{Text.Seconds(context.Now)}}",
            "merge_commit_sha": {{(merged ? Payload.Piece($"\"{context.Hex(40)}\"") : new JsonPiece("null"))}},
            "url": "https://gitlab.example.com/{{pull.Repository.FullName}}/-/merge_requests/{{pull.Number}}",
            "action": "{{(merged ? "merge" : "open")}}"
          }
        }
        """);

    private static byte[] Issue(EarlierIssue issue, bool closed, SimulationContext context) => Payload.Compact($$"""
        {
          "object_kind": "issue", "event_type": "issue", "user": {{User(closed ? context.Pick(SampleData.People) : issue.Author)}}, "project": {{Project(issue.Repository)}},
          "object_attributes": {
            "id": {{context.Number(1, 999_999)}}, "iid": {{issue.Number}}, "title": "{{issue.Title}}", "state": "{{(closed ? "closed" : "opened")}}", "confidential": false,
            "created_at": "{{Text.Seconds(issue.At)}}", "updated_at": "{{Text.Seconds(context.Now)}}",
            "closed_at": {{(closed ? Payload.Piece($"\"{Text.Seconds(context.Now)}\"") : new JsonPiece("null"))}},
            "url": "https://gitlab.example.com/{{issue.Repository.FullName}}/-/issues/{{issue.Number}}",
            "action": "{{(closed ? "close" : "open")}}"
          }
        }
        """);

    private static byte[] Pipeline(string status, SimulationContext context)
    {
        var repository = context.Pick(SampleData.Repositories);
        var id = context.Number(1, 9_999_999);
        return Payload.Compact($$"""
            {
              "object_kind": "pipeline",
              "object_attributes": {
                "id": {{id}}, "iid": {{context.Number(1, 9_999)}}, "name": "Build", "ref": "main", "tag": false, "sha": "{{context.Hex(40)}}", "source": "push",
                "status": "{{status}}", "created_at": "{{Text.Seconds(context.Now)}}",
                "finished_at": {{(status is "running" ? new JsonPiece("null") : Payload.Piece($"\"{Text.Seconds(context.Now)}\""))}},
                "url": "https://gitlab.example.com/{{repository.FullName}}/-/pipelines/{{id}}"
              },
              "user": {{User(context.Pick(SampleData.People))}},
              "project": {{Project(repository)}}
            }
            """);
    }

    private static byte[] Release(SimulationContext context)
    {
        var repository = context.Pick(SampleData.Repositories);
        var tag = $"v{Text.Number(context.Number(1, 9))}.{Text.Number(context.Number(0, 20))}.0";
        return Payload.Compact($$"""
            {
              "object_kind": "release", "id": {{context.Number(1, 99_999)}}, "action": "create", "tag": "{{tag}}", "name": "Release {{tag}}", "description": "{{context.Pick(SampleData.Changes)}}",
              "created_at": "{{Text.Seconds(context.Now)}}", "released_at": "{{Text.Seconds(context.Now)}}",
              "url": "https://gitlab.example.com/{{repository.FullName}}/-/releases/{{tag}}",
              "project": {{Project(repository)}}
            }
            """);
    }

    private static JsonPiece Project(Repository repository) => Payload.Piece($$"""
        {
          "id": {{repository.Id}}, "name": "{{repository.Name}}", "description": "{{repository.About}}", "namespace": "{{repository.Owner}}",
          "path_with_namespace": "{{repository.FullName}}", "web_url": "https://gitlab.example.com/{{repository.FullName}}", "default_branch": "main"
        }
        """);

    private static JsonPiece User(Person person) => Payload.Piece($$"""
        { "id": {{person.Id}}, "name": "{{person.Name}}", "username": "{{person.Login}}", "email": "[REDACTED]" }
        """);
}
