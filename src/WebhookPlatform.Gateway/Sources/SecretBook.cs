using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WebhookPlatform.Gateway.Audit;
using WebhookPlatform.Gateway.Diagnosis;
using WebhookPlatform.Gateway.Storage;

namespace WebhookPlatform.Gateway.Sources;

/// <summary>Remembers when secrets came and went, and those that went for as long as some sender may still use them.</summary>
public sealed class SecretBook(IDbContextFactory<GatewayDbContext> contexts, IDataProtectionProvider protection, IOptions<MasterKeyOptions> masterKey, TimeProvider clock)
{
    /// <summary>How long a secret is remembered after it was rotated out.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    /// <summary>Takes note of a change, in the caller's transaction.</summary>
    /// <param name="madeAt">When the source was made: secrets that nothing is known about came then.</param>
    internal async Task ChangeAsync(GatewayDbContext db, string source, IEnumerable<string> before, IEnumerable<string> after, DateTimeOffset madeAt, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var known = await db.SourceSecrets.Where(row => row.Source == source).ToDictionaryAsync(row => row.Id, StringComparer.Ordinal, cancellationToken);
        var (old, active) = (Secrets(before), Secrets(after));
        foreach (var secret in old.Values.Where(secret => !active.ContainsKey(secret.Id)))
        {
            var row = known.GetValueOrDefault(secret.Id) ?? db.SourceSecrets.Add(New(source, secret, madeAt)).Entity;
            (row.RetiredAt, row.Protected) = (now, Protect(secret));
        }

        foreach (var secret in active.Values)
        {
            if (!known.TryGetValue(secret.Id, out var row))
            {
                db.SourceSecrets.Add(New(source, secret, old.ContainsKey(secret.Id) ? madeAt : now));
            }
            else if (row.RetiredAt is not null)
            {
                (row.AddedAt, row.RetiredAt, row.Protected) = (now, null, null);
            }
        }
    }

    /// <summary>
    /// Takes note of the secrets in the configuration, so that a change of theirs is known after the restart. They themselves are only remembered under a master key: without one
    /// they would lie in the database beside the keys that open them, where the configuration has kept them out of.
    /// </summary>
    internal async Task NoteAsync(IEnumerable<Source> configured, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var now = clock.GetUtcNow();
        foreach (var source in configured)
        {
            var known = await db.SourceSecrets.Where(row => row.Source == source.Name).ToDictionaryAsync(row => row.Id, StringComparer.Ordinal, cancellationToken);
            var active = source.Secrets.DistinctBy(secret => secret.Id, StringComparer.Ordinal).ToDictionary(secret => secret.Id, StringComparer.Ordinal);
            foreach (var row in known.Values.Where(row => row.RetiredAt is null && !active.ContainsKey(row.Id)))
            {
                row.RetiredAt = now;
                db.Audit.Add(Found(now, "secret.retired", source.Name, $"{row.Hint} ({row.Id}) is not in the configuration any more"));
            }

            foreach (var secret in active.Values)
            {
                if (!known.TryGetValue(secret.Id, out var row))
                {
                    row = db.SourceSecrets.Add(New(source.Name, secret, now)).Entity;
                    db.Audit.Add(Found(now, "secret.added", source.Name, $"{row.Hint} ({row.Id}) came with the configuration"));
                }

                row.AddedAt = row.RetiredAt is null ? row.AddedAt : now;
                row.RetiredAt = null;
                row.Protected = !masterKey.Value.IsSet ? null : row.Protected ?? Protect(secret);
            }
        }

        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException rival) when (rival.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation } || rival is DbUpdateConcurrencyException)
        {
            // Another replica has started with the same configuration and taken note of it.
        }
    }

    /// <summary>A source's secrets that were rotated out lately.</summary>
    internal async Task<IReadOnlyList<RetiredSecret>> RetiredAsync(string source, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var horizon = clock.GetUtcNow() - Remembered;
        var rows = await db.SourceSecrets.AsNoTracking()
            .Where(row => row.Source == source && row.RetiredAt > horizon && row.Protected != null)
            .OrderByDescending(row => row.RetiredAt).Take(20)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row => (Secret: Unprotect(row.Protected!), row.RetiredAt)).Where(row => row.Secret is not null).Select(row => new RetiredSecret(row.Secret!, row.RetiredAt!.Value))];
    }

    private static Dictionary<string, SourceSecret> Secrets(IEnumerable<string> texts) =>
        texts.Select(text => new SourceSecret(text)).DistinctBy(secret => secret.Id, StringComparer.Ordinal).ToDictionary(secret => secret.Id, StringComparer.Ordinal);

    private static SecretRecord New(string source, SourceSecret secret, DateTimeOffset addedAt) => new() { Source = source, Id = secret.Id, Hint = secret.Hint, AddedAt = addedAt };

    private static AuditEntry Found(DateTimeOffset at, string action, string source, string detail) => new() { At = at, Action = action, Subject = source, Detail = detail };

    private string Protect(SourceSecret secret) => Protector().Protect(secret.Text);

    private SourceSecret? Unprotect(string text)
    {
        try
        {
            return new SourceSecret(Protector().Unprotect(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Protector() => protection.CreateProtector("WebhookPlatform.Gateway.Secrets");
}
