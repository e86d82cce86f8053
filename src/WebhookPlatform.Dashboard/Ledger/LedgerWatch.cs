using System.Diagnostics;
using System.Diagnostics.Metrics;
using Npgsql;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Dashboard.Ledger;

/// <summary>Asks again about what was not there, keeps the newest report at hand for the console and shows it as metrics.</summary>
public sealed partial class LedgerWatch : BackgroundService
{
    /// <summary>What the console and the metrics are about; what is older stays in the tables and in <c>/api/ledger?hours=…</c>.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromHours(24);

    private const int QuestionsAtOnce = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Until then an answer is due; a question that was lost with its queue is repeated after it.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private readonly NpgsqlDataSource _database;
    private readonly LedgerQueries _queries;
    private readonly OutboxSignal _outbox;
    private readonly TimeProvider _clock;
    private readonly ILogger<LedgerWatch> _logger;
    private long _missingBefore;

    public LedgerWatch(NpgsqlDataSource database, LedgerQueries queries, OutboxSignal outbox, IMeterFactory meters, TimeProvider clock, ILogger<LedgerWatch> logger)
    {
        (_database, _queries, _outbox, _clock, _logger) = (database, queries, outbox, clock, logger);
        var meter = meters.Create("WebhookPlatform.Ledger");
        meter.CreateObservableGauge("ledger.missing", () => Measure(source => source.Missing + Math.Abs(source.Difference), consumer => consumer.Missing), "{message}", "Messages of the last day that a service should have and has not; 0 when the books balance.");
        meter.CreateObservableGauge("ledger.dead", () => Measure(_ => 0, consumer => consumer.Dead), "{message}", "Messages of the last day in error queues.");
        meter.CreateObservableGauge("ledger.in_flight", () => Measure(_ => 0, consumer => consumer.InFlight), "{message}", "Messages of audited minutes that a consumer has not answered for yet.");
    }

    /// <summary>The newest report, some seconds old; null before the first.</summary>
    public LedgerReport? Latest { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await AskAgainAsync(stoppingToken);
                Latest = await _queries.ReportAsync(Period, stoppingToken);
                Warn(Latest);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogPostponed(_logger, failure.GetBaseException().Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(Interval, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Warn(LedgerReport report)
    {
        if (report.Missing > 0 && _missingBefore == 0)
        {
            var first = report.Gaps.FirstOrDefault(gap => gap.Lacks is not LedgerGap.Dead);
            LogUnbalanced(_logger, report.Missing, first?.Service ?? LedgerGapRow.Gateway, first?.Lacks ?? "journal", first?.EventId);
        }

        _missingBefore = report.Missing;
    }

    private async Task AskAgainAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        await using var connection = await _database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var questions = await DueAsync(connection, now, cancellationToken);
        if (questions.Count == 0)
        {
            return;
        }

        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(OutboxSql.Insert([.. questions.Select(question => OutboxMessage.For(question, IdOf(question), default(ActivityContext)))]));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _outbox.Raise();
    }

    private static async Task<List<LedgerPage>> DueAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Replicas take what the others have not locked.
        await using var command = new NpgsqlCommand(
            """
            UPDATE ledger_gaps AS gap SET due_at = $2
            FROM (SELECT page_id, service FROM ledger_gaps WHERE due_at <= $1 AND service <> 'gateway' ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED) AS due
            WHERE gap.page_id = due.page_id AND gap.service = due.service
            RETURNING gap.page_id, gap.service, gap.source, gap.minute, gap.contract, gap.entries
            """,
            connection)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now + Patience },
                new NpgsqlParameter<int> { TypedValue = QuestionsAtOnce },
            },
        };
        var questions = new List<LedgerPage>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            questions.Add(new LedgerPage(
                rows.GetGuid(0), rows.GetString(1), rows.GetString(2), await rows.GetFieldValueAsync<DateTimeOffset>(3, cancellationToken), Look: 0, now, rows.GetString(4), await rows.GetFieldValueAsync<byte[]>(5, cancellationToken)));
        }

        return questions;
    }

    private static Guid IdOf(LedgerPage question) =>
        DeterministicId.From("ledger-again", question.PageId.ToString(), question.Consumer!, question.AskedAt.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private IEnumerable<Measurement<long>> Measure(Func<SourceBalance, long> ofSource, Func<ConsumerBalance, long> ofConsumer)
    {
        if (Latest is not { } report)
        {
            return [];
        }

        return report.Consumers.GroupBy(consumer => consumer.Consumer, StringComparer.Ordinal)
            .Select(group => new Measurement<long>(group.Sum(ofConsumer), new KeyValuePair<string, object?>("service", group.Key)))
            .Append(new Measurement<long>(report.Sources.Sum(ofSource), new KeyValuePair<string, object?>("service", LedgerGapRow.Gateway)));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger is out of date for now: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The ledger does not balance: {Missing} messages are missing, e.g. the {Lacks} of event {EventId} at {Service}; 'webhooks ledger' lists them")]
    private static partial void LogUnbalanced(ILogger logger, long missing, string service, string lacks, Guid? eventId);
}
