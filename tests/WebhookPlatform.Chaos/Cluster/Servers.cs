using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.Chaos.Cluster;

/// <summary>A PostgreSQL and a RabbitMQ of the run's own, which can be killed, frozen and started again: <c>eng/servers.sh</c> on a folder and ports of its own.</summary>
public sealed partial class Servers : IAsyncDisposable
{
    private readonly string _folder;
    private readonly int _postgresPort;
    private readonly int _rabbitMqPort;
    private string _postgres = "";

    private Servers(string folder)
    {
        _folder = folder;
        (_postgresPort, _rabbitMqPort) = (Ports.FreeForServers(), Ports.FreeForServers());
    }

    /// <summary>The broker's address, user and password included.</summary>
    public Uri Broker { get; private set; } = null!;

    public static async Task<Servers> StartAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var servers = new Servers(folder);
        try
        {
            await servers.RunAsync("start");
            var exports = await servers.RunAsync("env");
            servers._postgres = Exported(exports, "WEBHOOKS_TEST_POSTGRES");
            servers.Broker = new Uri(Exported(exports, "WEBHOOKS_TEST_RABBITMQ"));
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>The Npgsql connection string of a database, which need not exist.</summary>
    public string Database(string name) => new NpgsqlConnectionStringBuilder(_postgres) { Database = name, MaxPoolSize = 20 }.ConnectionString;

    /// <summary>Starts it if it does not run, and waits until it answers.</summary>
    /// <param name="server"><c>database</c> or <c>broker</c>.</param>
    public Task StartAsync(string server, CancellationToken cancellationToken) => RunAsync(["start", server], cancellationToken);

    /// <summary>SIGKILL to it and all its processes.</summary>
    public Task KillAsync(string server) => RunAsync("kill", server);

    /// <summary>SIGSTOP to it and all its processes.</summary>
    public Task FreezeAsync(string server) => RunAsync("freeze", server);

    /// <summary>SIGCONT to it and all its processes.</summary>
    public Task ThawAsync(string server) => RunAsync("thaw", server);

    /// <summary>Asks <c>rabbitmqctl</c>.</summary>
    public Task<string> AskBrokerAsync(params string[] arguments) => RunAsync(["rabbitmqctl", .. arguments]);

    /// <summary>Stops both and deletes their data.</summary>
    public async ValueTask DisposeAsync()
    {
        await RunAsync("thaw");
        await RunAsync("reset");
    }

    private static string Exported(string exports, string name) =>
        Export().Matches(exports).FirstOrDefault(match => match.Groups["name"].Value == name)?.Groups["value"].Value
        ?? throw new InvalidOperationException($"eng/servers.sh env does not tell {name}.");

    private Task<string> RunAsync(params string[] arguments) => RunAsync(arguments, CancellationToken.None);

    private async Task<string> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Path.Combine(SourceTree.Root, "eng", "servers.sh"), arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SERVERS_DIR"] = _folder;
        start.Environment["POSTGRES_PORT"] = _postgresPort.ToString(CultureInfo.InvariantCulture);
        start.Environment["RABBITMQ_PORT"] = _rabbitMqPort.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"eng/servers.sh {string.Join(' ', arguments)}: {await error}");
    }

    [GeneratedRegex("^export (?<name>[A-Z_]+)='(?<value>[^']*)'$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Export();
}
