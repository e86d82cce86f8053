using Microsoft.Extensions.Options;
using Npgsql;
using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Dashboard.Projections;
using WebhookPlatform.Messaging.Ledger;

namespace WebhookPlatform.Dashboard.Ledger;

/// <summary>Every event is one line of the feed: the row that tells whether the dashboard did what its inbox says.</summary>
internal sealed class ActivityEvidence(IOptions<DashboardOptions> options, TimeProvider clock) : ILedgerEvidence
{
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    public string Row => "activity";

    public async Task<IReadOnlyCollection<LedgerEntry>> FindLackingAsync(NpgsqlConnection connection, LedgerPage page, IReadOnlyList<LedgerEntry> applied, CancellationToken cancellationToken)
    {
        if (applied.Count == 0 || page.Minute < clock.GetUtcNow().AddDays(-options.Value.KeepActivityDays) + Margin)
        {
            return [];
        }

        var lines = new Dictionary<Guid, LedgerEntry>(applied.Count);
        foreach (var entry in applied)
        {
            lines[ActivityId.Of(page.Contract, entry.EventId)] = entry;
        }

        await using var command = new NpgsqlCommand("SELECT line.id FROM unnest($1) AS line(id) LEFT JOIN activities ON activities.id = line.id WHERE activities.id IS NULL", connection)
        {
            Parameters = { new NpgsqlParameter<Guid[]> { TypedValue = [.. lines.Keys] } },
        };
        var lacking = new List<LedgerEntry>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            lacking.Add(lines[rows.GetGuid(0)]);
        }

        return lacking;
    }
}
