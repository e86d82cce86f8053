using System.Runtime.CompilerServices;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.Dashboard.Live;

/// <summary>
/// Turns changes of the projections into frames: read once per replica, however many changes and clients there are, twenty times a second at most and less often
/// the longer the reading takes and the more clients there are.
/// Clients that join get a full frame first: the latest lines and alerts instead of only the new ones.
/// </summary>
public sealed partial class LiveFeed(DashboardQueries queries, TimeProvider clock, ILogger<LiveFeed> logger) : BackgroundService
{
    /// <summary>Shortest time between two frames.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(50);

    /// <summary>What the interval grows to with slow reading.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(250);

    /// <summary>What the interval grows to with many clients.</summary>
    public static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(400);

    // A fifth of the time goes into reading, more only where reading is slow, and a thousand frames a second are written.
    private const int RestPerReading = 4;
    private static readonly TimeSpan RestPerClient = TimeSpan.FromMilliseconds(1);

    // Minutes pass and a notice may get lost: clients see the truth again after this time at the latest.
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<Mailbox> _clients = [];
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly RecentIds _toldLines = new(DashboardQueries.ShortList * 20);
    private readonly RecentIds _toldAlerts = new(DashboardQueries.ShortList * 20);
    private int _pending;
    private long _sequence;
    private volatile bool _brokerIsBack;
    private volatile bool _databaseAnswers = true;

    /// <summary>Whether changes arrive as they happen: the broker is connected and the projections can be read. When not, clients still get a frame every few seconds if that is possible.</summary>
    public bool IsLive => _brokerIsBack && _databaseAnswers;

    /// <summary>This process among the replicas.</summary>
    internal Guid Replica { get; } = Guid.NewGuid();

    /// <summary>Frames from now on; the first is a full one and comes at once. Ends when <paramref name="cancellationToken"/> does, without an exception.</summary>
    public async IAsyncEnumerable<LiveFrame> SubscribeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var subscription = Join();
        while (await NextAsync(subscription, cancellationToken) is { } update)
        {
            yield return update.Frame;
        }
    }

    /// <summary>The same for clients outside, who share one writing of each frame.</summary>
    internal async IAsyncEnumerable<LiveUpdate> UpdatesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var subscription = Join();
        while (await NextAsync(subscription, cancellationToken) is { } update)
        {
            yield return update;
        }
    }

    internal Subscription Join()
    {
        var subscription = new Subscription(this);
        lock (_lock)
        {
            _clients.Add(subscription.Mailbox);
        }

        Wake();
        return subscription;
    }

    /// <summary>Tells that projections changed, here or at another replica.</summary>
    internal void Notice(Changes changes)
    {
        Interlocked.Or(ref _pending, (int)changes);
        Wake();
    }

    /// <summary>Tells whether notices of other replicas arrive. Whoever comes back may have missed some.</summary>
    internal void BrokerIs(bool connected)
    {
        _brokerIsBack = connected;
        if (connected)
        {
            Notice(Changes.Unknown);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var noticed = await _wake.WaitAsync(Refresh, stoppingToken);
                if (Clients > 0)
                {
                    var began = clock.GetTimestamp();
                    await SendFrameAsync(noticed, stoppingToken);
                    await Task.Delay(Interval(clock.GetElapsedTime(began), Clients), clock, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogNotLive(logger, failure.GetBaseException().Message);
                _databaseAnswers = false;
                Notice(Changes.Unknown);
                await Task.Delay(RetryPause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task<LiveUpdate?> NextAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            return await subscription.Mailbox.TakeAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task SendFrameAsync(bool noticed, CancellationToken cancellationToken)
    {
        // Taken before reading: what changes meanwhile is noticed again.
        var changes = (Changes)Interlocked.Exchange(ref _pending, 0);
        var missed = changes.HasFlag(Changes.Unknown);
        var (reading, latest, notices) = (queries.OverviewAsync(cancellationToken), queries.LatestActivityAsync(cancellationToken), queries.AlertsAsync(DashboardQueries.ShortList, cancellationToken));
        await Task.WhenAll(reading, latest, notices);
        var (overview, lines, alerts) = (await reading, await latest, await notices);
        _databaseAnswers = true;

        var full = new LiveUpdate(new LiveFrame(++_sequence, clock.GetUtcNow(), overview, Newest(lines), alerts, PaymentsChanged: true));
        var news = new LiveUpdate(full.Frame with
        {
            Activities = Newest(_toldLines.New(lines, line => line.Id)),
            Alerts = _toldAlerts.New(alerts, alert => alert.Id),
            PaymentsChanged = changes.HasFlag(Changes.Payments) || !noticed,
        });
        lock (_lock)
        {
            foreach (var client in _clients)
            {
                client.Put(missed || !client.Greeted ? full : news);
                client.Greeted = true;
            }
        }
    }

    private static List<Activity> Newest(IEnumerable<Activity> lines) => [.. lines.OrderByDescending(line => line.At)];

    /// <summary>How long to rest after a frame.</summary>
    public static TimeSpan Interval(TimeSpan reading, int clients)
    {
        var forReading = Math.Min(reading.Ticks * RestPerReading, LongestRest.Ticks);
        var forClients = Math.Min(clients * RestPerClient.Ticks, LongestInterval.Ticks);
        return TimeSpan.FromTicks(Math.Max(ShortestInterval.Ticks, Math.Max(forReading, forClients)));
    }

    private int Clients
    {
        get
        {
            lock (_lock)
            {
                return _clients.Count;
            }
        }
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0)
            {
                _wake.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has just woken it.
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Live clients wait, the projections cannot be read: {Reason}")]
    private static partial void LogNotLive(ILogger logger, string reason);

    /// <summary>One client's place; leave it by disposing.</summary>
    internal sealed class Subscription(LiveFeed feed) : IDisposable
    {
        public Mailbox Mailbox { get; } = new();

        public void Dispose()
        {
            lock (feed._lock)
            {
                feed._clients.Remove(Mailbox);
            }
        }
    }

    /// <summary>Remembers what was told; bounded.</summary>
    private sealed class RecentIds(int capacity)
    {
        private readonly HashSet<Guid> _known = [];
        private readonly Queue<Guid> _order = [];

        public List<T> New<T>(IReadOnlyList<T> items, Func<T, Guid> id)
        {
            var fresh = new List<T>();
            foreach (var item in items)
            {
                if (_known.Add(id(item)))
                {
                    fresh.Add(item);
                    _order.Enqueue(id(item));
                }
            }

            while (_order.Count > capacity)
            {
                _known.Remove(_order.Dequeue());
            }

            return fresh;
        }
    }
}
