using MassTransit;

namespace WebhookPlatform.Dashboard.Live;

/// <summary>
/// Tells all replicas that projections changed, through a RabbitMQ fan-out exchange and a temporary queue per process. Notices are merged while one is on its way, and dropped
/// when the broker is away: the projection never waits for them.
/// </summary>
public sealed partial class ChangeBroadcast(IBus bus, LiveFeed feed, TimeProvider clock, ILogger<ChangeBroadcast> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PublishDeadline = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private int _pending;

    /// <summary>Tells this replica's clients now and the other replicas soon. Returns at once.</summary>
    public void Tell(Changes changes)
    {
        feed.Notice(changes);
        Interlocked.Or(ref _pending, (int)changes);
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

    /// <summary>Adds this process's queue for the notices of others.</summary>
    internal static void Listen(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator bus)
    {
        // Not the broadcast itself: it needs the bus, which is being made here.
        var feed = context.GetRequiredService<LiveFeed>();
        bus.ReceiveEndpoint($"dashboard-live-{feed.Replica:N}", endpoint =>
        {
            // Durable, because RabbitMQ is taking leave of transient queues that are not exclusive, and an exclusive one would stay locked after a broken connection.
            endpoint.AutoDelete = true;
            endpoint.Durable = true;
            endpoint.QueueExpiration = TimeSpan.FromMinutes(1);
            endpoint.PrefetchCount = 16;
            endpoint.PublishFaults = false;
            endpoint.DiscardFaultedMessages();
            endpoint.DiscardSkippedMessages();
            endpoint.Handler<ProjectionChanged>(notice =>
            {
                if (notice.Message.Replica != feed.Replica)
                {
                    feed.Notice(notice.Message.Changes);
                }

                return Task.CompletedTask;
            });
            endpoint.ConnectReceiveEndpointObserver(new Connection(feed));
        });
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(stoppingToken);
                var changes = (Changes)Interlocked.Exchange(ref _pending, 0);
                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                deadline.CancelAfter(PublishDeadline);
                await bus.Publish(new ProjectionChanged(feed.Replica, changes), context => context.Durable = false, deadline.Token);
                await Task.Delay(Interval, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // Others see the change with their next frame; when the broker is back they read everything anew.
                LogDropped(logger, failure.GetBaseException().Message);
            }
        }
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A notice to other replicas was dropped: {Reason}")]
    private static partial void LogDropped(ILogger logger, string reason);

    private sealed class Connection(LiveFeed feed) : IReceiveEndpointObserver
    {
        public Task Ready(ReceiveEndpointReady ready)
        {
            feed.BrokerIs(connected: true);
            return Task.CompletedTask;
        }

        public Task Stopping(ReceiveEndpointStopping stopping)
        {
            feed.BrokerIs(connected: false);
            return Task.CompletedTask;
        }

        public Task Completed(ReceiveEndpointCompleted completed)
        {
            feed.BrokerIs(connected: false);
            return Task.CompletedTask;
        }

        public Task Faulted(ReceiveEndpointFaulted faulted)
        {
            feed.BrokerIs(connected: false);
            return Task.CompletedTask;
        }
    }
}
