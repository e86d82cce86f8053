using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using WebhookPlatform.Gateway;
using WebhookPlatform.ServiceDefaults;

namespace WebhookPlatform.UnitTests.ServiceDefaults;

/// <summary>What a newcomer reads who has set something wrong: the gateway's own composition, never started.</summary>
public sealed class StartFailureTests
{
    private static readonly string[] Usable =
    [
        "--Operator:ApiKey=0123456789abcdef",
        "--ConnectionStrings:Database=Host=127.0.0.1;Database=gateway;Username=webhooks;Password=secret",
        "--ConnectionStrings:RabbitMq=amqp://webhooks:secret@127.0.0.1",
    ];

    [Fact]
    public async Task Usable_configuration_passes()
    {
        await using var gateway = Build(Usable);

        gateway.Services.GetRequiredService<IStartupValidator>().Validate();
    }

    [Fact]
    public async Task All_that_is_missing_is_told_at_once()
    {
        var told = await ToldAsync([]);

        Assert.Equal("gateway: the configuration cannot be used:", told[0]);
        Assert.Equal(4, told.Count);
        Assert.Contains(told, line => line.StartsWith("  - Operator:ApiKey must be set to at least 16 characters", StringComparison.Ordinal));
        Assert.Contains(told, line => line.StartsWith("  - ConnectionStrings:Database must be a PostgreSQL connection string", StringComparison.Ordinal));
        Assert.Contains(told, line => line.StartsWith("  - ConnectionStrings:RabbitMq must be an AMQP URI", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Gateway:KeepDeliveriesDays=many", "Gateway:KeepDeliveriesDays must be a whole number, not 'many'.")]
    [InlineData("Database:MigrateAtStart=perhaps", "Database:MigrateAtStart must be true or false, not 'perhaps'.")]
    [InlineData("Ledger:FirstLook=soon", "Ledger:FirstLook must be a duration, e.g. 00:15:00 or 1.00:00:00, not 'soon'.")]
    [InlineData("Sources:shop:Secret=x", "Sources:shop: There is no setting 'Secret' here. There are: Provider, Secrets, Header, ToleranceSeconds, PublicUrl, MaxBodyBytes, DuplicateHorizonDays, Algorithm, Encoding, Prefix, Settings, Recovery, EventIdField, EventTypeField, OccurredAtField, Map.")]
    [InlineData("Sources:shop:Recovery:Every=soon", "Sources:shop:Recovery:Every must be a duration, e.g. 00:15:00 or 1.00:00:00, not 'soon'.")]
    [InlineData("Sources:shop:ToleranceSeconds=5m", "Sources:shop:ToleranceSeconds must be a whole number, not '5m'.")]
    [InlineData("Sources:shop:Algorithm=md5", "Sources:shop:Algorithm must be one of sha256, sha1, sha512, not 'md5'.")]
    [InlineData("Logging:Format=xml", "Logging:Format must be 'text' or 'json'.")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https address, e.g. http://localhost:4317.")]
    public async Task Value_that_cannot_be_read_is_told_with_what_may_be_there(string setting, string expected) =>
        Assert.Equal(["gateway: the configuration cannot be used:", "  - " + expected], await ToldAsync([.. Usable, "--" + setting]), StringComparer.Ordinal);

    [Fact]
    public async Task Taken_port_is_told_with_how_to_choose_another()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var told = await StartAsync(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

        Assert.Equal(1, told.ExitCode);
        Assert.Contains(port.ToString(CultureInfo.InvariantCulture), Assert.Single(told.Lines), StringComparison.Ordinal);
        Assert.Contains("choose another by ASPNETCORE_URLS", told.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_to_listen_at_that_is_none_is_told()
    {
        var told = await StartAsync("localhost");

        Assert.Equal(2, told.ExitCode);
        Assert.Contains("ASPNETCORE_URLS must be addresses such as http://localhost:5100", told.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_that_does_not_answer_is_told_without_its_password()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        await using var database = NpgsqlDataSource.Create(string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Database=gateway;Username=webhooks;Password=secret"));
        var failure = await Assert.ThrowsAsync<NpgsqlException>(async () => await database.OpenConnectionAsync(TestContext.Current.CancellationToken));

        var told = StartFailure.Explain("gateway", new InvalidOperationException("Likely transient.", failure))!;

        Assert.Equal(1, told.ExitCode);
        Assert.StartsWith("gateway: the database that ConnectionStrings:Database names does not answer: Failed to connect to 127.0.0.1", Assert.Single(told.Lines), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", told.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_nobody_foresaw_keeps_its_stack_trace() =>
        Assert.Null(StartFailure.Explain("gateway", new InvalidOperationException("A defect.", new NotSupportedException("Of ours."))));

    private static async Task<IReadOnlyList<string>> ToldAsync(string[] arguments)
    {
        await using var gateway = Build(arguments);
        var failure = Record.Exception(gateway.Services.GetRequiredService<IStartupValidator>().Validate);
        var told = StartFailure.Explain("gateway", failure!);

        Assert.Equal(2, told?.ExitCode);
        return told!.Lines;
    }

    private static async Task<StartFailure> StartAsync(string address)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=" + address]);
        await using var app = builder.Build();
        var failure = await Record.ExceptionAsync(() => app.StartAsync(TestContext.Current.CancellationToken));
        return StartFailure.Explain("gateway", failure!)!;
    }

    private static WebApplication Build(string[] arguments)
    {
        var builder = WebApplication.CreateBuilder(arguments);
        builder.AddServiceDefaults("gateway");
        builder.AddGateway();
        return builder.Build();
    }
}
