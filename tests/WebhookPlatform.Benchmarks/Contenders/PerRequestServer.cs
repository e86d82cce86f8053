using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using WebhookPlatform.Contracts;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Benchmarks.Contenders;

/// <summary>
/// What most teams write: EF Core, and for each request a transaction of its own with the delivery, its duplicate claim and an outbox row.
/// Nothing relays that outbox, which is in its favour.
/// </summary>
internal static class PerRequestServer
{
    public const string Name = "per-request";

    public static async Task<WebApplication> BuildAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddDbContextPool<InboxContext>(options => options.UseNpgsql(Environment.GetEnvironmentVariable(ContenderSettings.Database)));
        var source = BareServer.SourceFromEnvironment();
        var app = builder.Build();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<InboxContext>().Database.EnsureCreatedAsync();
        }

        app.Map("/webhooks/{source}", (RequestDelegate)(context => HandleAsync(context, source)));
        return app;
    }

    private static async Task HandleAsync(HttpContext context, Source source)
    {
        if (await BareServer.ReadProvenAsync(context, source) is not { } request)
        {
            return;
        }

        var webhook = source.Provider.Read(request, source);
        var delivery = DeliveryOf(request, webhook, source);
        var db = context.RequestServices.GetRequiredService<InboxContext>();
        db.Deliveries.Add(delivery);
        db.Claims.Add(new Claim { Source = source.Name, EventKey = delivery.EventKey, DeliveryId = delivery.Id });
        db.Outbox.Add(MessageOf(delivery, webhook));
        try
        {
            // One call is one transaction.
            await db.SaveChangesAsync(context.RequestAborted);
        }
        catch (DbUpdateException repeat) when (repeat.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // A duplicate is acknowledged like the first.
        }

        await BareServer.AcceptAsync(context, delivery.Id);
    }

    private static StoredDelivery DeliveryOf(in RawRequest request, Webhook webhook, Source source) => new()
    {
        Id = Guid.CreateVersion7(),
        Source = source.Name,
        EventKey = webhook.EventId!,
        EventType = webhook.EventType,
        ReceivedAt = TimeProvider.System.GetUtcNow(),
        Headers = JsonSerializer.Serialize(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Content-Type"] = request.Header("Content-Type"), ["User-Agent"] = request.Header("User-Agent") }),
        Body = request.Body.ToArray(),
        BodyHash = SHA256.HashData(request.Body.Span),
    };

    private static OutgoingMessage MessageOf(StoredDelivery delivery, Webhook webhook)
    {
        var draft = webhook.Events[0];
        var metadata = new EventMetadata(Guid.NewGuid(), delivery.ReceivedAt, delivery.ReceivedAt, delivery.Source, "stripe", delivery.EventKey, delivery.Id, draft.Subject);
        var message = draft.Create(metadata);
        return new OutgoingMessage { Name = draft.Name, Body = JsonSerializer.SerializeToUtf8Bytes(message, message.GetType()) };
    }

    private sealed class InboxContext(DbContextOptions<InboxContext> options) : DbContext(options)
    {
        public DbSet<StoredDelivery> Deliveries => Set<StoredDelivery>();

        public DbSet<Claim> Claims => Set<Claim>();

        public DbSet<OutgoingMessage> Outbox => Set<OutgoingMessage>();

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<StoredDelivery>().Property(row => row.Headers).HasColumnType("jsonb");
            modelBuilder.Entity<Claim>().HasKey(row => new { row.Source, row.EventKey });
        }
    }

    private sealed class StoredDelivery
    {
        public Guid Id { get; init; }

        public required string Source { get; init; }

        public required string EventKey { get; init; }

        public required string EventType { get; init; }

        public DateTimeOffset ReceivedAt { get; init; }

        public required string Headers { get; init; }

        public required byte[] Body { get; init; }

        public required byte[] BodyHash { get; init; }
    }

    private sealed class Claim
    {
        public required string Source { get; init; }

        public required string EventKey { get; init; }

        public Guid DeliveryId { get; init; }
    }

    private sealed class OutgoingMessage
    {
        public long Id { get; init; }

        public required string Name { get; init; }

        public required byte[] Body { get; init; }
    }
}
