using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using WebhookPlatform.Dashboard.Live;
using WebhookPlatform.Dashboard.Queries;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Dashboard;

/// <summary>What is committed shows up at every kind of live client, at every replica.</summary>
public sealed class LiveTests(TestServers servers) : IAsyncLifetime
{
    private string _database = "";
    private Uri _broker = null!;
    private DashboardApp _dashboard = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await servers.CreateDatabaseAsync("dashboard");
        _broker = await servers.CreateBrokerAsync("dashboard");
        _dashboard = await DashboardApp.StartAsync(_database, _broker);
        await _dashboard.ConnectedAsync();
    }

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Fact]
    public async Task Server_sent_events_begin_with_a_full_frame_and_deliver_a_change_within_a_second_of_the_commit()
    {
        await _dashboard.PublishAsync(Samples.Completed(100, "pi_before"));
        await Eventually.Is(() => _dashboard.GetAsync<Activity[]>("/api/activity"), lines => lines.Length == 1);
        await using var frames = Events(_dashboard).GetAsyncEnumerator(Cancelled);
        Assert.True(await frames.MoveNextAsync());
        Assert.Equal("pi_before", Assert.Single(frames.Current.Activities).Summary);
        Assert.True(frames.Current.PaymentsChanged);
        var sequence = frames.Current.Sequence;

        await _dashboard.PublishAsync(Samples.Completed(4200, "pi_live"));

        var frame = await FirstWith(frames, "pi_live");
        Assert.True(frame.Sequence > sequence);
        Assert.True(frame.PaymentsChanged);
        Assert.Equal(2, frame.Overview.Minutes.Sum(minute => minute.Events));
        await AssertWithinASecondOfCommitAsync(frame, "pi_live");
    }

    [Fact]
    public async Task SignalR_streams_frames_within_a_second_of_the_commit()
    {
        await using var connection = Hub(_dashboard);
        await connection.StartAsync(Cancelled);
        await using var frames = connection.StreamAsync<LiveFrame>("Frames", Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await frames.MoveNextAsync());

        await _dashboard.PublishAsync(Samples.Completed(4200, "pi_live"));

        await AssertWithinASecondOfCommitAsync(await FirstWith(frames, "pi_live"), "pi_live");
    }

    [Fact]
    public async Task SignalR_client_that_only_listens_is_sent_frames()
    {
        await using var connection = Hub(_dashboard);
        var received = System.Threading.Channels.Channel.CreateUnbounded<LiveFrame>();
        connection.On<LiveFrame>("frame", frame => received.Writer.TryWrite(frame));
        await connection.StartAsync(Cancelled);
        await received.Reader.ReadAsync(Cancelled);

        await _dashboard.PublishAsync(Samples.Completed(4200, "pi_live"));

        await using var frames = received.Reader.ReadAllAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        await FirstWith(frames, "pi_live");
    }

    [Fact]
    public async Task One_change_reaches_the_clients_of_two_replicas()
    {
        await using var second = await DashboardApp.StartAsync(_database, _broker);
        await second.ConnectedAsync();
        await using var here = _dashboard.Feed.SubscribeAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        await using var there = second.Feed.SubscribeAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        await here.MoveNextAsync();
        await there.MoveNextAsync();

        await _dashboard.PublishAsync(Samples.Completed(4200, "pi_live"));

        // One of them projected it; the other heard of it.
        await AssertWithinASecondOfCommitAsync(await FirstWith(here, "pi_live"), "pi_live");
        await AssertWithinASecondOfCommitAsync(await FirstWith(there, "pi_live"), "pi_live");
    }

    [Fact]
    public async Task A_flood_is_bundled_into_few_frames_that_add_up()
    {
        await using var frames = _dashboard.Feed.SubscribeAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        await frames.MoveNextAsync();
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var flood = Task.WhenAll(Enumerable.Range(0, 2000).Select(number => _dashboard.PublishAsync(Samples.Completed(1, $"pi_{number}"))));

        var seen = 0;
        do
        {
            Assert.True(await frames.MoveNextAsync());
            Assert.InRange(frames.Current.Activities.Count, 0, 50);
            seen++;
        }
        while (frames.Current.Overview.Minutes.Sum(minute => minute.Events) < 2000);

        await flood;
        Assert.InRange(seen, 1, 2 + (int)(System.Diagnostics.Stopwatch.GetElapsedTime(started) / LiveFeed.ShortestInterval));
    }

    [Fact]
    public async Task After_the_broker_was_away_clients_get_a_full_frame_and_go_on()
    {
        await using var line = new TcpProxy(_broker.Host, _broker.Port);
        var throughLine = new UriBuilder(_broker) { Host = "127.0.0.1", Port = line.Port }.Uri;
        await using var replica = await DashboardApp.StartAsync(_database, throughLine);
        await replica.ConnectedAsync();
        await _dashboard.PublishAsync(Samples.Completed(1, "pi_before"));
        await Eventually.Is(() => replica.GetAsync<Activity[]>("/api/activity"), lines => lines.Length == 1);
        await using var frames = replica.Feed.SubscribeAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        await FirstWith(frames, "pi_before");

        line.Cut();
        await Eventually.IsTrue(() => Task.FromResult(!replica.Feed.IsLive));
        await _dashboard.PublishAsync(Samples.Completed(2, "pi_during"));
        line.Mend();
        await replica.ConnectedAsync();
        await _dashboard.PublishAsync(Samples.Completed(3, "pi_after"));

        await FirstWith(frames, "pi_after");
        Assert.Equal(3, (await replica.GetAsync<Activity[]>("/api/activity")).Length);
    }

    private static HubConnection Hub(DashboardApp dashboard) => new HubConnectionBuilder()
        .WithUrl(new Uri(dashboard.Address, "/hubs/live"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(RunningService.OperatorKey))
        .Build();

    private static async IAsyncEnumerable<LiveFrame> Events(DashboardApp dashboard)
    {
        await using var stream = await dashboard.Operator.GetStreamAsync(new Uri("/api/live", UriKind.Relative), Cancelled);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(Cancelled) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                yield return JsonSerializer.Deserialize<LiveFrame>(line["data: ".Length..], DashboardApp.Web)!;
            }
        }
    }

    private static async Task<LiveFrame> FirstWith(IAsyncEnumerator<LiveFrame> frames, string payment)
    {
        // Nothing has been read of a stream just begun.
        while (frames.Current?.Activities.Any(line => line.Summary == payment) is not true)
        {
            Assert.True(await frames.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancelled));
        }

        return frames.Current;
    }

    /// <summary>By one clock: the frame's against when the projection wrote the line.</summary>
    private async Task AssertWithinASecondOfCommitAsync(LiveFrame frame, string payment)
    {
        var line = frame.Activities.Single(activity => activity.Summary == payment);
        var timeline = await _dashboard.GetAsync<Timeline>($"/api/timeline/{line.DeliveryId}");
        Assert.InRange(frame.At - timeline.Entries.Single(entry => entry.Kind == "projection").At, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }
}
