using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using WebhookPlatform.Dashboard;
using WebhookPlatform.Dashboard.Storage;
using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.UnitTests.Dashboard;

public sealed class RetentionTests
{
    [Fact]
    public async Task Failure_that_is_no_outage_is_told_and_tried_again()
    {
        await using var database = NpgsqlDataSource.Create("Host=localhost");
        var beyondTheCalendar = new DashboardOptions { KeepActivityDays = int.MaxValue };
        var clock = new FakeTimeProvider();
        var log = new Failures();
        using var retention = new Retention(new Purge(database, clock), Options.Create(beyondTheCalendar), clock, log);
        await retention.StartAsync(TestContext.Current.CancellationToken);

        await Eventually.IsTrue(() =>
        {
            clock.Advance(TimeSpan.FromMinutes(30));
            return Task.FromResult(log.Seen.Count >= 2);
        });

        Assert.All(log.Seen, failure => Assert.IsType<ArgumentOutOfRangeException>(failure));
        Assert.False(retention.ExecuteTask!.IsCompleted);
        await retention.StopAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Failures : ILogger<Retention>
    {
        public ConcurrentQueue<Exception?> Seen { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Seen.Enqueue(exception);
    }
}
