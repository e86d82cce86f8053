using WebhookPlatform.Dashboard.Console.Feed;
using WebhookPlatform.Dashboard.Live;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.Dashboard.Console;

/// <summary>What one open console shows: the newest overview, payments and alerts, and how live they are. One per circuit.</summary>
public sealed partial class ConsoleSession(LiveFeed live, DashboardQueries queries, TimeProvider time, ILogger<ConsoleSession> log)
{
    /// <summary>Days of payments shown, today included.</summary>
    public const int PaymentDays = 14;

    private const int AlertsKept = 50;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    // The feed sends a frame every ten seconds even when nothing happens.
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private bool paymentsAreOld;

    /// <summary>Something of the session changed. Raised in the context that called <see cref="RunAsync"/>.</summary>
    public event EventHandler? Changed;

    public Overview? Overview { get; private set; }

    public Payments? Payments { get; private set; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Alert> Alerts { get; private set; } = [];

    public FeedLines Lines { get; } = new();

    /// <summary>How live all this is.</summary>
    public Liveness Liveness { get; private set; } = new(LiveState.Connecting, null);

    /// <summary>Follows the live feed until cancelled; an outage is shown and waited out.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(FollowAsync(stop), WatchAsync(stop));

    private async Task FollowAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var frame in live.SubscribeAsync(stop))
                {
                    Apply(frame);

                    // Frames that come meanwhile are put together.
                    await Task.Delay(LiveFeed.LongestRest, time, stop).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                }
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                LogInterrupted(log, fault);
            }

            await Task.Delay(RetryAfter, time, stop).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Apply(LiveFrame frame)
    {
        Overview = frame.Overview;
        paymentsAreOld |= frame.PaymentsChanged;
        Liveness = new Liveness(live.IsLive ? LiveState.Live : LiveState.Stale, time.GetUtcNow());
        if (frame.Alerts.Count > 0)
        {
            Alerts = [.. frame.Alerts.Concat(Alerts).DistinctBy(alert => alert.Id).OrderByDescending(alert => alert.At).Take(AlertsKept)];
        }

        Lines.Add(frame.Activities);
        Changed?.Invoke(this, EventArgs.Empty);
    }

    /// <summary>Once a second: reads payments again if they changed, and notices when frames stay away.</summary>
    private async Task WatchAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Pace, time);
        try
        {
            do
            {
                CheckLiveness();
                await RefreshPaymentsAsync(stop);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The page was closed.
        }
    }

    private void CheckLiveness()
    {
        if (Liveness is not { State: LiveState.Live, LastFrame: { } last } || (live.IsLive && time.GetUtcNow() - last < StaleAfter))
        {
            return;
        }

        Liveness = Liveness with { State = LiveState.Stale };
        Changed?.Invoke(this, EventArgs.Empty);
    }

    private async Task RefreshPaymentsAsync(CancellationToken stop)
    {
        if (!paymentsAreOld)
        {
            return;
        }

        try
        {
            paymentsAreOld = false;
            Payments = await queries.PaymentsAsync(PaymentDays, stop);
            Changed?.Invoke(this, EventArgs.Empty);
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            paymentsAreOld = true;
            LogInterrupted(log, fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The console could not be brought up to date; it is tried again.")]
    private static partial void LogInterrupted(ILogger logger, Exception fault);
}

/// <summary>How live a console is, as far as the server can tell; when the server is away, the browser knows by itself.</summary>
/// <param name="LastFrame">When the last frame came, by the dashboard's clock.</param>
public sealed record Liveness(LiveState State, DateTimeOffset? LastFrame);

/// <summary>What <see cref="Liveness"/> says.</summary>
public enum LiveState
{
    /// <summary>The first frame is awaited.</summary>
    Connecting,

    /// <summary>Changes are shown as they happen.</summary>
    Live,

    /// <summary>The broker or the database is away, or frames stay away: changes come late or not at all.</summary>
    Stale,
}
