using System.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Messaging;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Gateway.Ledger;

/// <summary>
/// Looks at every minute that is over, three times: compares the journal with deliveries, claims and tallies, and asks each consumer through its queue whether it
/// has what was published. Message ids are derived, so a look that was broken off is begun anew and asks nobody twice.
/// </summary>
public sealed partial class LedgerAudit(
    NpgsqlDataSource database, OutboxSignal outbox, IOptions<LedgerOptions> options, IOptions<RetentionOptions> retention, ClaimHorizons horizons, IOptions<MessagingOptions> messaging, TimeProvider clock, ILogger<LedgerAudit> logger)
    : BackgroundService
{
    private const int EntriesPerPage = 1000;
    private const int RowsPerRead = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // Between pages, so that a busy minute's questions do not come as one lump.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Does all looks that are due at <paramref name="now"/>.</summary>
    /// <returns>How many; 0 as well when another replica is at it.</returns>
    public async Task<int> LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var books = new GatewayBooks(connection);
        if (!await books.TryLockAsync(cancellationToken))
        {
            return 0;
        }

        try
        {
            var looks = 0;
            await books.DiscoverAsync(now, options.Value.FirstLook, cancellationToken);
            while (await books.NextAsync(now, cancellationToken) is var (minute, done))
            {
                await LookAtAsync(books, minute, done + 1, cancellationToken);
                await books.DoneAsync(minute, DueAfter(minute, done + 1), cancellationToken);
                looks++;
            }

            if (looks > 0)
            {
                await books.ForgetAsync(now - options.Value.LastLook - TimeSpan.FromHours(1), cancellationToken);
            }

            return looks;
        }
        finally
        {
            await UnlockAsync(books);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await LookAsync(clock.GetUtcNow(), stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogPostponed(logger, failure.GetBaseException().Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // A pooled connection would keep the lock.
    private static async Task UnlockAsync(GatewayBooks books)
    {
        try
        {
            await books.UnlockAsync();
        }
        catch (Exception failure) when (Messaging.Outages.Outage.Is(failure))
        {
            // The connection is gone, and the lock with it.
        }
    }

    // What is older may have been let go of for its age, or its claim taken over.
    private TimeSpan KeptForSure(string source)
    {
        var (deliveries, claims) = (TimeSpan.FromDays(retention.Value.KeepDeliveriesDays), horizons.KeptForSure(source));
        return (deliveries < claims ? deliveries : claims) - TimeSpan.FromHours(1);
    }

    private DateTimeOffset? DueAfter(DateTimeOffset minute, int looks) =>
        looks < options.Value.Looks.Count ? minute.AddMinutes(1) + options.Value.Looks[looks] : null;

    private async Task LookAtAsync(GatewayBooks books, DateTimeOffset minute, int look, CancellationToken cancellationToken)
    {
        var pages = new Dictionary<(string Source, string Contract), OpenPage>();
        var totals = new Dictionary<string, (long Booked, long Events)>(StringComparer.Ordinal);
        long last = 0;
        while (await books.JournalAsync(minute, last, RowsPerRead, cancellationToken) is { Count: > 0 } rows)
        {
            last = rows[^1].Id;
            foreach (var row in rows)
            {
                var entries = LedgerEntry.Unpack(row.Entries);
                var (booked, events) = totals.GetValueOrDefault(row.Source);
                totals[row.Source] = (booked + (IsDelivery(row.Contract) ? entries.Length : 0), events + entries.Length);
                var page = pages.TryGetValue((row.Source, row.Contract), out var open) ? open : pages[(row.Source, row.Contract)] = new OpenPage(row.Source, row.Contract, minute, look);
                foreach (var full in page.Add(entries, EntriesPerPage))
                {
                    await AskAsync(books, page, full, cancellationToken);
                    await Task.Delay(Pause, clock, cancellationToken);
                }
            }
        }

        foreach (var page in pages.Values.Where(page => page.Rest.Length > 0))
        {
            await AskAsync(books, page, page.Rest, cancellationToken);
        }

        await CloseAsync(books, minute, look, totals, cancellationToken);
    }

    /// <summary>Checks our own rows of a page and asks the consumers about theirs.</summary>
    private async Task AskAsync(GatewayBooks books, OpenPage page, LedgerEntry[] entries, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var question = page.Turn(entries, now);
        List<OutboxMessage> messages = [OutboxMessage.For(question, Id("ledger-page", question.PageId, question.Look), default(ActivityContext))];
        if (IsDelivery(page.Contract) && page.Minute > now - KeptForSure(page.Source))
        {
            var gaps = await books.FindLackingAsync(entries, cancellationToken);
            var answer = new LedgerAnswered(question.PageId, "gateway", page.Source, page.Minute, page.Look, now, page.Contract, entries.Length, gaps);
            messages.Add(OutboxMessage.For(answer, Id("ledger-answer-gateway", question.PageId, question.Look), default(ActivityContext)));
        }

        await WriteAsync(messages, cancellationToken);
    }

    private async Task CloseAsync(GatewayBooks books, DateTimeOffset minute, int look, Dictionary<string, (long Booked, long Events)> totals, CancellationToken cancellationToken)
    {
        var tallies = (await books.TalliesAsync(minute, cancellationToken)).ToDictionary(tally => tally.Source, StringComparer.Ordinal);
        var consumers = messaging.Value.Queues.ToArray();
        List<OutboxMessage> messages = [];
        foreach (var source in tallies.Keys.Union(totals.Keys, StringComparer.Ordinal))
        {
            var tally = tallies.GetValueOrDefault(source) ?? new Tallies.TallyCount(source, "", minute, 0, 0, 0, 0, 0);
            var (booked, events) = totals.GetValueOrDefault(source);
            var closed = new LedgerClosed(source, tally.Provider, minute, look, tally.Accepted, tally.Duplicates, tally.Conflicts, tally.Rejected, tally.Refused, booked, events, consumers, tally.Recovered);
            messages.Add(OutboxMessage.For(closed, DeterministicId.From("ledger-closed", source, Text(minute.ToUnixTimeSeconds()), Text(look)), default(ActivityContext)));
        }

        await WriteAsync(messages, cancellationToken);
    }

    private async Task WriteAsync(List<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
        {
            return;
        }

        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(OutboxSql.Insert(messages));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        outbox.Raise();
    }

    private static bool IsDelivery(string contract) => contract is nameof(WebhookReceived);

    private static Guid Id(string kind, Guid page, int look) => DeterministicId.From(kind, page.ToString(), Text(look));

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger is audited later: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);

    /// <summary>Gathers entries of one source and contract until they fill a page.</summary>
    private sealed class OpenPage(string source, string contract, DateTimeOffset minute, int look)
    {
        private readonly List<LedgerEntry> _gathered = [];
        private int _number;

        public string Source => source;

        public string Contract => contract;

        public DateTimeOffset Minute => minute;

        public int Look => look;

        public LedgerEntry[] Rest => [.. _gathered];

        public IEnumerable<LedgerEntry[]> Add(LedgerEntry[] entries, int size)
        {
            foreach (var entry in entries)
            {
                _gathered.Add(entry);
                if (_gathered.Count == size)
                {
                    var full = Rest;
                    _gathered.Clear();
                    yield return full;
                }
            }
        }

        public LedgerPage Turn(LedgerEntry[] entries, DateTimeOffset now)
        {
            var id = DeterministicId.From("ledger", source, contract, Text(minute.ToUnixTimeSeconds()), Text(_number++));
            return new LedgerPage(id, Consumer: null, source, minute, look, now, contract, LedgerEntry.Pack(entries));
        }
    }
}
