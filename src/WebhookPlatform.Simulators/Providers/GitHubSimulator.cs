using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators.Providers;

/// <summary>
/// GitHub: <c>X-Hub-Signature-256: sha256=…</c>, HMAC-SHA256 in hexadecimal over the body.
/// The delivery id and the event type are headers; the action is in the body.
/// </summary>
public sealed class GitHubSimulator : IProviderSimulator
{
    public string Provider => "github";

    public Proof Proof { get; } = Proof.Header("X-Hub-Signature-256");

    public IReadOnlyList<SimulatedEvent> Events { get; } =
    [
        new("push", "CodePushed", "Commits arrived on a branch"),
        new("pull_request.opened", "PullRequestOpened", "A pull request was opened"),
        new("pull_request.merged", "PullRequestMerged", "A pull request was merged (action closed, merged true)") { Follows = "pull_request.opened" },
        new("issues.opened", "IssueOpened", "An issue was opened"),
        new("issues.closed", "IssueClosed", "An issue was closed") { Follows = "issues.opened" },
        new("release.published", "ReleasePublished", "A release was published"),
        new("workflow_run.completed", "BuildFinished", "A workflow ended"),
        new("star.created", null, "Somebody likes the repository"),
        new("ping", null, "GitHub tries a new webhook") { IsHandshake = true },
    ];

