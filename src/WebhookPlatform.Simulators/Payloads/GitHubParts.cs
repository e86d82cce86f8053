using System.Text;

namespace WebhookPlatform.Simulators.Payloads;

/// <summary>Objects that GitHub's payloads share, with every field that is never missing there. See https://docs.github.com/en/webhooks/webhook-events-and-payloads.</summary>
internal static class GitHubParts
{
    private const string Api = "https://api.github.com";
    private const string Site = "https://github.com";

    /// <summary>Addresses below a repository's own, by the names of their fields; the rest are listed in <see cref="Links"/>.</summary>
    private static readonly string[] Collections =
    [
        "branches", "collaborators", "comments", "commits", "contents", "issues", "keys", "labels", "milestones", "notifications", "pulls", "releases", "statuses",
        "contributors", "deployments", "downloads", "events", "forks", "hooks", "languages", "merges", "stargazers", "subscribers", "subscription", "tags", "teams",
        "archive", "assignees", "compare",
    ];

    private static readonly (string Name, string Path)[] Links =
    [
        ("blobs", "git/blobs{/sha}"), ("git_commits", "git/commits{/sha}"), ("git_refs", "git/refs{/sha}"), ("git_tags", "git/tags{/sha}"), ("trees", "git/trees{/sha}"),
        ("issue_comment", "issues/comments{/number}"), ("issue_events", "issues/events{/number}"),
    ];

    /// <summary>A person's account.</summary>
    public static JsonPiece User(Person person) => Account(person.Login, person.Id, "User");

    /// <summary>A repository as most payloads carry it.</summary>
    public static JsonPiece Repository(Repository repository) => Payload.Piece($$"""
        {
          {{Core(repository)}},
          "clone_url": "{{Site}}/{{repository.FullName}}.git",
          "language": "{{repository.Language}}",
          "visibility": "public",
          "default_branch": "main"
        }
        """);

    /// <summary>A repository as runs of workflows carry it: with the addresses of all that belongs to it.</summary>
    public static JsonPiece LinkedRepository(Repository repository)
    {
        var address = Address(repository);
        var links = Collections.Select(name => (Name: name, Path: name)).Concat(Links).Select(link => $"\"{link.Name}_url\": \"{address}/{link.Path}\"");
        return Payload.Piece($$"""
            { {{Core(repository)}}, {{new JsonPiece(string.Join(", ", links))}} }
            """);
    }

    /// <summary>An id of GitHub's GraphQL interface.</summary>
    public static string NodeId(string type, long id) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"0{Text.Number(type.Length)}:{type}{Text.Number(id)}"));

    /// <summary>A repository's address in the API.</summary>
    public static string Address(Repository repository) => $"{Api}/repos/{repository.FullName}";

    /// <summary>Addresses of a pull request, by what lies there.</summary>
    public static JsonPiece PullRequestLinks(Repository repository, int number)
    {
        var (address, page) = (Address(repository), $"{Site}/{repository.FullName}/pull/{Text.Number(number)}");
        return Payload.Piece($$$"""
            "diff_url": "{{{page}}}.diff",
            "patch_url": "{{{page}}}.patch",
            "issue_url": "{{{address}}}/issues/{{{number}}}",
            "commits_url": "{{{address}}}/pulls/{{{number}}}/commits",
            "review_comments_url": "{{{address}}}/pulls/{{{number}}}/comments",
            "review_comment_url": "{{{address}}}/pulls/comments{/number}",
            "comments_url": "{{{address}}}/issues/{{{number}}}/comments",
            "statuses_url": "{{{address}}}/statuses",
            "_links": {
              "self": { "href": "{{{address}}}/pulls/{{{number}}}" },
              "html": { "href": "{{{page}}}" },
              "issue": { "href": "{{{address}}}/issues/{{{number}}}" },
              "comments": { "href": "{{{address}}}/issues/{{{number}}}/comments" },
              "review_comments": { "href": "{{{address}}}/pulls/{{{number}}}/comments" },
              "review_comment": { "href": "{{{address}}}/pulls/comments{/number}" },
              "commits": { "href": "{{{address}}}/pulls/{{{number}}}/commits" },
              "statuses": { "href": "{{{address}}}/statuses" }
            }
            """);
    }

    private static JsonPiece Core(Repository repository) => Payload.Piece($$"""
        "id": {{repository.Id}},
        "node_id": "{{NodeId("Repository", repository.Id)}}",
        "name": "{{repository.Name}}",
        "full_name": "{{repository.FullName}}",
        "private": false,
        "owner": {{Account(repository.Owner, 9919, "Organization")}},
        "html_url": "{{Site}}/{{repository.FullName}}",
        "description": "{{repository.About}}",
        "fork": false,
        "url": "{{Address(repository)}}"
        """);

    private static JsonPiece Account(string login, long id, string type) => Payload.Piece($$"""
        {
          "login": "{{login}}",
          "id": {{id}},
          "node_id": "{{NodeId(type, id)}}",
          "avatar_url": "https://avatars.githubusercontent.com/{{login}}",
          "url": "{{Api}}/users/{{login}}",
          "html_url": "{{Site}}/{{login}}",
          "type": "{{type}}",
          "site_admin": false
        }
        """);
}
