using System.Runtime.InteropServices;
using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Tallies;

namespace WebhookPlatform.Gateway.Ledger;

/// <summary>Writes the journal inside the transaction that accepts webhooks: one row per source and contract in the batch.</summary>
internal static class JournalSql
{
    public static NpgsqlBatchCommand Insert(IReadOnlyList<PendingDelivery> accepted)
    {
        var pages = new Dictionary<(DateTimeOffset Minute, string Source, string Contract), List<LedgerEntry>>();
        foreach (var delivery in accepted)
        {
            var minute = TallyCount.MinuteOf(delivery.ReceivedAt);
            foreach (var message in delivery.Messages)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(pages, (minute, delivery.Source, message.Name), out _) ??= new List<LedgerEntry>(accepted.Count))
                    .Add(new LedgerEntry(message.MessageId, delivery.Id));
            }
        }

        var rows = pages.Select(page => (page.Key.Minute, page.Key.Source, page.Key.Contract, Entries: LedgerEntry.Pack(page.Value))).ToArray();
        return new NpgsqlBatchCommand("INSERT INTO journal (minute, source, contract, entries) SELECT * FROM unnest($1, $2, $3, $4)")
        {
            Parameters =
            {
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = Array.ConvertAll(rows, row => row.Minute) },
                new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(rows, row => row.Source), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(rows, row => row.Contract), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                new NpgsqlParameter<byte[][]> { TypedValue = Array.ConvertAll(rows, row => row.Entries), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
            },
        };
    }
}
