using Microsoft.AspNetCore.SignalR;

namespace WebhookPlatform.Dashboard.Live;

/// <summary>
/// Live frames over SignalR, in two ways: stream <c>Frames</c>, or only listen to <c>frame</c>, which is sent from the moment of connecting until <c>Frames</c> is called.
/// </summary>
public sealed class LiveHub(LiveFeed feed, IHubContext<LiveHub> hub) : Hub
{
    private const string Push = "push";

    /// <summary>Frames until the caller or the connection ends; the first is a full one.</summary>
    public IAsyncEnumerable<LiveUpdate> Frames(CancellationToken cancellationToken)
    {
        StopPush();
        return feed.UpdatesAsync(cancellationToken);
    }

    public override async Task OnConnectedAsync()
    {
        var push = CancellationTokenSource.CreateLinkedTokenSource(Context.ConnectionAborted);
        Context.Items[Push] = push;
        _ = PushAsync(hub.Clients.Client(Context.ConnectionId), push.Token);
        await base.OnConnectedAsync();
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        StopPush();
        await base.OnDisconnectedAsync(exception);
    }

    private async Task PushAsync(IClientProxy client, CancellationToken cancellationToken)
    {
        // Ends quietly with the connection: a failed send means that it is gone.
        await foreach (var update in feed.UpdatesAsync(cancellationToken))
        {
            await client.SendAsync("frame", update, cancellationToken);
        }
    }

    private void StopPush()
    {
        if (Context.Items.Remove(Push, out var push))
        {
            ((CancellationTokenSource)push!).Cancel();
            ((CancellationTokenSource)push).Dispose();
        }
    }
}
