using Microsoft.AspNetCore.Components;
using WebhookPlatform.Dashboard.Access;
using WebhookPlatform.Dashboard.Console.Gateway;
using WebhookPlatform.Dashboard.Console.SourceViews;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.Dashboard.Console.Pages;

/// <summary>One source: what it is, what of it was rejected and why, its quarantine and its secrets. It asks the gateway anew every few seconds for as long as it is open.</summary>
public sealed partial class SourcePage : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource closed = new();
    private CancellationTokenSource left = new();
    private SourceDesk desk = null!;
    private (LiveState, IReadOnlyList<Alert>, IngressTotals?) shown;

    /// <summary>The source's name.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    /// <summary>The delivery whose details are open.</summary>
    [SupplyParameterFromQuery(Name = "delivery")]
    public Guid? DeliveryId { get; set; }

    [Inject]
    private ConsoleSession Session { get; set; } = null!;

    [Inject]
    private GatewaySources Gateway { get; set; } = null!;

    [Inject]
    private ConsoleOperator Person { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private EventCallback<Guid> Open { get; set; }

    private EventCallback Close { get; set; }

    private EventCallback Render { get; set; }

    private IngressTotals? Totals => Session.Overview?.Sources.FirstOrDefault(source => string.Equals(source.Source, Name, StringComparison.Ordinal))?.Ingress;

    private string Path => $"/{SourceLink.To(Name)}";

    public void Dispose()
    {
        Session.Changed -= OnChanged;
        left.Cancel();
        left.Dispose();
        closed.Cancel();
        closed.Dispose();
    }

    protected override void OnInitialized()
    {
        Open = EventCallback.Factory.Create<Guid>(this, delivery => Navigation.NavigateTo($"{Path}?delivery={delivery}"));
        Close = EventCallback.Factory.Create(this, () => Navigation.NavigateTo(Path));
        Render = EventCallback.Factory.Create(this, () => { });
        Session.Changed += OnChanged;
        if (RendererInfo.IsInteractive)
        {
            _ = Session.RunAsync(closed.Token);
        }
    }

    protected override void OnParametersSet()
    {
        if (desk is not null && string.Equals(desk.Name, Name, StringComparison.Ordinal))
        {
            return;
        }

        left.Cancel();
        left.Dispose();
        left = new CancellationTokenSource();
        desk = new SourceDesk(Name, Gateway, Person);
        if (RendererInfo.IsInteractive)
        {
            _ = FollowAsync(desk, left.Token);
        }
    }

    private async Task FollowAsync(SourceDesk followed, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Pace, Time);
        try
        {
            do
            {
                await followed.RefreshAsync(stop);
                StateHasChanged();
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The page was closed or shows another source.
        }
    }

    private Task ReadOlderAsync() => desk.ReadOlderAsync(left.Token);

    // Frames come several times a second; few of them change what is shown of them here.
    private void OnChanged(object? sender, EventArgs change)
    {
        var now = (Session.Liveness.State, Session.Alerts, Totals);
        if (now != shown)
        {
            shown = now;
            StateHasChanged();
        }
    }
}
