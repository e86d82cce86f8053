using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.Dashboard.Console.Feed;

/// <summary>The activity feed. It renders at a pace of its own, and stands still while an operator points at it, so that the line under the pointer stays there.</summary>
public sealed partial class FeedPanel : IDisposable
{
    private const int MostShown = 100;
    private const int Searched = 500;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(400);

    private readonly CancellationTokenSource closed = new();
    private FeedFilter filter = FeedFilter.Everything;
    private List<Activity> older = [];
    private List<Activity> shown = [];
    private bool paused;
    private bool held;
    private bool scheduled;
    private bool outdated = true;
    private int waiting;

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

    private async void OnAdded(int count)
    {
        waiting += count;
        if (scheduled)
        {
            return;
        }

        scheduled = true;
        await Task.Delay(Pace, Time, closed.Token).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        scheduled = false;
        if (!closed.IsCancellationRequested)
        {
            Show(take: !paused && !held);
        }
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
        shown = [.. Lines.Newest.Concat(older).Where(filter.Matches).DistinctBy(line => line.Id).OrderByDescending(line => line.At).Take(MostShown)];
        waiting = 0;
    }

    private async Task FilterAsync(FeedFilter wanted)
    {
        filter = wanted;
        older = [];
        Show(take: true);
        if (wanted != FeedFilter.Everything)
        {
            // What is rare may be further back than the lines at hand.
            older = [.. (await Queries.ActivityAsync(wanted.ForQuery(), null, Searched, closed.Token)).Where(wanted.Matches).Take(MostShown)];
            Show(take: true);
        }
    }

    private void PauseAsync()
    {
        paused = !paused;
        Show(take: !paused);
    }

    private void ShowNewestAsync()
    {
        paused = false;
        Show(take: true);
    }

    // Touch has no hovering: it would hold the feed after every tap.
    private void HoldAsync(PointerEventArgs pointer) => held = string.Equals(pointer.PointerType, "mouse", StringComparison.Ordinal);

    private void ReleaseAsync()
    {
        if (held)
        {
            held = false;
            Show(take: !paused);
        }
    }
}
