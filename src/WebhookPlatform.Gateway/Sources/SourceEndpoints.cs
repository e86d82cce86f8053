using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebhookPlatform.Gateway.Storage;

namespace WebhookPlatform.Gateway.Sources;

/// <summary><c>/api/sources</c>: where webhooks may come from. Secrets go in and never come out.</summary>
internal static class SourceEndpoints
{
    public static void MapSources(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sources", (SourceDirectory sources) => TypedResults.Ok(sources.All.OrderBy(source => source.Name, StringComparer.Ordinal).Select(SourceAnswer.Of)))
            .WithSummary("All sources, those of the configuration (read-only) and those made here.");
        api.MapGet("/sources/{name}", Results<Ok<SourceAnswer>, NotFound> (string name, SourceDirectory sources) =>
                sources.Find(name) is { } source ? TypedResults.Ok(SourceAnswer.Of(source)) : TypedResults.NotFound())
            .WithSummary("One source.");
        api.MapPut("/sources/{name}", PutAsync).WithSummary("Makes a source, or replaces its settings; secrets that are left out stay as they are.");
        api.MapDelete("/sources/{name}", DeleteAsync).WithSummary("Removes a source; its deliveries stay.");
    }

    private static async Task<Results<Ok<SourceAnswer>, Created<SourceAnswer>, ValidationProblem, Conflict<ProblemDetails>>> PutAsync(
        string name, [FromBody] SourceOptions options, GatewayDbContext db, SourceDirectory sources, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (sources.IsConfigured(name))
        {
            return ReadOnly(name);
        }

        var stored = await db.Sources.SingleOrDefaultAsync(row => row.Name == name, cancellationToken);
        if (stored is not null && options.Secrets is not { Count: > 0 })
        {
            try
            {
                options.Secrets = sources.Unprotect(stored).Secrets;
            }
            catch (CryptographicException)
            {
                return Conflict("The stored secrets cannot be decrypted any more; give them anew.");
            }
        }

        var (source, problems) = SourceFactory.Create(name, options, SourceOrigin.Api);
        if (source is null)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["source"] = [.. problems] });
        }

        var now = clock.GetUtcNow();
        var isNew = stored is null;
        if (stored is null)
        {
            db.Sources.Add(new StoredSource { Name = name, Settings = sources.Protect(options), CreatedAt = now, ChangedAt = now });
        }
        else
        {
            (stored.Settings, stored.ChangedAt) = (sources.Protect(options), now);
        }

        try
        {
            await SaveAsync(db, sources, cancellationToken);
        }
        catch (DbUpdateException rival) when (rival.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Conflict("Somebody else has just made a source of that name.");
        }

        return isNew ? TypedResults.Created($"/api/sources/{name}", SourceAnswer.Of(source)) : TypedResults.Ok(SourceAnswer.Of(source));
    }

    private static async Task<Results<NoContent, NotFound, Conflict<ProblemDetails>>> DeleteAsync(string name, GatewayDbContext db, SourceDirectory sources, CancellationToken cancellationToken)
    {
        if (sources.IsConfigured(name))
        {
            return ReadOnly(name);
        }

        var stored = await db.Sources.SingleOrDefaultAsync(row => row.Name == name, cancellationToken);
        if (stored is null)
        {
            return TypedResults.NotFound();
        }

        db.Sources.Remove(stored);
        await SaveAsync(db, sources, cancellationToken);
        return TypedResults.NoContent();
    }

    // Other replicas hear of it by the notification, which is sent with the commit.
    private static async Task SaveAsync(GatewayDbContext db, SourceDirectory sources, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"SELECT pg_notify({SourceDirectory.Channel}, '')", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await sources.ReloadAsync(cancellationToken);
    }

    private static Conflict<ProblemDetails> ReadOnly(string name) => Conflict($"Source '{name}' comes from the configuration (Sources:{name}), which wins; change it there.");

    private static Conflict<ProblemDetails> Conflict(string detail) => TypedResults.Conflict(new ProblemDetails { Status = 409, Title = "Conflict", Detail = detail });
}

/// <summary>A source without its secrets.</summary>
/// <param name="Secrets">A hint of each, e.g. <c>wh…Sw</c>.</param>
internal sealed record SourceAnswer(
    string Name, string Provider, SourceOrigin Origin, string Path, IReadOnlyList<string> Secrets, string Header, int ToleranceSeconds, string? PublicUrl, int MaxBodyBytes, FieldMapping Mapping)
{
    public static SourceAnswer Of(Source source) => new(
        source.Name, source.Provider.Name, source.Origin, $"/webhooks/{source.Name}", [.. source.Secrets.Select(secret => secret.Hint)],
        source.Header, (int)source.Tolerance.TotalSeconds, source.PublicUrl, source.MaxBodyBytes, source.Mapping);
}
