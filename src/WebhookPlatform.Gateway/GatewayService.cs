using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using WebhookPlatform.Gateway.Audit;
using WebhookPlatform.Gateway.Deliveries;
using WebhookPlatform.Gateway.Diagnosis;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Ledger;
using WebhookPlatform.Gateway.Quarantine;
using WebhookPlatform.Gateway.Recovery;
using WebhookPlatform.Gateway.Rejections;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Replays;
using WebhookPlatform.Gateway.Schemas;
using WebhookPlatform.Gateway.Signatures;
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

        // Nothing on a request's way blocks (commits have a thread of their own), so it need not change threads either.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.AddDatabase<GatewayDbContext>();
        builder.AddPublisher<GatewayDbContext>();
        builder.Services.AddOptions<SourcesOptions>().BindConfiguration("Sources").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SourcesOptions>, SourcesValidation>();
        builder.Services.AddDataProtection().SetApplicationName("WebhookPlatform.Gateway").PersistKeysToDbContext<GatewayDbContext>();
        builder.Services.AddOptions<MasterKeyOptions>()
            .BindConfiguration("Gateway")
            .Validate(options => options.IsValid, "Gateway:MasterKey must be 32 bytes in base64, e.g. the output of `openssl rand -base64 32`.")
            .ValidateOnStart();
        builder.Services.AddOptions<KeyManagementOptions>().Configure<IOptions<MasterKeyOptions>>((keys, master) => keys.XmlEncryptor = master.Value.IsSet ? new MasterKeyEncryptor(master.Value.Bytes()!) : keys.XmlEncryptor);
        builder.Services.AddHostedService<KeyRingUpkeep>();
        builder.Services.AddSingleton<SecretBook>();
        builder.Services.AddSingleton<SecretUses>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<SecretUses>());
        builder.Services.AddSingleton<SourceDirectory>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<SourceDirectory>());
        builder.Services.AddSingleton(new BodyBudget(BodyMemory));
        builder.Services.AddSingleton<BodyReader>();
        builder.Services.AddSingleton<DeliveryReader>();
        builder.AddConnections(IngestWriter.Connections, limits =>
        {
            limits.Timeout = limits.CommandTimeout = (int)IngestWriter.Patience.TotalSeconds;
            limits.CancellationTimeout = 500;
        });
        builder.Services.AddSingleton<ClaimHorizons>();
        builder.Services.AddSingleton<ExpiredClaims>();
        builder.Services.AddSingleton<IngestWriter>();
        builder.Services.AddSingleton<IngestQueue>();
        builder.Services.AddSingleton(provider => new RelayPace(() => provider.GetRequiredService<IngestQueue>().IsBusy, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddOptions<RetentionOptions>().BindConfiguration("Gateway").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<DeliveryPartitions>();
        builder.Services.AddSingleton<DeliveryRetention>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<DeliveryRetention>());
        builder.Services.AddSingleton<RejectionLog>();
        builder.Services.AddOptions<QuarantineOptions>().BindConfiguration("Gateway:Quarantine").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<QuarantineStore>();
        builder.Services.AddScoped<QuarantineRelease>();
        builder.Services.AddSingleton<UnprovenDesk>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<UnprovenDesk>());
        builder.Services.AddSingleton<TallyBoard>();
        builder.Services.AddHostedService<TallyPublisher>();
        builder.Services.AddOptions<LedgerOptions>()
            .BindConfiguration("Ledger")
            .Validate(looks => looks.IsValid, "Ledger:FirstLook must be at least a second, Ledger:SecondLook later and Ledger:LastLook later still, e.g. 00:01:00, 01:00:00 and 1.00:00:00.")
            .ValidateOnStart();
        builder.Services.AddSingleton<LedgerAudit>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<LedgerAudit>());
        builder.Services.AddOutboundClient(ProviderQueries.ClientName);
        builder.Services.AddSingleton<ICertificateTrust>(CertificateTrust.OperatingSystem);
        builder.Services.AddSingleton(new QuestionLimit());
        builder.Services.AddSingleton<IProviderQueries, ProviderQueries>();
        builder.Services.AddSingleton<RecoveryRuns>();
        builder.Services.AddSingleton<RecoveryIntake>();
        builder.Services.AddSingleton<RecoveryWorker>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RecoveryWorker>());
        builder.Services.AddHostedService<RecoverySchedule>();
        builder.Services.AddSingleton<WebhookEndpoint>();
    }

    public static void MapGateway(this WebApplication app)
    {
        // Proven by its signature and answering every failure itself, it needs nothing of what stands before the other endpoints.
        app.Map("/webhooks/{source}", app.Services.GetRequiredService<WebhookEndpoint>().HandleAsync).ShortCircuit().ExcludeFromDescription();
        app.MapSchemas();
        var api = app.MapGroup("/api");
        api.MapSources();
        api.MapSecrets();
        api.MapQuarantine();
        api.MapRecovery();
        api.MapDeliveries();
        api.MapReplays();
        api.MapRejections();
        api.MapAudit();
    }
}
