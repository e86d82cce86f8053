using System.Diagnostics.Metrics;
using Npgsql;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary>Lets in what a provider lists and is not here, the way every webhook goes, with the duplicate key it would have had: should it come meanwhile, one of the two is the duplicate.</summary>
public sealed class RecoveryIntake(NpgsqlDataSource database, DeliveryReader deliveries, IngestQueue queue, BodyBudget bodies, TimeProvider clock)
{
    // Enough to share a commit, little enough to be no burden beside what is sent.
    private const int Together = 16;
    private const int BytesTogether = 8 * 1024 * 1024;

    private static readonly Meter Metrics = new("WebhookPlatform.Gateway");
    private static readonly Counter<long> Recovered = Metrics.CreateCounter<long>("recovery.recovered", "{delivery}", "Webhooks that had not come and were fetched from their provider.");

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // The provider itself has shown it, over TLS and with the account's key; no secret of the source was involved.
    private static readonly Verification Shown = Verification.Valid(-1);

    /// <returns>How many could not be let in, since the provider does not give them in full or the source does not take as much.</returns>
    /// <exception cref="IngestRefusedException">Too much is under way; and whatever the database or the provider says.</exception>
    public async Task<int> LetInAsync(Source source, Guid run, IReadOnlyList<ListedEvent> listed, CancellationToken cancellationToken)
    {
        var known = await ClaimSql.FindKnownAsync(database, source.Name, [.. listed.Select(one => one.Key)], cancellationToken);
        var (unusable, bytes) = (0, 0);
        var commits = new List<Task<IngestResult>>(Together);
        foreach (var missed in listed.Where(one => !known.Contains(one.Key)))
        {
            if (await missed.FetchAsync(cancellationToken) is not { } request || request.Body.Length is 0 || request.Body.Length > source.MaxBodyBytes)
            {
                unusable++;
                continue;
            }

            await CalmAsync(cancellationToken);
            if (!TryCommit(source, run, missed, request, commits))
            {
                unusable++;
                continue;
            }

            bytes += request.Body.Length;
            if (commits.Count == Together || bytes > BytesTogether)
            {
                await CountAsync(source, commits);
                bytes = 0;
            }
        }

        await CountAsync(source, commits);
        return unusable;
    }

    /// <returns>False for what would have another duplicate key than it is listed under: it could not be told from its webhook.</returns>
    private bool TryCommit(Source source, Guid run, ListedEvent missed, RawRequest request, List<Task<IngestResult>> commits)
    {
        var body = RequestBody.CopyOf(request.Body, bodies);
        try
        {
            // It is a delivery of now: the minutes since have been counted and audited without it.
            var delivery = deliveries.Read(request with { Body = body.Bytes }, body, source, Shown, clock.GetUtcNow(), missed.At, run);
            if (!string.Equals(delivery.EventKey, missed.Key, StringComparison.Ordinal))
            {
                return false;
            }

            commits.Add(queue.CommitAsync(delivery));
            return true;
        }
        finally
        {
            body.Release();
        }
    }

    // What is sent now goes first: its senders wait.
    private async Task CalmAsync(CancellationToken cancellationToken)
    {
        while (queue.IsBusy)
        {
            await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    private static async Task CountAsync(Source source, List<Task<IngestResult>> commits)
    {
        try
        {
            await Task.WhenAll(commits);
        }
        finally
        {
            Recovered.Add(commits.Count(commit => commit is { IsCompletedSuccessfully: true, Result.Outcome: IngestOutcome.Accepted }), new KeyValuePair<string, object?>("source", source.Name));
            commits.Clear();
        }
    }
}
