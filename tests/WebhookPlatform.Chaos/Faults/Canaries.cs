using System.Globalization;
using Npgsql;
using WebhookPlatform.Chaos.Cluster;
using WebhookPlatform.Chaos.Load;

namespace WebhookPlatform.Chaos.Faults;

/// <summary>Webhooks whose way is watched to its end, to see when the platform works again: stored, on the dashboard, notified, and the rule's request at its receiver.</summary>
public sealed class Canaries(Platform platform, Poster poster, Receiver receiver, int seed, TimeProvider clock)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private int _sent;

    /// <summary>Sends one, again and again if need be, and ends when it has gone all the way.</summary>
    public async Task FlyAsync(CancellationToken cancellationToken)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{seed}_{Interlocked.Increment(ref _sent)}");
        var now = clock.GetUtcNow();
        var canary = new Webhook($"{Webhook.CanaryPrefix}{id}", WebhookKind.Completed, $"pi_canary_{id}", Webhook.LargeFrom, "XTS", now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)));
        await poster.PostAsync(canary, cancellationToken);
        await UntilAsync(() => Task.FromResult(receiver.Calls.ContainsKey(canary.EventId)), cancellationToken);
        await UntilAsync(() => IsThereAsync("dashboard", "SELECT EXISTS (SELECT FROM payments WHERE payment_id = $1)", canary.PaymentId, cancellationToken), cancellationToken);
        await UntilAsync(() => IsThereAsync("notifications", "SELECT EXISTS (SELECT FROM notifications WHERE title = $1)", canary.PaymentId, cancellationToken), cancellationToken);
    }

    private async Task UntilAsync(Func<Task<bool>> there, CancellationToken cancellationToken)
    {
        while (!await there())
        {
            await Task.Delay(Glance, clock, cancellationToken);
        }
    }

    private async Task<bool> IsThereAsync(string database, string sql, string paymentId, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(platform.Servers.Database(database));
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = paymentId } } };
            return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (NpgsqlException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
