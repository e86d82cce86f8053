using Microsoft.Extensions.Options;
using WebhookPlatform.Automation.Actions;
using WebhookPlatform.Automation.Consumers;
using WebhookPlatform.Automation.Rules;
using WebhookPlatform.Automation.Runs;
using WebhookPlatform.Automation.Storage;
using WebhookPlatform.Messaging;
using WebhookPlatform.Messaging.Storage;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.ServiceDefaults.Outbound;

namespace WebhookPlatform.Automation;

/// <summary>The composition root: what the automation service consists of.</summary>
public static class AutomationService
{
    /// <summary>Adds the database, the queue, the worker that executes runs and what they need.</summary>
    public static void AddAutomation(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<AutomationOptions>()
            .BindConfiguration("Automation")
            .Validate(options => options.Parallelism is >= 1 and <= 1000, "Automation:Parallelism must be between 1 and 1000.")
            .Validate(options => options.MaxAttempts is >= 1 and <= 100, "Automation:MaxAttempts must be between 1 and 100.")
            .Validate(options => options.FirstPause > TimeSpan.Zero && options.LongestPause >= options.FirstPause, "Automation:FirstPause must be positive and Automation:LongestPause not shorter than it.")
            .Validate(options => options.RunRetention >= TimeSpan.FromHours(1), "Automation:RunRetention must be at least one hour, e.g. 30.00:00:00 for 30 days.")
            .ValidateOnStart();
        builder.AddDatabase<AutomationDbContext>();
        builder.AddConsumer<AutomationDbContext, RunPlanner>(Topology.Automation);
        builder.Services.AddOutboundClient(HttpActionSender.Client);
        builder.Services.AddSingleton<HttpActionSender>();
        builder.Services.AddSingleton<RuleReader>();
        builder.Services.AddSingleton<RunWorker>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<RunWorker>());
        builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<WorkRetention<AutomationDbContext, Run>>(
            provider, provider.GetRequiredService<IOptions<AutomationOptions>>().Value.RunRetention));
    }

    /// <summary>Maps the operator API.</summary>
    public static void MapAutomation(this WebApplication app)
    {
        app.MapRules();
        app.MapRuns();
    }
}
