using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WebhookPlatform.Gateway.Audit;
using WebhookPlatform.Gateway.Storage;

namespace WebhookPlatform.Gateway.Sources;

/// <summary><c>/api/sources/{name}/secrets</c>: rotation without a gap. Secrets go in and never come out.</summary>
internal static class SecretEndpoints
{
    private const int MostSecrets = 10;
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    public static void MapSecrets(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sources/{name}/secrets", ListAsync).WithSummary("A source's secrets by their hints, with how much they are used, and those that were rotated out in the last thirty days.");
        api.MapPost("/sources/{name}/secrets", AddAsync).WithSummary("Adds a secret beside the others: any of them may match from now on.");
        api.MapDelete("/sources/{name}/secrets/{id}", RetireAsync).WithSummary("Retires a secret. Refused while senders use it (it matched within the last hour), unless 'force' is true.");
    }

    private static async Task<Results<Ok<SecretList>, NotFound>> ListAsync(
        string name, GatewayDbContext db, SourceDirectory sources, SecretUses uses, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (sources.Find(name) is not { } source)
        {
            return TypedResults.NotFound();
        }

        await uses.WriteAsync(cancellationToken);
        return TypedResults.Ok(await DescribeAsync(source, db, clock, cancellationToken));
    }

    private static async Task<Results<Created<SecretList>, NotFound, ValidationProblem, Conflict<ProblemDetails>>> AddAsync(
        string name, [FromBody] NewSecret added, GatewayDbContext db, SourceDirectory sources, SecretBook book, HttpContext context, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (sources.IsConfigured(name))
        {
            return SourceEndpoints.ReadOnly(name);
        }

        if (await db.Sources.SingleOrDefaultAsync(row => row.Name == name, cancellationToken) is not { } stored)
        {
            return TypedResults.NotFound();
        }

        if (SourceEndpoints.Settings(sources, stored) is not { } options)
        {
            return SourceEndpoints.Conflict("The stored secrets cannot be decrypted any more; give them all anew with PUT.");
        }

        IReadOnlyList<string> before = [.. options.Secrets ?? []];
        var text = new SourceSecret(added.Secret ?? "").Text;
        if (before.Any(known => string.Equals(new SourceSecret(known).Text, text, StringComparison.Ordinal)))
        {
            return SourceEndpoints.Conflict("The source has this secret already.");
        }

        if (before.Count >= MostSecrets)
        {
            return SourceEndpoints.Conflict($"The source has {MostSecrets} secrets already; retire one first.");
        }

        options.Secrets = [text, .. before];
        var (source, problems) = SourceFactory.Create(name, options, SourceOrigin.Api);
        if (source is null)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["secret"] = [.. problems] });
        }

        await book.ChangeAsync(db, name, before, options.Secrets, stored.CreatedAt, cancellationToken);
        db.Audit.Add(AuditEntry.By(context, clock, "secret.added", name, Named(source.Secrets[0])));
        return await SaveAsync(db, sources, stored, options, clock, cancellationToken)
            ? TypedResults.Created($"/api/sources/{name}/secrets", await DescribeAsync(source, db, clock, cancellationToken))
            : SourceEndpoints.Rival();
    }

    private static async Task<Results<Ok<SecretList>, NotFound, Conflict<ProblemDetails>>> RetireAsync(
        string name, string id, GatewayDbContext db, SourceDirectory sources, SecretBook book, SecretUses uses, HttpContext context, TimeProvider clock, CancellationToken cancellationToken, bool force = false)
    {
        if (sources.IsConfigured(name))
        {
            return SourceEndpoints.ReadOnly(name);
        }

        if (await db.Sources.SingleOrDefaultAsync(row => row.Name == name, cancellationToken) is not { } stored)
        {
            return TypedResults.NotFound();
        }

        if (SourceEndpoints.Settings(sources, stored) is not { } options)
        {
            return SourceEndpoints.Conflict("The stored secrets cannot be decrypted any more; give them all anew with PUT.");
        }

        IReadOnlyList<string> before = [.. options.Secrets ?? []];
        options.Secrets = [.. before.Where(text => !IsIt(text))];
        if (options.Secrets.Count == before.Count)
        {
            return TypedResults.NotFound();
        }

        var (source, problems) = SourceFactory.Create(name, options, SourceOrigin.Api);
        if (source is null)
        {
            return SourceEndpoints.Conflict($"Without this secret the source could not be used; add another one first. {string.Join(' ', problems)}");
        }

        var secret = new SourceSecret(before.First(IsIt));
        await uses.WriteAsync(cancellationToken);
        var use = await UseAsync(db, name, id, clock.GetUtcNow(), cancellationToken);
        if (!force && use.LastAt > clock.GetUtcNow() - Lately)
        {
            var at = use.LastAt.Value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            return SourceEndpoints.Conflict($"Senders still use this secret: it matched at {at} UTC, {(use.Matches == 1 ? "once" : $"{use.Matches} times")} in the last 24 hours. Set the new one at the sender first, or retire it by force (?force=true), which turns them away from now on.");
        }

        await book.ChangeAsync(db, name, before, options.Secrets, stored.CreatedAt, cancellationToken);
        db.Audit.Add(AuditEntry.By(context, clock, "secret.retired", name, force ? $"{Named(secret)}, by force; {use.Matches} matches in the last 24 hours" : Named(secret)));
        return await SaveAsync(db, sources, stored, options, clock, cancellationToken)
            ? TypedResults.Ok(await DescribeAsync(source, db, clock, cancellationToken))
            : SourceEndpoints.Rival();

        bool IsIt(string text) => string.Equals(new SourceSecret(text).Id, id, StringComparison.Ordinal);
    }

    private static string Named(SourceSecret secret) => $"{secret.Hint} ({secret.Id})";

    private static async Task<bool> SaveAsync(GatewayDbContext db, SourceDirectory sources, StoredSource stored, SourceOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        (stored.Settings, stored.ChangedAt) = (sources.Protect(options), clock.GetUtcNow());
        return await SourceEndpoints.SaveAsync(db, sources, cancellationToken);
    }

    private static async Task<SecretList> DescribeAsync(Source source, GatewayDbContext db, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var records = await db.SourceSecrets.AsNoTracking().Where(row => row.Source == source.Name).ToDictionaryAsync(row => row.Id, StringComparer.Ordinal, cancellationToken);
        var active = new List<SecretAnswer>();
        foreach (var secret in source.Secrets.DistinctBy(secret => secret.Id, StringComparer.Ordinal))
        {
            var use = await UseAsync(db, source.Name, secret.Id, now, cancellationToken);
            active.Add(new SecretAnswer(secret.Id, secret.Hint, records.GetValueOrDefault(secret.Id)?.AddedAt, use.LastAt, use.Matches));
        }

        var ids = active.Select(secret => secret.Id).ToHashSet(StringComparer.Ordinal);
        return new SecretList(
            active,
            [.. records.Values
                .Where(row => row.RetiredAt > now - SecretBook.Remembered && !ids.Contains(row.Id))
                .OrderByDescending(row => row.RetiredAt)
                .Select(row => new RetiredAnswer(row.Id, row.Hint, row.AddedAt, row.RetiredAt!.Value, row.Protected is not null))]);
    }

    private static async Task<(DateTimeOffset? LastAt, long Matches)> UseAsync(GatewayDbContext db, string source, string secret, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var day = now.AddHours(-24);
        var rows = db.SecretUses.AsNoTracking().Where(row => row.Source == source && row.Secret == secret);
        var last = await rows.MaxAsync(row => (DateTimeOffset?)row.LastAt, cancellationToken);
        return (last, await rows.Where(row => row.Hour >= day).SumAsync(row => row.Matches, cancellationToken));
    }
}

/// <param name="Secret">As the provider shows it.</param>
internal sealed record NewSecret(string? Secret)
{
    public override string ToString() => "(secret)";
}

/// <param name="Secrets">Active, newest first.</param>
/// <param name="Retired">Rotated out in the last thirty days.</param>
internal sealed record SecretList(IReadOnlyList<SecretAnswer> Secrets, IReadOnlyList<RetiredAnswer> Retired);

/// <param name="Id">Stands for the secret wherever it is spoken of, e.g. in deliveries.</param>
/// <param name="AddedAt">Null when it was there before anybody took note.</param>
/// <param name="LastMatchedAt">Null when it has not matched in the last ninety days.</param>
/// <param name="MatchesIn24Hours">By whole hours.</param>
internal sealed record SecretAnswer(string Id, string Hint, DateTimeOffset? AddedAt, DateTimeOffset? LastMatchedAt, long MatchesIn24Hours);

/// <param name="IsRecognized">Whether its use is told in diagnoses.</param>
internal sealed record RetiredAnswer(string Id, string Hint, DateTimeOffset AddedAt, DateTimeOffset RetiredAt, bool IsRecognized);
