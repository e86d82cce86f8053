using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using WebhookPlatform.ServiceDefaults.Operator;
using WebhookPlatform.ServiceDefaults.Telemetry;

namespace WebhookPlatform.ServiceDefaults;

/// <summary>What every service's Program is: the same verbs, defaults and errors at start.</summary>
public static class Service
{
    /// <summary>Runs a service, or one of its verbs: <c>migrate</c> applies migrations and ends, <c>healthcheck</c> asks a running instance on this host whether it lives.</summary>
    /// <returns>The process's exit code: 0 when all went well.</returns>
    public static async Task<int> RunAsync(
        string[] args,
        string name,
        Action<WebApplicationBuilder> configure,
        Action<WebApplication> map,
        Func<IServiceProvider, Task> migrate)
    {
        if (args is ["healthcheck"])
        {
            return await HealthCheckVerb.RunAsync();
        }

        var verb = args is ["migrate", ..] ? args[0] : null;
        if (verb is null && args.Length > 0 && !args[0].StartsWith('-'))
        {
            await Console.Error.WriteLineAsync($"{name}: '{args[0]}' is not a verb. Use no argument to run, 'migrate' or 'healthcheck'.");
            return 2;
        }

        IHostApplicationLifetime? lifetime = null;
        try
        {
            var builder = WebApplication.CreateBuilder(verb is null ? args : args[1..]);
            builder.AddServiceDefaults(name);
            configure(builder);
            await using var app = builder.Build();
            if (verb is "migrate")
            {
                await migrate(app.Services);
                return 0;
            }

            // Before anything is made of the options: all that is wrong is told at once, and nothing has to be stopped again.
            app.Services.GetService<IStartupValidator>()?.Validate();
            app.UseServiceDefaults();
            map(app);
            lifetime = app.Lifetime;
            await app.RunAsync();
            return 0;
        }
        catch (OperationCanceledException) when (lifetime?.ApplicationStopping.IsCancellationRequested is true)
        {
            // Told to stop while it waited for its database.
            return 0;
        }
        catch (Exception failure) when (StartFailure.Explain(name, failure) is { } explained)
        {
            foreach (var line in explained.Lines)
            {
                await Console.Error.WriteLineAsync(line);
            }

            return explained.ExitCode;
        }
    }

    /// <summary>Adds what all services share: logs, traces, metrics, health, problem details, OpenAPI and the operator key.</summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string name)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.AddServiceLogging(name);
        builder.AddServiceTelemetry(name);
        builder.AddOperatorAccess();
        builder.Services.AddHealthChecks();
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions.Remove("exception"));
        builder.Services.AddOpenApi();
        builder.Services.TryAddSystemClock();
        builder.Services.ConfigureHttpJsonOptions(options =>
            options.SerializerOptions.Converters.Add(new System.Text.Json.Serialization.JsonStringEnumConverter(System.Text.Json.JsonNamingPolicy.CamelCase)));
        return builder;
    }

    /// <summary>Adds the shared middleware and the endpoints every service has.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapServiceHealth();
        app.MapPrometheusScrapingEndpoint("/metrics").AllowAnonymous();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        return app;
    }

    private static void TryAddSystemClock(this IServiceCollection services)
    {
        if (services.All(service => service.ServiceType != typeof(TimeProvider)))
        {
            services.AddSingleton(TimeProvider.System);
        }
    }
}
