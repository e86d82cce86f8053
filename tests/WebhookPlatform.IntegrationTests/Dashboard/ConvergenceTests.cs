using System.Text.Json;
using CsCheck;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Dashboard.Projections;
using WebhookPlatform.Dashboard.Storage;
using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Dashboard;

/// <summary>Whatever order messages come in and however they are cut into batches, the rows are the same in the end.</summary>
public sealed class ConvergenceTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 23, 59, 58, TimeSpan.Zero);

    private DbContextOptions<DashboardDbContext> _options = null!;

    public async ValueTask InitializeAsync()
    {
        var database = await servers.CreateDatabaseAsync("dashboard");
        var options = new DbContextOptionsBuilder<DashboardDbContext>().UseNpgsql(database);
        Database.Configure(options);
        _options = options.Options;
        await using var db = new DashboardDbContext(_options);
        await db.Database.MigrateAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Payments_converge_whatever_the_order_of_arrival()
    {
        // A few payments, times that collide and differ by less than a microsecond, and currencies that differ.
        var payment =
            from kind in Gen.Int[0, 3]
            from id in Gen.Int[1, 2]
            from ticks in Gen.Int[0, 30]
            from amount in Gen.Long[1, 5000]
            from euro in Gen.Frequency((9, Gen.Const(false)), (1, Gen.Const(true)))
            select (object)(kind switch
            {
                0 => Samples.Completed(amount, $"pi_{id}", euro ? "EUR" : "USD", Start.AddTicks(ticks * 3_000_001L)),
                1 => Samples.Failed(amount, $"pi_{id}", euro ? "EUR" : "USD", Start.AddTicks(ticks * 3_000_001L)),
                2 => Samples.Authorized(amount, $"pi_{id}", euro ? "EUR" : "USD", Start.AddTicks(ticks * 3_000_001L)),
                _ => Samples.Refunded(amount, $"pi_{id}", euro ? "EUR" : "USD", Start.AddTicks(ticks * 3_000_001L)),
            });

        await Gen.Select(payment.Array[1, 12], Gen.Int[0, int.MaxValue]).SampleAsync(
            async (events, seed) =>
            {
                var random = new Random(seed);
                var expected = await ProjectAsync([events]);
                for (var round = 0; round < 3; round++)
                {
                    random.Shuffle(events);
                    Assert.Equal(expected, await ProjectAsync(Cut(events, random)));
                }
            },
            iter: 40,
            threads: 1);
    }

    [Fact]
    public async Task Pull_requests_converge_whatever_the_order_of_arrival()
    {
        var pull =
            from number in Gen.Int[1, 3]
            from merged in Gen.Bool
            from ticks in Gen.Int[0, 30]
            select Samples.PullRequest(number, merged, Start.AddTicks(ticks * 3_000_001L));

        await Gen.Select(pull.Array[1, 10], Gen.Int[0, int.MaxValue]).SampleAsync(
            async (events, seed) =>
            {
                var random = new Random(seed);
                object[] shuffled = [.. events];
                var expected = await ProjectAsync([shuffled]);
                random.Shuffle(shuffled);
                Assert.Equal(expected, await ProjectAsync(Cut(shuffled, random)));
            },
            iter: 30,
            threads: 1);
    }

    [Fact]
    public async Task Events_that_come_after_newer_ones_are_recorded_as_stale()
    {
        object[] payments = [Samples.Completed(4200, "pi_1", at: Start.AddMinutes(1)), Samples.Completed(4200, "pi_2", at: Start), Samples.Failed(4200, "pi_1", at: Start)];
        object[] pulls = [Samples.PullRequest(1, merged: true, Start.AddMinutes(1)), Samples.PullRequest(1, merged: false, Start), Samples.PullRequest(2, merged: false, Start)];

        foreach (var batches in new[] { [payments, pulls], Singly(payments.Concat(pulls)) })
        {
            await ProjectAsync(batches);
            await using var db = new DashboardDbContext(_options);

            Assert.Equal(
                ["PaymentFailed", "PullRequestOpened"],
                await db.Activities.Where(line => line.Outcome == "stale").OrderBy(line => line.Position).Select(line => line.Type).ToListAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Refund_that_comes_before_its_completion_ends_the_same()
    {
        var completed = Samples.Completed(4200, at: Start);
        var refunded = Samples.Refunded(4200, at: Start.AddMinutes(1));

        var expected = await ProjectAsync([[completed], [refunded]]);

        Assert.Equal(expected, await ProjectAsync([[refunded], [completed]]));
        Assert.Contains("\"Refunded\":4200", expected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_that_comes_late_does_not_undo_a_completion()
    {
        var completed = Samples.Completed(4200, at: Start.AddSeconds(1));
        var failed = Samples.Failed(4200, at: Start);

        var rows = await ProjectAsync([[completed], [failed]]);

        Assert.Contains("\"Completed\":true", rows, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tallies_of_a_minute_end_at_the_greatest_in_any_order()
    {
        IngressTallied Tally(int number) => new("shop", "stripe", Start.AddSeconds(-58), 10 * number, number, number / 3, number / 2, number / 5);
        object[] tallies = [.. Enumerable.Range(1, 20).Select(Tally)];
        var expected = await ProjectAsync([[Tally(20)]]);

        var random = new Random(20);
        for (var round = 0; round < 5; round++)
        {
            random.Shuffle(tallies);
            Assert.Equal(expected, await ProjectAsync(Cut(tallies, random)));
        }
    }

    private static IEnumerable<object[]> Singly(IEnumerable<object> events) => events.Select(entry => new[] { entry });

    private static IEnumerable<object[]> Cut(object[] events, Random random)
    {
        for (var at = 0; at < events.Length;)
        {
            var size = random.Next(1, events.Length - at + 1);
            yield return events[at..(at + size)];
            at += size;
        }
    }

    /// <summary>Projects into empty tables and gives all rows that do not depend on when they were written.</summary>
    private async Task<string> ProjectAsync(IEnumerable<object[]> batches)
    {
        await using var db = new DashboardDbContext(_options);
        await db.Database.ExecuteSqlAsync($"TRUNCATE event_minutes, ingress_minutes, payment_days, payments, subjects, activities", CancellationToken.None);
        await db.Database.OpenConnectionAsync();
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        foreach (var batch in batches)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var projected = ProjectionBatch.Of(batch, DateTimeOffset.UtcNow);
            await Staleness.MarkAsync(connection, transaction, projected, CancellationToken.None);
            await ProjectionSql.WriteAsync(connection, transaction, projected, CancellationToken.None);
            await transaction.CommitAsync();
        }

        return JsonSerializer.Serialize(new
        {
            Payments = await db.Payments.AsNoTracking().OrderBy(row => row.PaymentId).ThenBy(row => row.Currency).ToListAsync(),
            Days = await db.PaymentDays.AsNoTracking().OrderBy(row => row.Day).ThenBy(row => row.Currency).ToListAsync(),
            Events = await db.EventMinutes.AsNoTracking().OrderBy(row => row.Minute).ThenBy(row => row.Type).ToListAsync(),
            Ingress = await db.IngressMinutes.AsNoTracking().OrderBy(row => row.Minute).ToListAsync(),
        });
    }
}
