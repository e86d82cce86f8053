// Starts the whole platform for a developer: `dotnet run --project aspire/WebhookPlatform.AppHost` (needs a container engine).
var builder = DistributedApplication.CreateBuilder(args);

// No special characters: these go into URLs and headers. 32 characters are also valid base64, as whsec_ secrets have to be.
var operatorKey = Secret("operator-key");
var stripeSecret = Secret("stripe-secret");
var githubSecret = Secret("github-secret");
var standardWebhooksSecret = Secret("standard-webhooks-secret");

var broker = builder.AddRabbitMQ("rabbitmq")
    .WithManagementPlugin()
    .WithDataVolume();

var postgres = builder.AddPostgres("postgres")
    .WithDataVolume();

var gatewayDatabase = postgres.AddDatabase("gateway-database", databaseName: "gateway");
var dashboardDatabase = postgres.AddDatabase("dashboard-database", databaseName: "dashboard");
var notificationsDatabase = postgres.AddDatabase("notifications-database", databaseName: "notifications");
var automationDatabase = postgres.AddDatabase("automation-database", databaseName: "automation");

var mail = builder.AddContainer("mail", "axllent/mailpit", "v1.26.1")
    .WithHttpEndpoint(targetPort: 8025, name: "http")
    .WithEndpoint(targetPort: 1025, name: "smtp")
    .WithHttpHealthCheck("/readyz")
    .WithUrlForEndpoint("http", url => url.DisplayText = "Mailbox");
var smtp = mail.GetEndpoint("smtp");

var gateway = WithDemoSources(Service<Projects.WebhookPlatform_Gateway>("gateway", port: 5100, gatewayDatabase));

Service<Projects.WebhookPlatform_Notifications>("notifications", port: 5300, notificationsDatabase)
    .WithEnvironment("Notifications__Smtp__Host", smtp.Property(EndpointProperty.Host))
    .WithEnvironment("Notifications__Smtp__Port", smtp.Property(EndpointProperty.Port))
    .WithEnvironment("Notifications__Smtp__From", "webhooks@localhost")
    .WithEnvironment("Notifications__Mail__DefaultRecipient", "ops@example.com")
    .WaitFor(mail);

Service<Projects.WebhookPlatform_Automation>("automation", port: 5400, automationDatabase);

// The console reads stored webhooks from the gateway, but shows what it has while the gateway is away: so it does not wait.
Service<Projects.WebhookPlatform_Dashboard>("dashboard", port: 5200, dashboardDatabase)
    .WithEnvironment("Gateway__Url", gateway.GetEndpoint("http"))
    .WithUrlForEndpoint("http", url => url.DisplayText = "Console");

// A trickle of realistic signed webhooks, for whoever presses its start button.
WithDemoSources(builder.AddProject<Projects.WebhookPlatform_Cli>("demo", launchProfileName: null))
    .WithArgs("demo", "--rate", "2")
    .WithEnvironment("WEBHOOKS_GATEWAY", gateway.GetEndpoint("http"))
    .WithEnvironment("Operator__ApiKey", operatorKey)
    .WaitFor(gateway)
    .WithExplicitStart();

await builder.Build().RunAsync();

IResourceBuilder<ParameterResource> Secret(string name) =>
    builder.AddParameter(name, new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true, persist: true);

// Every service owns one database and knows the broker; it is ready when both answer (the gateway: when its database does).
IResourceBuilder<ProjectResource> Service<TProject>(string name, int port, IResourceBuilder<PostgresDatabaseResource> database)
    where TProject : IProjectMetadata, new() =>
    builder.AddProject<TProject>(name, launchProfileName: null)
        .WithHttpEndpoint(port: port, name: "http")
        .WithExternalHttpEndpoints()
        .WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
        .WithEnvironment("Database__MigrateAtStart", "true")
        .WithEnvironment("Operator__ApiKey", operatorKey)
        .WithReference(database, connectionName: "Database")
        .WithReference(broker, connectionName: "RabbitMq")
        .WaitFor(database)
        .WaitFor(broker)
        .WithHttpHealthCheck("/health/ready");

// The gateway verifies with these secrets, and the demo sender signs with them.
IResourceBuilder<ProjectResource> WithDemoSources(IResourceBuilder<ProjectResource> project) =>
    project
        .WithEnvironment("Sources__stripe__Provider", "stripe")
        .WithEnvironment("Sources__stripe__Secrets__0", ReferenceExpression.Create($"whsec_{stripeSecret.Resource}"))
        .WithEnvironment("Sources__github__Provider", "github")
        .WithEnvironment("Sources__github__Secrets__0", githubSecret)
        .WithEnvironment("Sources__standard-webhooks__Provider", "standard-webhooks")
        .WithEnvironment("Sources__standard-webhooks__Secrets__0", ReferenceExpression.Create($"whsec_{standardWebhooksSecret.Resource}"));