    public UnsignedRequest Build(string eventType, SimulationContext context)
    {
        var body = eventType switch
        {
            "push" => Push(context),
            "pull_request.opened" => PullRequest(NewPullRequest(context, remember: true), merged: false, context),
            "pull_request.merged" => PullRequest(context.Story?.Take<EarlierPullRequest>(context.Random) ?? NewPullRequest(context, remember: false), merged: true, context),
            "issues.opened" => Issue(Happenings.OpenIssue(context), closed: false, context),
            "issues.closed" => Issue(Happenings.CloseIssue(context), closed: true, context),
            "release.published" => Release(context),
            "workflow_run.completed" => WorkflowRun(context),
            "star.created" => Star(context),
            "ping" => Ping(context),
            _ => throw this.Unknown(eventType),
        };
        var id = context.Uuid();
        return new UnsignedRequest(id, eventType, body,
        [
            new("Content-Type", "application/json"),
            new("User-Agent", "GitHub-Hookshot/" + context.Hex(7)),
            new("Accept", "*/*"),
            new("X-GitHub-Hook-ID", "512904731"),
            new("X-GitHub-Hook-Installation-Target-Type", "repository"),
        ]);
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "GitHub still sends this header to old receivers; nothing here trusts it")]
    public SignedRequest Sign(UnsignedRequest request, SimulationContext context)
    {
        var sha1 = Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(context.Secret), request.Body));
        List<KeyValuePair<string, string>> headers =
        [
            new("X-GitHub-Delivery", request.EventId),
            new("X-Hub-Signature", "sha1=" + sha1),
            new(Proof.Name, "sha256=" + HmacSha256.Hex(context.Secret, "", request.Body)),
        ];
        if (request.EventType is not null)
        {
            // "pull_request.opened" is the header "pull_request" and the action "opened" of the request.Body.
            headers.Add(new("X-GitHub-Event", request.EventType.Split('.')[0]));
        }

        return request.WithHeaders(headers);
    }

    private static byte[] Push(SimulationContext context)
    {
        var repository = context.Pick(SampleData.Repositories);
        var author = context.Pick(SampleData.People);
        var branch = context.Random.NextDouble() < 0.6 ? "main" : "feature/" + context.Number(100, 999);
        var before = context.Hex(40);
        var commits = Enumerable.Range(0, (int)context.Number(1, 4)).Select(_ => Commit(context, repository, author)).ToArray();
        var head = commits[^1];
        return Payload.Compact($$"""
            {
              "ref": "refs/heads/{{branch}}",
              "before": "{{before}}",
              "after": "{{head.Sha}}",
              "repository": {{GitHubParts.Repository(repository)}},
              "pusher": { "name": "{{author.Login}}", "email": "{{author.Email}}" },
              "sender": {{GitHubParts.User(author)}},
              "created": false,
              "deleted": false,
              "forced": false,
              "base_ref": null,
              "compare": "https://github.com/{{repository.FullName}}/compare/{{before[..12]}}...{{head.Sha[..12]}}",
              "commits": [{{new JsonPiece(string.Join(',', commits.Select(commit => commit.Json)))}}],
              "head_commit": {{head.Json}}
            }
            """);
    }

    private static (string Sha, JsonPiece Json) Commit(SimulationContext context, Repository repository, Person author)
    {
        var sha = context.Hex(40);
        return (sha, Payload.Piece($$"""
            {
              "id": "{{sha}}",
              "tree_id": "{{context.Hex(40)}}",
              "distinct": true,
              "message": "{{context.Pick(SampleData.Changes)}}",
              "timestamp": "{{Text.Seconds(context.Now)}}",
              "url": "https://github.com/{{repository.FullName}}/commit/{{sha}}",
              "author": { "name": "{{author.Name}}", "email": "{{author.Email}}", "username": "{{author.Login}}" },
              "committer": { "name": "{{author.Name}}", "email": "{{author.Email}}", "username": "{{author.Login}}" },
              "added": [],
              "removed": [],
              "modified": ["README.md"]
            }
            """));
    }

    private static byte[] PullRequest(EarlierPullRequest pull, bool merged, SimulationContext context)
    {
        var merger = context.Pick(SampleData.People);
        var now = Text.Seconds(context.Now);
        var url = $"https://github.com/{pull.Repository.FullName}/pull/{Text.Number(pull.Number)}";
        var end = merged
            ? Payload.Piece($$"""
                "closed_at": "{{now}}", "merged_at": "{{now}}", "merge_commit_sha": "{{context.Hex(40)}}", "merged_by": {{GitHubParts.User(merger)}}
                """)
            : new JsonPiece("\"closed_at\": null, \"merged_at\": null, \"merge_commit_sha\": null, \"merged_by\": null");
        return Payload.Compact($$"""
            {
              "action": "{{(merged ? "closed" : "opened")}}",
              "number": {{pull.Number}},
              "pull_request": {
                "url": "https://api.github.com/repos/{{pull.Repository.FullName}}/pulls/{{pull.Number}}",
                "id": {{pull.Id}},
                "node_id": "{{GitHubParts.NodeId("PullRequest", pull.Id)}}",
                "html_url": "{{url}}",
                {{GitHubParts.PullRequestLinks(pull.Repository, pull.Number)}},
                "number": {{pull.Number}},
                "state": "{{(merged ? "closed" : "open")}}",
                "locked": false,
                "title": "{{pull.Title}}",
                "user": {{GitHubParts.User(pull.Author)}},
                "body": "{{pull.Title}}, as discussed.",
                "created_at": "{{Text.Seconds(pull.At)}}",
                "updated_at": "{{now}}",
                {{end}},
                "assignees": [],
                "requested_reviewers": [],
                "requested_teams": [],
                "labels": [],
                "author_association": "MEMBER",
                "mergeable_state": "{{(merged ? "unknown" : "clean")}}",
                "draft": false,
                "head": { "label": "{{pull.Repository.Owner}}:{{pull.Branch}}", "ref": "{{pull.Branch}}", "sha": "{{pull.HeadSha}}", "user": {{GitHubParts.User(pull.Author)}}, "repo": {{GitHubParts.Repository(pull.Repository)}} },
                "base": { "label": "{{pull.Repository.Owner}}:main", "ref": "main", "sha": "{{context.Hex(40)}}", "user": {{GitHubParts.User(pull.Author)}}, "repo": {{GitHubParts.Repository(pull.Repository)}} },
                "merged": {{merged}},
                "comments": 0,
                "commits": {{context.Number(1, 6)}},
                "additions": {{context.Number(1, 400)}},
                "deletions": {{context.Number(0, 200)}},
                "changed_files": {{context.Number(1, 20)}}
              },
              "repository": {{GitHubParts.Repository(pull.Repository)}},
              "sender": {{GitHubParts.User(merged ? merger : pull.Author)}}
            }
            """);
    }

    private static byte[] Issue(EarlierIssue issue, bool closed, SimulationContext context)
    {
        var (address, id) = (GitHubParts.Address(issue.Repository), context.Number(2_000_000_000, 3_999_999_999));
        var sender = closed ? context.Pick(SampleData.People) : issue.Author;
        return Payload.Compact($$"""
            {
              "action": "{{(closed ? "closed" : "opened")}}",
              "issue": {
                "url": "{{address}}/issues/{{issue.Number}}",
                "repository_url": "{{address}}",
                "labels_url": "{{address}}/issues/{{issue.Number}}/labels{/name}",
                "comments_url": "{{address}}/issues/{{issue.Number}}/comments",
                "events_url": "{{address}}/issues/{{issue.Number}}/events",
                "html_url": "https://github.com/{{issue.Repository.FullName}}/issues/{{issue.Number}}",
                "id": {{id}},
                "node_id": "{{GitHubParts.NodeId("Issue", id)}}",
                "number": {{issue.Number}},
                "title": "{{issue.Title}}",
                "user": {{GitHubParts.User(issue.Author)}},
                "assignees": [],
                "labels": [],
                "state": "{{(closed ? "closed" : "open")}}",
                "comments": 0,
                "created_at": "{{Text.Seconds(issue.At)}}",
                "closed_at": {{(closed ? Payload.Piece($"\"{Text.Seconds(context.Now)}\"") : new JsonPiece("null"))}},
                "body": "{{context.Pick(SampleData.Messages)}}"
              },
              "repository": {{GitHubParts.Repository(issue.Repository)}},
              "sender": {{GitHubParts.User(sender)}}
            }
            """);
    }

    private static byte[] Release(SimulationContext context)
    {
        var repository = context.Pick(SampleData.Repositories);
        var author = context.Pick(SampleData.People);
        var (address, id) = (GitHubParts.Address(repository), context.Number(1, 999_999));
        var tag = $"v{Text.Number(context.Number(1, 9))}.{Text.Number(context.Number(0, 20))}.0";
        return Payload.Compact($$"""
            {
              "action": "published",
              "release": {
                "url": "{{address}}/releases/{{id}}",
                "assets_url": "{{address}}/releases/{{id}}/assets",
                "upload_url": "https://uploads.github.com/repos/{{repository.FullName}}/releases/{{id}}/assets{?name,label}",
                "html_url": "https://github.com/{{repository.FullName}}/releases/tag/{{tag}}",
                "id": {{id}},
                "node_id": "{{GitHubParts.NodeId("Release", id)}}",
                "tag_name": "{{tag}}",
                "target_commitish": "main",
                "name": "Release {{tag}}",
                "draft": false,
                "prerelease": false,
                "author": {{GitHubParts.User(author)}},
                "assets": [],
                "body": "{{context.Pick(SampleData.Changes)}}",
                "published_at": "{{Text.Seconds(context.Now)}}"
              },
              "repository": {{GitHubParts.Repository(repository)}},
              "sender": {{GitHubParts.User(author)}}
            }
            """);
    }

    private static byte[] WorkflowRun(SimulationContext context)
    {
        var repository = context.Pick(SampleData.Repositories);
        var author = context.Pick(SampleData.People);
        var (id, workflow, sha, now) = (context.Number(1_000_000_000, 9_999_999_999), repository.Id % 10_000_000, context.Hex(40), Text.Seconds(context.Now));
        var (address, page) = (GitHubParts.Address(repository), $"https://github.com/{repository.FullName}");
        var (run, title) = ($"{address}/actions/runs/{Text.Number(id)}", context.Pick(SampleData.Changes));
        return Payload.Compact($$"""
            {
              "action": "completed",
              "workflow_run": {
                "id": {{id}},
                "name": "build",
                "node_id": "{{GitHubParts.NodeId("WorkflowRun", id)}}",
                "path": ".github/workflows/build.yml",
                "display_title": "{{title}}",
                "check_suite_id": {{id + 1}},
                "check_suite_node_id": "{{GitHubParts.NodeId("CheckSuite", id + 1)}}",
                "head_branch": "main",
                "head_sha": "{{sha}}",
                "head_commit": {
                  "id": "{{sha}}",
                  "tree_id": "{{context.Hex(40)}}",
                  "message": "{{title}}",
                  "timestamp": "{{now}}",
                  "author": { "name": "{{author.Name}}", "email": "{{author.Email}}" },
                  "committer": { "name": "{{author.Name}}", "email": "{{author.Email}}" }
                },
                "run_number": {{context.Number(1, 5000)}},
                "run_attempt": 1,
                "event": "push",
                "status": "completed",
                "conclusion": "{{(context.Random.NextDouble() < 0.8 ? "success" : "failure")}}",
                "workflow_id": {{workflow}},
                "url": "{{run}}",
                "html_url": "{{page}}/actions/runs/{{id}}",
                "pull_requests": [],
                "created_at": "{{now}}",
                "run_started_at": "{{now}}",
                "updated_at": "{{now}}",
                "actor": {{GitHubParts.User(author)}},
                "triggering_actor": {{GitHubParts.User(author)}},
                "jobs_url": "{{run}}/jobs",
                "logs_url": "{{run}}/logs",
                "check_suite_url": "{{address}}/check-suites/{{id + 1}}",
                "artifacts_url": "{{run}}/artifacts",
                "cancel_url": "{{run}}/cancel",
                "rerun_url": "{{run}}/rerun",
                "workflow_url": "{{address}}/actions/workflows/{{workflow}}",
                "repository": {{GitHubParts.LinkedRepository(repository)}},
                "head_repository": {{GitHubParts.LinkedRepository(repository)}}
              },
              "workflow": {
                "id": {{workflow}},
                "node_id": "{{GitHubParts.NodeId("Workflow", workflow)}}",
                "name": "build",
                "path": ".github/workflows/build.yml",
                "state": "active",
                "created_at": "{{now}}",
                "updated_at": "{{now}}",
                "url": "{{address}}/actions/workflows/{{workflow}}",
                "html_url": "{{page}}/blob/main/.github/workflows/build.yml",
                "badge_url": "{{page}}/workflows/build/badge.svg"
              },
              "repository": {{GitHubParts.Repository(repository)}},
              "sender": {{GitHubParts.User(author)}}
            }
            """);
    }

    private static byte[] Star(SimulationContext context) => Payload.Compact($$"""
        {
          "action": "created",
          "starred_at": "{{Text.Seconds(context.Now)}}",
          "repository": {{GitHubParts.Repository(context.Pick(SampleData.Repositories))}},
          "sender": {{GitHubParts.User(context.Pick(SampleData.People))}}
        }
        """);

    private static byte[] Ping(SimulationContext context)
    {
        var repository = context.Pick(SampleData.Repositories);
        return Payload.Compact($$"""
            {
              "zen": "Keep it logically awesome.",
              "hook_id": 512904731,
              "hook": {
                "type": "Repository",
                "id": 512904731,
                "name": "web",
                "active": true,
                "events": ["push", "pull_request", "issues"],
                "config": { "content_type": "json", "insecure_ssl": "0", "secret": "********", "url": "https://hooks.example.com/webhooks/github" },
                "url": "{{GitHubParts.Address(repository)}}/hooks/512904731",
                "ping_url": "{{GitHubParts.Address(repository)}}/hooks/512904731/pings",
                "deliveries_url": "{{GitHubParts.Address(repository)}}/hooks/512904731/deliveries",
                "updated_at": "{{Text.Seconds(context.Now)}}",
                "created_at": "{{Text.Seconds(context.Now)}}"
              },
              "repository": {{GitHubParts.Repository(repository)}},
              "sender": {{GitHubParts.User(context.Pick(SampleData.People))}}
            }
            """);
    }

    private static EarlierPullRequest NewPullRequest(SimulationContext context, bool remember)
    {
        var number = (int)context.Number(1, 2000);
        var pull = new EarlierPullRequest(
            context.Number(2_000_000_000, 3_999_999_999), number, context.Pick(SampleData.Changes), "feature/" + Text.Number(number),
            context.Hex(40), context.Pick(SampleData.People), context.Pick(SampleData.Repositories), context.Now);
        if (remember)
        {
            context.Story?.Remember(pull);
        }

        return pull;
    }
}
