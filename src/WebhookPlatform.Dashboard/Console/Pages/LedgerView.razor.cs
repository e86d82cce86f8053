using Microsoft.AspNetCore.Components;
using WebhookPlatform.Dashboard.Ledger;

namespace WebhookPlatform.Dashboard.Console.Pages;

/// <summary>Whether the books balance, and what is missing. It is brought up to date with every live frame.</summary>
public sealed partial class LedgerView : IDisposable
{
    private readonly CancellationTokenSource closed = new();

    [Inject]
    private ConsoleSession Session { get; set; } = null!;

    [Inject]
    private LedgerWatch Ledger { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private EventCallback<Guid> Open { get; set; }

    private LedgerReport? Report => Ledger.Latest;

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
        }
    }

    private void OnChanged(object? sender, EventArgs change) => StateHasChanged();
}
