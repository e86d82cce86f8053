using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.Dashboard.Console.Feed;

/// <summary>The newest lines of the activity feed, each once, newest first; older ones fall off the end.</summary>
public sealed class FeedLines
{
    private const int Capacity = 400;
    private readonly HashSet<Guid> known = [];
    private List<Activity> lines = [];

    /// <summary>Lines came that were not there before.</summary>
    public event EventHandler<LinesAddedEventArgs>? Added;

    /// <summary>Newest first. A new list after every change, so it may be kept.</summary>
    public IReadOnlyList<Activity> Newest => lines;

    /// <summary>Adds what is new of <paramref name="more"/>, whatever its order.</summary>
    public void Add(IReadOnlyList<Activity> more)
    {
        var fresh = more.Where(line => known.Add(line.Id)).ToList();
        if (fresh.Count == 0)
        {
            return;
        }

        var all = fresh.Concat(lines).OrderByDescending(line => line.At).ToList();
        foreach (var old in all.Skip(Capacity))
        {
            known.Remove(old.Id);
        }

        lines = all.Count > Capacity ? all[..Capacity] : all;
        Added?.Invoke(this, new LinesAddedEventArgs(fresh));
    }
}

/// <summary>Tells of new lines.</summary>
public sealed class LinesAddedEventArgs(IReadOnlyList<Activity> added) : EventArgs
{
    public IReadOnlyList<Activity> Added { get; } = added;
}
