using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookPlatform.Gateway.Storage;
using WebhookPlatform.Messaging.Outages;

namespace WebhookPlatform.Gateway.Sources;

/// <summary>All sources, in memory. Those of the API are read again when a replica announces a change, and every few seconds in case an announcement was missed.</summary>
public sealed partial class SourceDirectory(
    IOptions<SourcesOptions> configured,
    IDbContextFactory<GatewayDbContext> contexts,
    NpgsqlDataSource database,
    IDataProtectionProvider protection,
    SecretBook secrets,
    TimeProvider clock,
    ILogger<SourceDirectory> logger) : BackgroundService
{
    internal const string Channel = "sources";
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(15);

    private readonly FrozenDictionary<string, Source> _configured = configured.Value
        .Select(pair => SourceFactory.Create(pair.Key.ToLowerInvariant(), pair.Value, SourceOrigin.Configuration).Source!)
        .ToFrozenDictionary(source => source.Name, StringComparer.Ordinal);

    private volatile FrozenDictionary<string, Source>? _all;
    private volatile FrozenSet<string> _unusable = [];

    // What has not changed is kept as it is: with the ids of its secrets, which are dear to compute.
    private volatile FrozenDictionary<string, (string Settings, Source Source)> _restored = FrozenDictionary<string, (string Settings, Source Source)>.Empty;
    private bool _isNoted;

    /// <summary>Every source, by name.</summary>
    public IReadOnlyCollection<Source> All => (_all ?? _configured).Values;

    /// <summary>Whether the API's sources have been read since the start.</summary>
    public bool IsLoaded => _all is not null;

    /// <summary>Whether <see cref="All"/> is every source there is: the API's have been read, and each can be used.</summary>
    public bool IsComplete => IsLoaded && _unusable.Count == 0;

    /// <summary>Whether a name that <see cref="Find"/> does not find is a source all the same: the API's sources could not be read yet, or this one cannot be used. Our fault, not the sender's.</summary>
    public bool MayExist(string name) => _all is null || _unusable.Contains(name);

    public Source? Find(string name) => (_all ?? _configured).GetValueOrDefault(name);

    public bool IsConfigured(string name) => _configured.ContainsKey(name);

    /// <summary>Encrypts settings for <see cref="StoredSource.Settings"/>.</summary>
    internal string Protect(SourceOptions options) => Protector().Protect(JsonSerializer.Serialize(options));

    /// <summary>The inverse of <see cref="Protect"/>.</summary>
    /// <exception cref="CryptographicException">The keys that encrypted it are gone.</exception>
    internal SourceOptions Unprotect(StoredSource stored) => JsonSerializer.Deserialize<SourceOptions>(Protector().Unprotect(stored.Settings))!;

    /// <summary>Reads the API's sources now.</summary>
    internal async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var all = new Dictionary<string, Source>(_configured, StringComparer.Ordinal);
        var unusable = new HashSet<string>(StringComparer.Ordinal);
        var restored = new Dictionary<string, (string Settings, Source Source)>(StringComparer.Ordinal);
        foreach (var stored in await db.Sources.AsNoTracking().ToListAsync(cancellationToken))
        {
            if (_configured.ContainsKey(stored.Name))
            {
                continue;
            }

            if (Restore(stored) is { } source)
            {
                all[stored.Name] = source;
                restored[stored.Name] = (stored.Settings, source);
            }
            else
            {
                unusable.Add(stored.Name);
            }
        }

        _restored = restored.ToFrozenDictionary(StringComparer.Ordinal);
        _unusable = unusable.ToFrozenSet(StringComparer.Ordinal);
        _all = all.ToFrozenDictionary(StringComparer.Ordinal);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var attempt = 0; !stoppingToken.IsCancellationRequested; attempt++)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                await using var listen = new NpgsqlCommand($"LISTEN {Channel}", connection);
                await listen.ExecuteNonQueryAsync(stoppingToken);
                while (true)
                {
                    await ReloadAsync(stoppingToken);
                    attempt = 0;
                    if (!_isNoted)
                    {
                        await secrets.NoteAsync(_configured.Values, stoppingToken);
                        _isNoted = true;
                    }

                    await connection.WaitAsync(Poll, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogPostponed(logger, failure.GetBaseException().Message);
                await Task.Delay(Backoff.Delay(attempt, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5)), clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private Source? Restore(StoredSource stored)
    {
        if (_restored.TryGetValue(stored.Name, out var known) && string.Equals(known.Settings, stored.Settings, StringComparison.Ordinal))
        {
            return known.Source;
        }

        try
        {
            var (source, problems) = SourceFactory.Create(stored.Name, Unprotect(stored), SourceOrigin.Api);
            if (source is null)
            {
                LogUnusable(logger, stored.Name, string.Join(' ', problems));
            }

            return source;
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or JsonException)
        {
            LogUnusable(logger, stored.Name, unreadable.Message);
            return null;
        }
    }

    private IDataProtector Protector() => protection.CreateProtector("WebhookPlatform.Gateway.Sources");

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sources made through the API cannot be read yet: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Source {Source} cannot be used: {Reason}")]
    private static partial void LogUnusable(ILogger logger, string source, string reason);
}
