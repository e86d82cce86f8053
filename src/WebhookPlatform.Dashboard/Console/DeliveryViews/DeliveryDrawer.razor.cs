using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using WebhookPlatform.Dashboard.Console.Feed;
using WebhookPlatform.Dashboard.Console.Gateway;
using WebhookPlatform.Dashboard.Queries;

namespace WebhookPlatform.Dashboard.Console.DeliveryViews;

/// <summary>One delivery's details: its timeline from the dashboard's read model, what was received from the gateway. Effects that arrive while it is open are added.</summary>
public sealed partial class DeliveryDrawer : IDisposable
{
    private static readonly TimeSpan RefreshPace = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource closed = new();
    private ElementReference dialog;
    private Timeline? timeline;
    private Answer<StoredDelivery>? stored;
    private Answer<byte[]>? body;
    private string? secretHint;
    private string? timelineProblem;
    private bool loaded;
    private bool refreshing;

    [Parameter]
    [EditorRequired]
    public Guid DeliveryId { get; set; }

    /// <summary>The live feed, watched for more lines of this delivery.</summary>
    [Parameter]
    [EditorRequired]
    public required FeedLines Lines { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    /// <summary>Opens another delivery.</summary>
    [Parameter]
    public EventCallback<Guid> OnOpen { get; set; }

    [Inject]
    private DashboardQueries Queries { get; set; } = null!;

    [Inject]
    private GatewayDeliveries Gateway { get; set; } = null!;

    [Inject]
    private GatewaySources Sources { get; set; } = null!;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private ILogger<DeliveryDrawer> Log { get; set; } = null!;

    private Activity? First => timeline?.Entries.FirstOrDefault(entry => entry.Kind is ActivityKinds.Delivery) ?? (timeline is { Entries: [var first, ..] } ? first : null);

    private DateTimeOffset? ReceivedAt => First?.At ?? stored?.Value?.ReceivedAt;

    private string Title => stored?.Value?.EventType ?? First?.Type ?? "Delivery";

    public void Dispose()
    {
        Lines.Added -= OnAdded;
        closed.Cancel();
        closed.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        Lines.Added += OnAdded;
        await Task.WhenAll(ReadTimelineAsync(), ReadStoredAsync(), ReadBodyAsync());
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await Browser.InvokeVoidAsync("webhookConsole.openDialog", dialog);
        }
    }

    private async Task ReadTimelineAsync()
    {
        try
        {
            timeline = await Queries.TimelineAsync(DeliveryId, closed.Token);
            timelineProblem = null;
        }
        catch (Exception) when (closed.IsCancellationRequested)
        {
            // Closed meanwhile: nobody waits for it, and one of the callers has nobody to throw to.
            return;
        }
        catch (Exception fault)
        {
            LogUnread(Log, DeliveryId, fault);
            timelineProblem = "The timeline cannot be read at the moment.";
        }

        loaded = true;
        StateHasChanged();
    }

    private async Task ReadStoredAsync()
    {
        stored = await Gateway.FindAsync(DeliveryId, closed.Token);
        StateHasChanged();
        if (stored.Value is { Secret: { Length: > 0 } secret, Source: { } source })
        {
            secretHint = (await Sources.SecretsAsync(source, closed.Token)).Value?.HintOf(secret);
            StateHasChanged();
        }
    }

    private async Task ReadBodyAsync()
    {
        body = await Gateway.BodyAsync(DeliveryId, closed.Token);
        StateHasChanged();
    }

    private async void OnAdded(object? sender, LinesAddedEventArgs lines)
    {
        if (refreshing || !lines.Added.Any(line => line.DeliveryId == DeliveryId))
        {
            return;
        }

        refreshing = true;
        await Task.Delay(RefreshPace, Time, closed.Token).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        refreshing = false;
        if (!closed.IsCancellationRequested)
        {
            await ReadTimelineAsync();
        }
    }

    private Task CloseAsync() => OnClose.InvokeAsync();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The timeline of delivery {DeliveryId} could not be read.")]
    private static partial void LogUnread(ILogger logger, Guid deliveryId, Exception fault);
}
