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
    private int _rounds;

    /// <summary>Ends when the database answers again. It may answer and still refuse the work (a full disk, a missing migration): pauses grow until some work succeeds.</summary>
    public Task WaitAsync(Exception outage, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_recovery is null or { IsCompleted: true })
            {
                if (_rounds == 0)
                {
                    LogPaused(logger, outage.GetBaseException().Message);
                }

                _recovery = RecoverAsync(_rounds++);
            }

            return _recovery.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Work has succeeded: the outage, if there was one, is over.</summary>
    public void Worked()
    {
        if (Volatile.Read(ref _rounds) > 0 && Interlocked.Exchange(ref _rounds, 0) > 0)
        {
            LogResumed(logger);
        }
    }

    private async Task RecoverAsync(int round)
    {
        for (var attempt = round; ; attempt++)
        {
            await Task.Delay(Backoff.Delay(attempt, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5)), clock);
            try
            {
                await using var command = database.CreateCommand("SELECT 1");
                await command.ExecuteScalarAsync();
                return;
            }
            catch (Exception failure)
            {
                LogStillAway(logger, attempt + 1, failure.GetBaseException().Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database cannot be used; consumers pause and their messages stay in the queue: {Reason}")]
    private static partial void LogPaused(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The database still cannot be used (attempt {Attempt}): {Reason}")]
    private static partial void LogStillAway(ILogger logger, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database can be used again; consumers go on")]
    private static partial void LogResumed(ILogger logger);
}
