using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Ledger;
using WebhookPlatform.Gateway.Rejections;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Replays;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Gateway.Storage;
using WebhookPlatform.Gateway.Tallies;
using WebhookPlatform.Messaging;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.ServiceDefaults.Outbound;

namespace WebhookPlatform.Gateway;

/// <summary>The gateway's composition: what runs in it and what it answers.</summary>
public static class GatewayService
{
    private const long BodyMemory = 256L * 1024 * 1024;

    public static void AddGateway(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // The endpoint refuses earlier, with an answer that says why; these only bound what reaches it.
            kestrel.Limits.MaxRequestBodySize = SourceFactory.LargestBody + 1;
            kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
            kestrel.Limits.MaxRequestHeaderCount = 1000;

            // A megabyte by default, which every connection may fill before anybody has looked at its body: beside the budget for bodies, that is no bound at all.
            kestrel.Limits.MaxRequestBufferSize = 64 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.ConfigureHttpsDefaults(ClientCertificates.Allow);
        });
        builder.AddDatabase<GatewayDbContext>();
        builder.AddPublisher<GatewayDbContext>();
        builder.Services.AddOptions<SourcesOptions>().BindConfiguration("Sources").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SourcesOptions>, SourcesValidation>();
        builder.Services.AddDataProtection().SetApplicationName("WebhookPlatform.Gateway").PersistKeysToDbContext<GatewayDbContext>();
        builder.Services.AddSingleton<SourceDirectory>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<SourceDirectory>());
        builder.Services.AddSingleton(new BodyBudget(BodyMemory));
        builder.Services.AddSingleton<BodyReader>();
        builder.Services.AddSingleton<DeliveryReader>();
        builder.Services.AddSingleton<IngestWriter>();
        builder.Services.AddSingleton<IngestQueue>();
        builder.Services.AddSingleton(provider => new RelayPace(() => provider.GetRequiredService<IngestQueue>().IsBusy, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddOptions<RetentionOptions>().BindConfiguration("Gateway").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<DeliveryPartitions>();
        builder.Services.AddSingleton<DeliveryRetention>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<DeliveryRetention>());
        builder.Services.AddSingleton<RejectionLog>();
        builder.Services.AddSingleton<TallyBoard>();
        builder.Services.AddHostedService<TallyPublisher>();
        builder.Services.AddOptions<LedgerOptions>()
            .BindConfiguration("Ledger")
            .Validate(looks => looks.IsValid, "Ledger:FirstLook must be at least a second, Ledger:SecondLook later and Ledger:LastLook later still, e.g. 00:01:00, 01:00:00 and 1.00:00:00.")
            .ValidateOnStart();
        builder.Services.AddSingleton<LedgerAudit>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<LedgerAudit>());
        builder.Services.AddOutboundClient(ProviderQueries.ClientName);
        builder.Services.AddSingleton<IProviderQueries, ProviderQueries>();
        builder.Services.AddSingleton<WebhookEndpoint>();
    }

    public static void MapGateway(this WebApplication app)
    {
        // Proven by its signature and answering every failure itself, it needs nothing of what stands before the other endpoints.
        app.Map("/webhooks/{source}", app.Services.GetRequiredService<WebhookEndpoint>().HandleAsync).ShortCircuit().ExcludeFromDescription();
        var api = app.MapGroup("/api");
        api.MapSources();
        api.MapDeliveries();
        api.MapReplays();
        api.MapRejections();
    }
}
