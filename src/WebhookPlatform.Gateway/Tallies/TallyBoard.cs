using System.Collections.Concurrent;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Tallies;

/// <summary>What was counted and is not written or not told yet. Bounded: by sources times minutes.</summary>
public sealed class TallyBoard(TimeProvider clock)
{
    private readonly ConcurrentDictionary<(string Source, DateTimeOffset Minute), byte> _changed = [];
    private readonly Lock _lock = new();
    private Dictionary<(string Source, string Provider, DateTimeOffset Minute), (long Rejected, long Refused)> _unwritten = [];

    /// <summary>A request was refused for a reason of the sender's.</summary>
    public void Reject(Source? source) => Add(source, rejected: 1, refused: 0);

    /// <summary>A request was refused for a reason of ours.</summary>
    public void Refuse(Source? source) => Add(source, rejected: 0, refused: 1);

    /// <summary>A total has changed in the database.</summary>
    internal void Changed(string source, DateTimeOffset minute) => _changed[(source, minute)] = 0;

    /// <summary>Hands over what is to be told, once.</summary>
    internal IReadOnlyList<(string Source, DateTimeOffset Minute)> TakeChanged()
    {
        List<(string, DateTimeOffset)> taken = [.. _changed.Keys];
        taken.ForEach(key => _changed.TryRemove(key, out _));
        return taken;
    }

    /// <summary>Hands over what is to be written, once.</summary>
    internal IReadOnlyList<TallyCount> TakeUnwritten()
    {
        lock (_lock)
        {
            var taken = _unwritten;
            _unwritten = [];
            return [.. taken.Select(pair => new TallyCount(pair.Key.Source, pair.Key.Provider, pair.Key.Minute, 0, 0, 0, pair.Value.Rejected, pair.Value.Refused))];
        }
    }

    /// <summary>Takes back what could not be written.</summary>
    internal void Return(IEnumerable<TallyCount> counts)
    {
        lock (_lock)
        {
            foreach (var count in counts)
            {
                Add((count.Source, count.Provider, count.Minute), count.Rejected, count.Refused);
            }
        }
    }

    private void Add(Source? source, long rejected, long refused)
    {
        lock (_lock)
        {
            Add((source?.Name ?? Rejections.RejectionLog.UnknownSource, source?.Provider.Name ?? "", TallyCount.MinuteOf(clock.GetUtcNow())), rejected, refused);
        }
    }

    private void Add((string Source, string Provider, DateTimeOffset Minute) key, long rejected, long refused)
    {
        var before = _unwritten.GetValueOrDefault(key);
        _unwritten[key] = (before.Rejected + rejected, before.Refused + refused);
    }
}
