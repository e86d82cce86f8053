using Npgsql;
using NpgsqlTypes;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Tallies;

namespace WebhookPlatform.Gateway.Ledger;

/// <summary>Writes the journal inside the transaction that accepts webhooks: one row per source and contract in the batch.</summary>
internal static class JournalSql
{
    public static NpgsqlBatchCommand Insert(IEnumerable<PendingDelivery> accepted)
    {
        var rows = accepted
            .SelectMany(pending => pending.Messages.Select(message => (
                Minute: TallyCount.MinuteOf(pending.Delivery.ReceivedAt), pending.Delivery.Source, Contract: message.Name, Entry: new LedgerEntry(message.MessageId, pending.Delivery.Id))))
            .GroupBy(row => (row.Minute, row.Source, row.Contract), row => row.Entry)
            .Select(group => (group.Key.Minute, group.Key.Source, group.Key.Contract, Entries: LedgerEntry.Pack([.. group])))
            .ToArray();
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
