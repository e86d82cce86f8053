using Npgsql;
using WebhookPlatform.Contracts.Platform;

namespace WebhookPlatform.Messaging.Ledger;

/// <summary>For a service that writes exactly one row per message: lets the ledger check these rows besides the inbox.</summary>
public interface ILedgerEvidence
{
    /// <summary>What is lacking when a row is not there, e.g. <c>activity</c>.</summary>
    string Row { get; }

    /// <summary>Finds applied messages of a page whose rows are not there.</summary>
    /// <param name="applied">Entries of <paramref name="page"/> that the inbox has.</param>
    /// <returns>Nothing where rows of that age may have been deleted for their age.</returns>
    Task<IReadOnlyCollection<LedgerEntry>> FindLackingAsync(NpgsqlConnection connection, LedgerPage page, IReadOnlyList<LedgerEntry> applied, CancellationToken cancellationToken);
}
