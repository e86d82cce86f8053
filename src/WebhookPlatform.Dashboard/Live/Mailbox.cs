using System.Threading.Channels;

namespace WebhookPlatform.Dashboard.Live;

/// <summary>What waits for one client: at most one update. A client that is slow gets fewer and fuller ones; it never slows the others or fills memory.</summary>
internal sealed class Mailbox
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _arrived = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private LiveUpdate? _waiting;

    /// <summary>Whether the client has been given a full frame yet.</summary>
    public bool Greeted { get; set; }

    public void Put(LiveUpdate update)
    {
        lock (_lock)
        {
            _waiting = _waiting?.Then(update) ?? update;
        }

        _arrived.Writer.TryWrite(true);
    }

    /// <summary>Waits for the next update.</summary>
    public async ValueTask<LiveUpdate> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _arrived.Reader.ReadAsync(cancellationToken);
            lock (_lock)
            {
                if (_waiting is { } update)
                {
                    _waiting = null;
                    return update;
                }
            }
        }
    }
}
