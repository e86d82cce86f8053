using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using WebhookPlatform.Gateway.Audit;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Recovery;
using WebhookPlatform.Gateway.Storage;

namespace WebhookPlatform.Gateway.Sources;

/// <summary><c>/api/sources</c>: where webhooks may come from. Secrets go in and never come out.</summary>
internal static class SourceEndpoints
{
    public static void MapSources(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sources", (SourceDirectory sources, ClaimHorizons horizons) => TypedResults.Ok(sources.All.OrderBy(source => source.Name, StringComparer.Ordinal).Select(source => SourceAnswer.Of(source, horizons))))
            .WithSummary("All sources, those of the configuration (read-only) and those made here.");
        api.MapGet("/sources/{name}", Results<Ok<SourceAnswer>, NotFound> (string name, SourceDirectory sources, ClaimHorizons horizons) =>
                sources.Find(name) is { } source ? TypedResults.Ok(SourceAnswer.Of(source, horizons)) : TypedResults.NotFound())
            .WithSummary("One source.");
        api.MapPut("/sources/{name}", PutAsync).WithSummary("Makes a source, or replaces its settings; secrets and a recovery key that are left out stay as they are.");
        api.MapDelete("/sources/{name}", DeleteAsync).WithSummary("Removes a source; its deliveries stay.");
    }

    private static async Task<Results<Ok<SourceAnswer>, Created<SourceAnswer>, ValidationProblem, Conflict<ProblemDetails>>> PutAsync(
        string name, [FromBody] SourceOptions options, GatewayDbContext db, SourceDirectory sources, ClaimHorizons horizons, SecretBook book, HttpContext context, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (sources.IsConfigured(name))
        {
            return ReadOnly(name);
        }

        var stored = await db.Sources.SingleOrDefaultAsync(row => row.Name == name, cancellationToken);
        var before = stored is null ? null : Settings(sources, stored);
        if (stored is not null && options.Secrets is not { Count: > 0 })
        {
            if (before is null)
            {
                return Conflict("The stored secrets cannot be decrypted any more; give them anew.");
            }

            options.Secrets = before.Secrets;
        }

        if (options.Recovery is { ApiKey: null } recovery)
        {
            recovery.ApiKey = before?.Recovery?.ApiKey;
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

        await book.ChangeAsync(db, name, before?.Secrets ?? [], options.Secrets ?? [], stored?.CreatedAt ?? now, cancellationToken);
        db.Audit.Add(AuditEntry.By(context, clock, isNew ? "source.made" : "source.changed", name, isNew ? $"Provider {source.Provider.Name}" : Changes(before, options)));
        if (!await SaveAsync(db, sources, cancellationToken))
        {
            return Rival();
        }

        return isNew ? TypedResults.Created($"/api/sources/{name}", SourceAnswer.Of(source, horizons)) : TypedResults.Ok(SourceAnswer.Of(source, horizons));
    }

    private static async Task<Results<NoContent, NotFound, Conflict<ProblemDetails>>> DeleteAsync(
        string name, GatewayDbContext db, SourceDirectory sources, HttpContext context, TimeProvider clock, CancellationToken cancellationToken)
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
        db.Audit.Add(AuditEntry.By(context, clock, "source.removed", name, "With its secrets and its quarantine; its deliveries stay"));
        if (!await SaveAsync(db, sources, cancellationToken))
        {
            return Rival();
        }

        await db.SourceSecrets.Where(row => row.Source == name).ExecuteDeleteAsync(cancellationToken);
        await db.Quarantine.Where(row => row.Source == name).ExecuteDeleteAsync(cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Other replicas hear of it by the notification, which is sent with the commit.</summary>
    /// <returns>False when somebody else was faster; nothing is changed then.</returns>
    internal static async Task<bool> SaveAsync(GatewayDbContext db, SourceDirectory sources, CancellationToken cancellationToken)
    {
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            await db.Database.ExecuteSqlAsync($"SELECT pg_notify({SourceDirectory.Channel}, '')", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (DbUpdateException rival) when (rival is DbUpdateConcurrencyException || rival.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return false;
        }

        await sources.ReloadAsync(cancellationToken);
        return true;
    }

    /// <summary>A source's stored settings; null when the keys that encrypted them are gone.</summary>
    internal static SourceOptions? Settings(SourceDirectory sources, StoredSource stored)
    {
        try
        {
            return sources.Unprotect(stored);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // Which settings differ, never what they are.
    private static string Changes(SourceOptions? before, SourceOptions after)
    {
        if (before is null)
        {
            return "All settings anew: the former ones could not be read";
        }

        var (old, now) = (JsonSerializer.SerializeToElement(before), JsonSerializer.SerializeToElement(after));
        var changed = now.EnumerateObject().Where(setting => !JsonElement.DeepEquals(setting.Value, old.GetProperty(setting.Name))).Select(setting => setting.Name).ToList();
        return changed.Count == 0 ? "Nothing changed" : $"Changed: {string.Join(", ", changed)}";
    }

    internal static Conflict<ProblemDetails> Rival() => Conflict("Somebody else has just changed this source; look at it and try again.");

    internal static Conflict<ProblemDetails> ReadOnly(string name) => Conflict($"Source '{name}' comes from the configuration (Sources:{name}), which wins; change it there.");

    internal static Conflict<ProblemDetails> Conflict(string detail) => TypedResults.Conflict(new ProblemDetails { Status = 409, Title = "Conflict", Detail = detail });
}

/// <summary>A source without its secrets.</summary>
/// <param name="Secrets">A hint of each, e.g. <c>wh…Sw</c>.</param>
/// <param name="DuplicateHorizonDays">How long after it was last seen an event id is recognized as a repeat: the source's own, the gateway's or the provider's.</param>
internal sealed record SourceAnswer(
    string Name, string Provider, SourceOrigin Origin, string Path, IReadOnlyList<string> Secrets, string Header, int ToleranceSeconds, string? PublicUrl, int MaxBodyBytes,
    int DuplicateHorizonDays, FieldMapping Mapping, RecoveryAnswer? Recovery)
{
    public static SourceAnswer Of(Source source, ClaimHorizons horizons) => new(
        source.Name, source.Provider.Name, source.Origin, $"/webhooks/{source.Name}", [.. source.Secrets.Select(secret => secret.Hint)],
        source.Header, (int)source.Tolerance.TotalSeconds, source.PublicUrl, source.MaxBodyBytes,
        horizons.DaysOf(source), source.Mapping, source.Recovery is { } recovery ? RecoveryAnswer.Of(recovery) : null);
}
