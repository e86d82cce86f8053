using System.Diagnostics;
using WebhookPlatform.Benchmarks.Machine;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.Benchmarks.Contenders;

/// <summary>A program that takes webhooks, as a process of its own.</summary>
/// <param name="Remembers">Whether the same event twice is different work for it than two events.</param>
internal sealed record Contender(string Name, Uri Address, ProcessFamily Process, bool Remembers);

/// <summary>A contender that is not one of the platform's services.</summary>
internal sealed class ContenderProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ContenderProcess(Process process, Contender contender) => (_process, Contender) = (process, contender);

    public Contender Contender { get; }

    /// <summary>Runs a server that lives in this project.</summary>
    public static Task<ContenderProcess> StartOwnAsync(string name, int port, bool remembers, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken) =>
        StartAsync(name, port, remembers, new ProcessStartInfo("dotnet", [typeof(ContenderProcess).Assembly.Location, "serve", name]), environment, cancellationToken);

    /// <summary>Runs a program and waits until something listens on its port.</summary>
    public static async Task<ContenderProcess> StartAsync(
        string name, int port, bool remembers, ProcessStartInfo start, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        start.UseShellExecute = false;
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var process = Process.Start(start)!;
        var started = new ContenderProcess(process, new Contender(name, new Uri($"http://127.0.0.1:{port}"), new ProcessFamily(name, process.Id), remembers));
        try
        {
            using var client = new HttpClient();
            await Eventually.IsTrue(async () => (await client.GetAsync(started.Contender.Address, cancellationToken)).Version.Major > 0);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
