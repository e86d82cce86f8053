using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookPlatform.Contracts;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Messaging.Effects;

namespace WebhookPlatform.Messaging.Ledger;

/// <summary>Answers the ledger's questions for one consumer: compares a page with the inbox, with the dead letters and, where there is one, with the rows the service wrote.</summary>
internal sealed class LedgerClerk<TContext>(string service, IEnumerable<ILedgerEvidence> evidence, IOptions<MessagingOptions> options, TimeProvider clock)
    where TContext : DbContext
{
    // The inbox is swept once an hour, and a message may have been claimed that much after its webhook came.
    private static readonly TimeSpan Margin = TimeSpan.FromHours(2);

    /// <summary>Answers pages in the transaction of the batch they came with, which sees the batch's own claims.</summary>
    public async Task AnswerAsync(EffectScope<TContext> scope, NpgsqlConnection connection, IEnumerable<Received> questions, CancellationToken cancellationToken)
    {
        foreach (var question in questions)
        {
            var page = (LedgerPage)question.Message;
            var asked = page.Consumer is null || string.Equals(page.Consumer, service, StringComparison.Ordinal);
            if (asked && page.Minute > clock.GetUtcNow() - options.Value.InboxRetention + Margin)
            {
                scope.Publish(await AnswerAsync(connection, page, cancellationToken), DeterministicId.From("ledger-answer", service, question.MessageId.ToString()), question);
            }
        }
    }

    private async Task<LedgerAnswered> AnswerAsync(NpgsqlConnection connection, LedgerPage page, CancellationToken cancellationToken)
    {
        var entries = LedgerEntry.Unpack(page.Entries.Span);
        var absent = await FindAbsentAsync(connection, entries, cancellationToken);
        List<LedgerGap> gaps = [.. entries.Where(entry => absent.ContainsKey(entry.EventId)).Select(entry => new LedgerGap(entry.EventId, entry.DeliveryId, absent[entry.EventId]))];
        LedgerEntry[] applied = [.. entries.Where(entry => !absent.ContainsKey(entry.EventId))];
        foreach (var rows in evidence)
        {
            gaps.AddRange((await rows.FindLackingAsync(connection, page, applied, cancellationToken)).Select(entry => new LedgerGap(entry.EventId, entry.DeliveryId, rows.Row)));
        }

        return new LedgerAnswered(page.PageId, service, page.Source, page.Minute, page.Look, page.AskedAt, page.Contract, entries.Length, gaps);
    }

    /// <summary>Messages the inbox does not have, and what is the matter with each.</summary>
    private static async Task<Dictionary<Guid, string>> FindAbsentAsync(NpgsqlConnection connection, LedgerEntry[] entries, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT asked.id, dead.message_id IS NOT NULL
            FROM unnest($1) AS asked(id) LEFT JOIN inbox ON inbox.message_id = asked.id LEFT JOIN dead_letters AS dead ON dead.message_id = asked.id
            WHERE inbox.message_id IS NULL
            """,
            connection)
        {
            Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = Array.ConvertAll(entries, entry => entry.EventId) } },
        };
        var absent = new Dictionary<Guid, string>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            absent[rows.GetGuid(0)] = rows.GetBoolean(1) ? LedgerGap.Dead : "inbox";
        }

        return absent;
    }
}
