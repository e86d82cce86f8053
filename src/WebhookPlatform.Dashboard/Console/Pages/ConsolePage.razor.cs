using Microsoft.AspNetCore.Components;
using WebhookPlatform.Dashboard.Ledger;

namespace WebhookPlatform.Dashboard.Console.Pages;

/// <summary>The console's first page. It renders once per live frame; its parts decide by themselves whether anything of theirs changed.</summary>
public sealed partial class ConsolePage : IDisposable
{
    private readonly CancellationTokenSource closed = new();

    /// <summary>The delivery whose details are open; part of the address, so that it can be passed on and the back button closes it.</summary>
    [SupplyParameterFromQuery(Name = "delivery")]
    public Guid? DeliveryId { get; set; }

    [Inject]
    private ConsoleSession Session { get; set; } = null!;

    [Inject]
    private LedgerWatch Ledger { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private EventCallback<Guid> Open { get; set; }

    private EventCallback Close { get; set; }

    private LiveState State => Session.Liveness.State;

    private IReadOnlyList<string> Sources => [.. (Session.Overview?.Sources ?? []).Select(source => source.Source).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Session.Changed -= OnChanged;
        closed.Cancel();
        closed.Dispose();
    }

    protected override void OnInitialized()
    {
        Open = EventCallback.Factory.Create<Guid>(this, delivery => Navigation.NavigateTo($"?delivery={delivery}"));
        Close = EventCallback.Factory.Create(this, () => Navigation.NavigateTo(""));
        Session.Changed += OnChanged;
        if (RendererInfo.IsInteractive)
        {
            _ = Session.RunAsync(closed.Token);
        }
    }

    private void OnChanged(object? sender, EventArgs change) => StateHasChanged();
}
