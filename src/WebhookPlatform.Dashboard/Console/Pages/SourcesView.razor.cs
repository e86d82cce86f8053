using Microsoft.AspNetCore.Components;
using WebhookPlatform.Dashboard.Console.Gateway;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.Dashboard.Console.Pages;

/// <summary>All sources of the gateway, also those that are quiet, with the last hour of each.</summary>
public sealed partial class SourcesView : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource closed = new();
    private Answer<SourceFacts[]>? sources;

    [Inject]
    private ConsoleSession Session { get; set; } = null!;

    [Inject]
    private GatewaySources Gateway { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private EventCallback<Guid> Open { get; set; }

    public void Dispose()
    {
        Session.Changed -= OnChanged;
        closed.Cancel();
        closed.Dispose();
    }

    protected override void OnInitialized()
    {
        Open = EventCallback.Factory.Create<Guid>(this, delivery => Navigation.NavigateTo($"/?delivery={delivery}"));
        Session.Changed += OnChanged;
        if (RendererInfo.IsInteractive)
        {
            _ = Session.RunAsync(closed.Token);
            _ = FollowAsync(closed.Token);
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Pace, Time);
        try
        {
            do
            {
                sources = (await Gateway.ListAsync(stop)).Or(sources);
                StateHasChanged();
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The page was closed.
        }
    }

    private IngressTotals? Totals(string name) => Session.Overview?.Sources.FirstOrDefault(source => string.Equals(source.Source, name, StringComparison.Ordinal))?.Ingress;

    private void OnChanged(object? sender, EventArgs change) => StateHasChanged();
}
