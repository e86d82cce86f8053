using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using WebhookPlatform.Cli;
using WebhookPlatform.Gateway.Remote;

namespace WebhookPlatform.IntegrationTests.Gateway;

/// <summary>The tool answers a gateway's questions about what it sends, and only a gateway that was told so asks it.</summary>
public sealed class StandInTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Source = "standing-in";

    [Theory]
    [InlineData(true, ExitCodes.Ok, 3, "Answering in the place of api.mollie.com")]
    [InlineData(false, ExitCodes.Failed, 0, "503: the gateway could not ask")]
    public async Task Classic_webhook_of_Mollies_is_believed_where_the_operator_lets_the_gateway_ask_the_tool(bool isAllowed, int exitCode, int stored, string words)
    {
        var api = FreeAddress();
        var before = await StoredAsync();
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            [$"Sources:{Source}:Provider"] = "mollie",
            [$"Sources:{Source}:Secrets:0"] = "a-signing-secret-of-mollies",
            [$"Sources:{Source}:Settings:ApiUrl"] = api,
            ["Outbound:AllowPrivateNetworks"] = "false",
            ["Outbound:AllowedNetworks:0"] = isAllowed ? "127.0.0.0/8" : "192.0.2.0/24",
        };
        await using var gateway = await fixture.StartAsync(settings, replace: builder => builder.Services.AddSingleton<IProviderQueries, ProviderQueries>());
        using var error = new StringWriter();
        var context = new CliContext(TextWriter.Null, error, new Dictionary<string, string>(StringComparer.Ordinal), TimeProvider.System, IsTerminal: false);

        var code = await CommandLine.RunAsync(
            ["send", "mollie", "classic", "--source", Source, "--secret", "x", "--count", "3", "--to", gateway.Address.ToString(), "--stand-in", api], context, TestContext.Current.CancellationToken);

        Assert.Equal((exitCode, (long)stored), (code, await StoredAsync() - before));
        Assert.Contains(words, error.ToString(), StringComparison.Ordinal);
    }

    private Task<long> StoredAsync() => fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = $1", Source);

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
