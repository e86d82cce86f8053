using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookPlatform.Messaging.Outbox;

namespace WebhookPlatform.Messaging.Storage;

/// <summary>A service's PostgreSQL database: one pool for EF Core and plain SQL, its health, its migrations.</summary>
public static class Database
{
    private const string GssEncryption = nameof(NpgsqlConnectionStringBuilder.GssEncryptionMode);

    /// <summary>Adds <typeparamref name="TContext"/> on <c>ConnectionStrings:Database</c>, with snake-case names. Give the context from <c>IDbContextFactory</c> or a scope.</summary>
    public static void AddDatabase<TContext>(this WebApplicationBuilder builder)
        where TContext : DbContext
    {
        builder.Services.AddOptions<DatabaseOptions>()
            .Configure<IConfiguration>((options, configuration) => options.ConnectionString = configuration.GetConnectionString("Database") ?? "")
            .BindConfiguration("Database")
            .Validate(options => IsConnectionString(options.ConnectionString), "ConnectionStrings:Database must be a PostgreSQL connection string, e.g. 'Host=localhost;Database=gateway;Username=webhooks;Password=…'.")
            .ValidateOnStart();
        builder.Services.AddSingleton(provider => BuildDataSource(provider, _ => { }));
        builder.Services.AddSingleton<Purge>();
        builder.Services.AddSingleton<OutboxSignal>();
        builder.Services.AddPooledDbContextFactory<TContext>((provider, options) =>
            Configure(options.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())).AddInterceptors(provider.GetRequiredService<OutboxSignal>()));
        builder.Services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext());
        builder.Services.AddExceptionHandler<Outages.OutageAnswer>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: ["ready"]);
        builder.Services.AddSingleton<IDatabaseMigration, DatabaseMigration<TContext>>();
        builder.Services.AddHostedService<MigrationAtStart>();
    }

    /// <summary>Adds a pool of its own to the same database under a key, for work with other limits than the rest.</summary>
    public static void AddConnections(this WebApplicationBuilder builder, string key, Action<NpgsqlConnectionStringBuilder> limit) =>
        builder.Services.AddKeyedSingleton(key, (provider, _) => BuildDataSource(provider, limit));

    /// <summary>The naming and mapping that all contexts share; also for design-time factories.</summary>
    public static DbContextOptionsBuilder Configure(DbContextOptionsBuilder options) => options.UseSnakeCaseNamingConvention();

    /// <summary>Applies what is missing of the service's migrations.</summary>
    public static Task MigrateDatabaseAsync(this IServiceProvider services) => services.GetRequiredService<IDatabaseMigration>().ApplyAsync(CancellationToken.None);

    private static NpgsqlDataSource BuildDataSource(IServiceProvider provider, Action<NpgsqlConnectionStringBuilder> limit)
    {
        var source = new NpgsqlDataSourceBuilder(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.ConnectionString);
        source.UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>());
        source.ConnectionStringBuilder.MaxAutoPrepare = Math.Max(source.ConnectionStringBuilder.MaxAutoPrepare, 50);
        if (!source.ConnectionStringBuilder.Keys.Any(key => GssEncryption.Equals(key.Replace(" ", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)))
        {
            // Npgsql prefers it, and complains on standard error in images that have no Kerberos.
            source.ConnectionStringBuilder.GssEncryptionMode = GssEncryptionMode.Disable;
        }

        source.ConnectionStringBuilder.ApplicationName ??= provider.GetRequiredService<IHostEnvironment>().ApplicationName;
        limit(source.ConnectionStringBuilder);
        return source.Build();
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text) is { Host.Length: > 0, Database.Length: > 0 };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private sealed class DatabaseHealth(NpgsqlDataSource database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(TimeSpan.FromSeconds(2));
            try
            {
                await using var command = database.CreateCommand("SELECT 1");
                await command.ExecuteScalarAsync(deadline.Token);
                return HealthCheckResult.Healthy();
            }
            catch (Exception failure) when (failure is OperationCanceledException || Outages.Outage.Is(failure))
            {
                return HealthCheckResult.Unhealthy(failure.GetBaseException().Message);
            }
        }
    }
}

/// <summary>Configuration section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    internal string ConnectionString { get; set; } = "";

    /// <summary>Applies migrations when the service starts; by default in the Development environment only.</summary>
    public bool? MigrateAtStart { get; set; }
}

internal interface IDatabaseMigration
{
    Task ApplyAsync(CancellationToken cancellationToken);
}

internal sealed partial class DatabaseMigration<TContext>(IDbContextFactory<TContext> contexts, ILogger<DatabaseMigration<TContext>> logger) : IDatabaseMigration
    where TContext : DbContext
{
    // Any number will do, as long as all replicas use the same.
    private const long LockKey = 7_235_014_689;

    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await CreateDatabaseAsync(context, cancellationToken);
        await context.Database.OpenConnectionAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({LockKey})", cancellationToken);
        try
        {
            var missing = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
            if (missing.Count > 0)
            {
                await context.Database.MigrateAsync(cancellationToken);
                LogMigrated(logger, string.Join(", ", missing));
            }
        }
        finally
        {
            await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None);
        }
    }

    private static async Task CreateDatabaseAsync(TContext context, CancellationToken cancellationToken)
    {
        var creator = context.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(cancellationToken))
        {
            try
            {
                await creator.CreateAsync(cancellationToken);
            }
            catch (PostgresException rival) when (rival.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
            {
                // Another replica was faster, which is as good.
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied the migrations {Migrations}")]
    private static partial void LogMigrated(ILogger logger, string migrations);
}

internal sealed partial class MigrationAtStart(IDatabaseMigration migration, IOptions<DatabaseOptions> options, IHostEnvironment environment, TimeProvider clock, ILogger<MigrationAtStart> logger)
    : IHostedLifecycleService
{
    // Before any other hosted service runs: they use the tables.
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!(options.Value.MigrateAtStart ?? environment.IsDevelopment()))
        {
            return;
        }

        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await migration.ApplyAsync(cancellationToken);
                return;
            }
            catch (Exception failure) when (Outages.Outage.Is(failure) && attempt < 30)
            {
                LogWaiting(logger, failure.GetBaseException().Message);
                await Task.Delay(Outages.Backoff.Delay(attempt, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5)), clock, cancellationToken);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is not there yet, migrations wait for it: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string reason);
}
