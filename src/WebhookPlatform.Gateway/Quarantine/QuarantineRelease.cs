using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Gateway.Storage;
using WebhookPlatform.Messaging.Outages;

namespace WebhookPlatform.Gateway.Quarantine;

/// <summary>Judges quarantined requests by their source's present settings and lets in what is right now, the way every webhook goes. Times count as of when a request came.</summary>
public sealed class QuarantineRelease(
    GatewayDbContext db, QuarantineStore quarantine, ClaimHorizons horizons, DeliveryReader deliveries, IngestQueue queue, IProviderQueries queries, BodyBudget bodies, TimeProvider clock)
{
    // Enough to share a commit, little enough for memory.
    private const int Together = 32;

    /// <summary>Goes through all that is there now. Broken off anywhere it can be begun anew: what was let in already is a repeat then.</summary>
    public async Task<ReleaseAnswer> ReleaseAsync(Source source, CancellationToken cancellationToken)
    {
        var total = new ReleaseAnswer();

        // What came before that may have come again since and been forgotten: it would not be known as a repeat.
        var earliest = clock.GetUtcNow() - horizons.Of(source);
        for (long last = 0; ;)
        {
            var rows = await db.Quarantine.AsNoTracking().Where(row => row.Source == source.Name && row.Id > last && row.ReceivedAt >= earliest).OrderBy(row => row.Id).Take(Together).ToListAsync(cancellationToken);
            if (rows.Count == 0)
            {
                return total;
            }

            var judged = await Task.WhenAll(rows.Select(row => ReleaseAsync(row, source, cancellationToken)));
            var done = rows.Where((_, at) => judged[at].Fate is not (Fate.Kept or Fate.Unreadable or Fate.Postponed)).Select(row => row.Id).ToList();
            await db.Quarantine.Where(row => done.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
            total = judged.Aggregate(total, (sum, one) => sum.Add(one));
            last = rows[^1].Id;
        }
    }

    private async Task<Judged> ReleaseAsync(QuarantinedRequest row, Source source, CancellationToken cancellationToken)
    {
        try
        {
            var raw = quarantine.Open(row, source);
            var verification = source.Provider is IRemoteProvider remote
                ? await remote.VerifyAsync(raw, source, queries, row.ReceivedAt, cancellationToken)
                : source.Provider.Verify(raw, source, row.ReceivedAt);
            return verification.IsValid ? await LetInAsync(raw, source, verification, row.ReceivedAt, cancellationToken) : new Judged(Fate.Kept);
        }
        catch (CryptographicException)
        {
            return new Judged(Fate.Unreadable);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && (failure is IngestRefusedException || Outage.Is(failure)))
        {
            return new Judged(Fate.Postponed);
        }
    }

    private async Task<Judged> LetInAsync(RawRequest raw, Source source, Verification verification, DateTimeOffset cameAt, CancellationToken cancellationToken)
    {
        if (source.Provider.Confirmation(raw, source) is { } confirmation)
        {
            await queries.ConfirmAsync(confirmation, cancellationToken);
        }

        // Nobody waits for the answer any more.
        if (source.Provider.AnswerSigned(raw, source) is not null)
        {
            return new Judged(Fate.Handshake);
        }

        var body = RequestBody.CopyOf(raw.Body, bodies);
        try
        {
            // It is a delivery of now: the minutes since have been counted and audited without it.
            var result = await queue.CommitAsync(deliveries.Read(raw with { Body = body.Bytes }, body, source, verification, clock.GetUtcNow(), cameAt));
            return new Judged(
                result.Outcome switch
                {
                    IngestOutcome.Accepted => Fate.Released,
                    IngestOutcome.Duplicate => Fate.Duplicate,
                    _ => Fate.Conflict,
                },
                result.DeliveryId);
        }
        finally
        {
            body.Release();
        }
    }
}

/// <summary>What became of a quarantined request.</summary>
internal enum Fate
{
    /// <summary>Still not believed.</summary>
    Kept,
    Released,
    Duplicate,
    Conflict,
    Handshake,

    /// <summary>The keys that encrypted it are gone.</summary>
    Unreadable,

    /// <summary>The database or the provider is away, or too much is under way: to be tried again.</summary>
    Postponed,
}

internal readonly record struct Judged(Fate Fate, Guid DeliveryId = default);

/// <summary>What became of a source's quarantine.</summary>
public sealed record ReleaseAnswer
{
    private const int MostListed = 200;

    /// <summary>Let in as new deliveries.</summary>
    public int Released { get; init; }

    /// <summary>Right now, and there already: the sender had sent them again.</summary>
    public int Duplicates { get; init; }

    /// <summary>Right now, with the event id of an earlier delivery and another body: kept with it for inspection.</summary>
    public int Conflicts { get; init; }

    /// <summary>Right now, and nothing but handshakes: done with.</summary>
    public int Handshakes { get; init; }

    /// <summary>Still not believed: they stay until they expire.</summary>
    public int Kept { get; init; }

    /// <summary>Cannot be decrypted any more.</summary>
    public int Unreadable { get; init; }

    /// <summary>Could not be judged or stored now: release them again.</summary>
    public int Postponed { get; init; }

    /// <summary>Ids of the deliveries that were let in, the first two hundred.</summary>
    public IReadOnlyList<Guid> Deliveries { get; init; } = [];

    internal ReleaseAnswer Add(Judged one) => one.Fate switch
    {
        Fate.Released => this with { Released = Released + 1, Deliveries = Deliveries.Count < MostListed ? [.. Deliveries, one.DeliveryId] : Deliveries },
        Fate.Duplicate => this with { Duplicates = Duplicates + 1 },
        Fate.Conflict => this with { Conflicts = Conflicts + 1 },
        Fate.Handshake => this with { Handshakes = Handshakes + 1 },
        Fate.Unreadable => this with { Unreadable = Unreadable + 1 },
        Fate.Postponed => this with { Postponed = Postponed + 1 },
        _ => this with { Kept = Kept + 1 },
    };
}
