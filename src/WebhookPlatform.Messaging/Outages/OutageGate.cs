using Microsoft.Extensions.Logging;
using Npgsql;

namespace WebhookPlatform.Messaging.Outages;

/// <summary>
/// Where consumers wait while their database is away. One of them asks the database, with growing pauses; the others wait with it. Their messages stay
/// unacknowledged, the broker's prefetch limit stops more from coming, and the queue holds the rest: nothing goes to the error queue.
/// </summary>
public sealed partial class OutageGate(NpgsqlDataSource database, TimeProvider clock, ILogger<OutageGate> logger)
{
    private readonly Lock _lock = new();
    private Task? _recovery;

    /// <summary>Ends when the database answers again.</summary>
    public Task WaitAsync(Exception outage, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_recovery is null or { IsCompleted: true })
            {
                LogPaused(logger, outage.GetBaseException().Message);
                _recovery = RecoverAsync();
            }

            return _recovery.WaitAsync(cancellationToken);
        }
    }

    private async Task RecoverAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            await Task.Delay(Backoff.Delay(attempt, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5)), clock);
            try
            {
                await using var command = database.CreateCommand("SELECT 1");
                await command.ExecuteScalarAsync();
                LogResumed(logger);
                return;
            }
            catch (Exception failure) when (Outage.Is(failure))
            {
                LogStillAway(logger, attempt + 1, failure.GetBaseException().Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is away; consumers pause and their messages stay in the queue: {Reason}")]
    private static partial void LogPaused(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The database is still away (attempt {Attempt}): {Reason}")]
    private static partial void LogStillAway(ILogger logger, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database is back; consumers go on")]
    private static partial void LogResumed(ILogger logger);
}
