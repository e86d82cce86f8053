using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.Dashboard.Console.Feed;

/// <summary>The activity feed. It renders at a pace of its own, and stands still while an operator points at it, so that the line under the pointer stays there.</summary>
public sealed partial class FeedPanel : IDisposable
{
    private const int MostShown = 100;

    // In a rush nobody reads: fewer lines, less often, keep the page light.
    private const int MostShownInRush = 30;
    private const int Searched = 500;

    // More lines at once than this do not slide in: it would be a flicker.
    private const int MostAnimated = 4;

    // More lines than this since the last time are a rush.
    private const int MostReadable = 20;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan RushPace = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource closed = new();
    private FeedFilter filter = FeedFilter.Everything;
    private List<Activity> older = [];
    private List<Activity> shown = [];
    private bool paused;
    private bool held;
    private bool scheduled;
    private bool outdated = true;
    private int waiting;
    private bool rush;
    private bool calm;

    [Parameter]
    [EditorRequired]
    public required FeedLines Lines { get; set; }

    /// <summary>Names of sources to filter by.</summary>
    [Parameter]
    [EditorRequired]
    public required IReadOnlyList<string> Sources { get; set; }

    /// <summary>Whether the feed is known; before, an empty one says nothing.</summary>
    [Parameter]
    public bool Ready { get; set; }

    /// <summary>Opens a delivery.</summary>
    [Parameter]
    public EventCallback<Guid> OnOpen { get; set; }

    [Inject]
    private DashboardQueries Queries { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private ILogger<FeedPanel> Log { get; set; } = null!;

    public void Dispose()
    {
        Lines.Added -= OnAdded;
        closed.Cancel();
        closed.Dispose();
    }

    protected override void OnInitialized()
    {
        Lines.Added += OnAdded;
        Take();
    }

    public override Task SetParametersAsync(ParameterView parameters)
    {
        outdated |= Lines is null
            || parameters.GetValueOrDefault<bool>(nameof(Ready)) != Ready
            || !parameters.GetValueOrDefault<IReadOnlyList<string>>(nameof(Sources), [])!.SequenceEqual(Sources, StringComparer.Ordinal);
        return base.SetParametersAsync(parameters);
    }

    protected override bool ShouldRender() => outdated;

    protected override void OnAfterRender(bool firstRender) => outdated = false;

    private async void OnAdded(object? sender, LinesAddedEventArgs lines)
    {
        waiting += lines.Added.Count;
        if (scheduled)
        {
            return;
        }

        scheduled = true;
        do
        {
            await Task.Delay(rush ? RushPace : Pace, Time, closed.Token).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            if (closed.IsCancellationRequested)
            {
                return;
            }

            Show(take: !paused && !held);
        }
        while (rush && !paused && !held);
        scheduled = false;
    }

    private void Show(bool take)
    {
        if (take)
        {
            Take();
        }

        outdated = true;
        StateHasChanged();
    }

    private void Take()
    {
        rush = waiting > MostReadable && shown.Count > 0;
        calm = waiting <= MostAnimated;
        shown = [.. Lines.Newest.Concat(older).Where(filter.Matches).DistinctBy(line => line.Id).OrderByDescending(line => line.At).Take(rush ? MostShownInRush : MostShown)];
        waiting = 0;
    }

    private async Task FilterAsync(FeedFilter wanted)
    {
        filter = wanted;
        older = [];
        Show(take: true);
        if (wanted != FeedFilter.Everything)
        {
            older = await FindOlderAsync(wanted);
            Show(take: true);
        }
    }

    /// <summary>What is rare may be further back than the lines at hand.</summary>
    private async Task<List<Activity>> FindOlderAsync(FeedFilter wanted)
    {
        try
        {
            return [.. (await Queries.ActivityAsync(wanted.ForQuery(), null, Searched, closed.Token)).Where(wanted.Matches).Take(MostShown)];
        }
        catch (Exception fault) when (!closed.IsCancellationRequested)
        {
            LogUnread(Log, fault);
            return [];
        }
    }

    private void Pause()
    {
        paused = !paused;
        Show(take: !paused);
    }

    private void ShowNewest()
    {
        paused = false;
        Show(take: true);
    }

    // Touch has no hovering: it would hold the feed after every tap.
    private void Hold(PointerEventArgs pointer) => held = string.Equals(pointer.PointerType, "mouse", StringComparison.Ordinal);

    private void Release()
    {
        if (held)
        {
            held = false;
            Show(take: !paused);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Older lines of the feed could not be read.")]
    private static partial void LogUnread(ILogger logger, Exception fault);
}
