using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using WebhookPlatform.Messaging.Effects;
using WebhookPlatform.Messaging.Inbox;
using WebhookPlatform.Messaging.Ledger;
using WebhookPlatform.Messaging.Outages;
using WebhookPlatform.Messaging.Outbox;
using WebhookPlatform.Messaging.Wire;

namespace WebhookPlatform.Messaging;

/// <summary>Connects a service to RabbitMQ: an outbox relay for what it publishes and, for consumers, one durable quorum queue.</summary>
public static class MessagingService
{
    private static readonly HashSet<Type> NoRetry = [typeof(System.Text.Json.JsonException), typeof(ArgumentException), typeof(FormatException)];

    /// <summary>Adds publishing only. The service stays ready while only the broker is away: its outbox keeps what waits.</summary>
    public static void AddPublisher<TContext>(this WebApplicationBuilder builder)
        where TContext : DbContext =>
        builder.AddBus<TContext>((_, _) => { }, brokerMakesReady: false);

    /// <summary>Adds publishing and a queue of <see cref="Topology"/> whose messages <typeparamref name="THandler"/> turns into effects exactly once.</summary>
    /// <param name="alsoConfigure">Further endpoints, e.g. a temporary queue for broadcasts.</param>
    public static void AddConsumer<TContext, THandler>(
        this WebApplicationBuilder builder,
        string queue,
        Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator>? alsoConfigure = null)
        where TContext : DbContext
        where THandler : class, IEffectHandler<TContext>
    {
        builder.Services.AddScoped<IEffectHandler<TContext>, THandler>();
        builder.Services.AddSingleton<OutageGate>();
        builder.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<LedgerClerk<TContext>>(provider, queue));
        builder.Services.AddSingleton<DeadLetterFilter>();
        builder.Services.AddSingleton<EffectPipeline<TContext>>();
        builder.Services.AddHostedService<InboxRetention>();
        builder.AddBus<TContext>(
            (context, bus) =>
            {
                bus.ReceiveEndpoint(queue, endpoint => Listen<TContext>(endpoint, queue, context));
                alsoConfigure?.Invoke(context, bus);
            },
            brokerMakesReady: true);
    }

    private static void AddBus<TContext>(this WebApplicationBuilder builder, Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> configure, bool brokerMakesReady)
        where TContext : DbContext
    {
        builder.Services.AddOptions<MessagingOptions>()
            .Configure<IConfiguration>((options, configuration) => options.Broker = Uri.TryCreate(configuration.GetConnectionString("RabbitMq"), UriKind.Absolute, out var uri) ? uri : null)
            .BindConfiguration("Messaging")
            .Validate(options => options.Broker is { Scheme: "amqp" or "amqps" }, "ConnectionStrings:RabbitMq must be an AMQP URI, e.g. amqp://user:password@localhost:5672.")
            .Validate(options => options.Consumers.All(Topology.Queues.Contains), $"Messaging:Consumers may name only {string.Join(", ", Topology.Queues)}.")
            .Validate(options => options.Prefetch is > 0 and <= 256, "Messaging:Prefetch must be between 1 and 256 bundles.")
            .Validate(options => options.RelayBatchSize is > 0 and <= 1000, "Messaging:RelayBatchSize must be between 1 and 1000 rows.")
            .Validate(options => options.InboxRetention >= TimeSpan.FromDays(1), "Messaging:InboxRetention must be at least a day, e.g. 30.00:00:00.")
            .ValidateOnStart();
        builder.Services.AddMassTransit(masstransit =>
        {
            // It would report to its makers over the internet, which nobody who hosts this platform has agreed to.
            masstransit.DisableUsageTelemetry();
            masstransit.ConfigureHealthCheckOptions(health =>
            {
                health.Name = "broker";
                health.MinimalFailureStatus = brokerMakesReady ? HealthStatus.Unhealthy : HealthStatus.Degraded;
            });
            masstransit.UsingRabbitMq((context, bus) =>
            {
                bus.Host(context.GetRequiredService<IOptions<MessagingOptions>>().Value.Broker!, host => host.Heartbeat(TimeSpan.FromSeconds(10)));
                configure(context, bus);
            });
        });

        builder.Services.Configure<MassTransitHostOptions>(options =>
        {
            // The process starts and accepts work while the broker is away.
            options.WaitUntilStarted = false;

            // At stop, messages that wait for a database to come back are handed back to the queue before anybody loses patience with the process.
            options.ConsumerStopTimeout = TimeSpan.FromSeconds(3);
            options.StopTimeout = TimeSpan.FromSeconds(8);
        });
        builder.Services.TryAddSingleton(provider => new RelayPace(() => false, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddHostedService<OutboxRelay<TContext>>();
    }

    private static void Listen<TContext>(IRabbitMqReceiveEndpointConfigurator endpoint, string queue, IBusRegistrationContext context)
        where TContext : DbContext
    {
        foreach (var (name, value) in Topology.QueueArguments)
        {
            endpoint.SetQueueArgument(name, value);
        }

        endpoint.PublishFaults = false;
        endpoint.PrefetchCount = context.GetRequiredService<IOptions<MessagingOptions>>().Value.Prefetch;
        endpoint.UseFilter(context.GetRequiredService<DeadLetterFilter>());
        endpoint.UseMessageRetry(retry =>
        {
            retry.Exponential(5, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(500));
            retry.Handle<Exception>(failure => !NoRetry.Contains(failure.GetType()));
        });
        endpoint.ConfigureConsumeTopology = false;
        var bundles = new BundleHandler<TContext>(queue, context.GetRequiredService<EffectPipeline<TContext>>());
        endpoint.Handler<Bundle>(bundles.HandleAsync);
    }
}
