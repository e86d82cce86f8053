using WebhookPlatform.Contracts.Code;

namespace WebhookPlatform.Gateway.Providers.Mapping.Events;

/// <summary>Code, issues, releases and builds.</summary>
internal static class CodeMappings
{
    public static IReadOnlyList<MappableEvent> All { get; } =
    [
        new(nameof(CodePushed), ["Repository", "Reference", "Before", "After"], ["CommitCount", "PushedBy", "Url"], Pushed),
        new(nameof(PullRequestOpened), ["Repository", "Number", "Title"], ["Author", "SourceBranch", "TargetBranch", "Url"], Opened),
        new(nameof(PullRequestMerged), ["Repository", "Number", "Title"], ["MergedBy", "MergeCommit", "TargetBranch", "Url"], Merged),
        new(nameof(IssueOpened), ["Project", "Key", "Title"], ["Author", "Url"], IssueWasOpened),
        new(nameof(IssueClosed), ["Project", "Key", "Title"], ["ClosedBy", "Url"], IssueWasClosed),
        new(nameof(ReleasePublished), ["Project", "Version"], ["Title", "PublishedBy", "Url"], Published),
        new(nameof(BuildFinished), ["Project", "BuildId", "Outcome"], ["Name", "Branch", "Commit", "Url"], Finished),
    ];

    private static EventDraft? Pushed(in MappedFields fields)
    {
        if (fields.Name("Repository") is not { } repository || fields.Name("Reference") is not { } reference
            || fields.Name("Before") is not { } before || fields.Name("After") is not { } after)
        {
            return null;
        }

        var count = fields.WholeNumber("CommitCount") is >= 0 and <= int.MaxValue and var commits ? (int)commits : 0;
        var (pushedBy, url) = (fields.Text("PushedBy"), fields.Text("Url"));
        return EventDraft.Of($"{repository}:{reference}", metadata => new CodePushed(metadata, repository, reference, before, after, count, pushedBy, url));
    }

    private static EventDraft? Opened(in MappedFields fields)
    {
        if (fields.Name("Repository") is not { } repository || fields.WholeNumber("Number") is not (> 0 and <= int.MaxValue and var number) || fields.Text("Title") is not { } title)
        {
            return null;
        }

        var (author, from, into, url) = (fields.Text("Author"), fields.Text("SourceBranch"), fields.Text("TargetBranch"), fields.Text("Url"));
        return EventDraft.Of($"{repository}#{number}", metadata => new PullRequestOpened(metadata, repository, (int)number, title, author, from, into, url));
    }

    private static EventDraft? Merged(in MappedFields fields)
    {
        if (fields.Name("Repository") is not { } repository || fields.WholeNumber("Number") is not (> 0 and <= int.MaxValue and var number) || fields.Text("Title") is not { } title)
        {
            return null;
        }

        var (mergedBy, commit, into, url) = (fields.Text("MergedBy"), fields.Text("MergeCommit"), fields.Text("TargetBranch"), fields.Text("Url"));
        return EventDraft.Of($"{repository}#{number}", metadata => new PullRequestMerged(metadata, repository, (int)number, title, mergedBy, commit, into, url));
    }

    private static EventDraft? IssueWasOpened(in MappedFields fields)
    {
        if (fields.Name("Project") is not { } project || fields.Name("Key") is not { } key || fields.Text("Title") is not { } title)
        {
            return null;
        }

        var (author, url) = (fields.Text("Author"), fields.Text("Url"));
        return EventDraft.Of($"{project}#{key}", metadata => new IssueOpened(metadata, project, key, title, author, url));
    }

    private static EventDraft? IssueWasClosed(in MappedFields fields)
    {
        if (fields.Name("Project") is not { } project || fields.Name("Key") is not { } key || fields.Text("Title") is not { } title)
        {
            return null;
        }

        var (closedBy, url) = (fields.Text("ClosedBy"), fields.Text("Url"));
        return EventDraft.Of($"{project}#{key}", metadata => new IssueClosed(metadata, project, key, title, closedBy, url));
    }

    private static EventDraft? Published(in MappedFields fields)
    {
        if (fields.Name("Project") is not { } project || fields.Name("Version") is not { } version)
        {
            return null;
        }

        var (title, publishedBy, url) = (fields.Text("Title"), fields.Text("PublishedBy"), fields.Text("Url"));
        return EventDraft.Of($"{project}@{version}", metadata => new ReleasePublished(metadata, project, version, title, publishedBy, url));
    }

    private static EventDraft? Finished(in MappedFields fields)
    {
        if (fields.Name("Project") is not { } project || fields.Name("BuildId") is not { } build || fields.Word("Outcome", "succeeded", "failed", "cancelled") is not { } outcome)
        {
            return null;
        }

        var (name, branch, commit, url) = (fields.Text("Name"), fields.Text("Branch"), fields.Text("Commit"), fields.Text("Url"));
        return EventDraft.Of($"{project}#{build}", metadata => new BuildFinished(metadata, project, build, outcome, name, branch, commit, url));
    }
}
