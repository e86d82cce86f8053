using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace WebhookPlatform.TestKit;

/// <summary>One service as its users run it: a process of its own, which can be killed and started again.</summary>
/// <param name="name">In lower case, e.g. <c>gateway</c>.</param>
/// <param name="operatorKey">What <see cref="Operator"/> presents; the service must be configured with the same.</param>
/// <param name="environment">Its settings. It runs as in development, with migrations at start, unless they say otherwise.</param>
/// <param name="niceness">How far it stands back behind others on a busy machine: 0 not at all, 19 most.</param>
public sealed class ServiceProcess(string name, int port, string operatorKey, IReadOnlyDictionary<string, string> environment, int niceness = 0) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Process? _process;

    public Uri Address { get; } = new($"http://127.0.0.1:{port}");

    /// <summary>With the operator key.</summary>
    public HttpClient Operator { get; } = new()
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", operatorKey) },
    };

    /// <summary>A folder in which its log outlives it; without one the log is deleted at the end.</summary>
    public string? LogFolder { get; init; }

    /// <summary>Whether it has been started and has not ended since.</summary>
    public bool Runs => _process is { HasExited: false };

    /// <summary>The process's number.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public int Id => _process?.Id ?? throw new InvalidOperationException($"{name} does not run.");

    /// <summary>A port of this machine that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Start()
    {
        var folder = Path.Combine(SourceTree.Root, "src", $"WebhookPlatform.{char.ToUpperInvariant(name[0])}{name[1..]}");
        var program = Path.Combine(folder, "bin", SourceTree.Configuration, "net10.0", $"{Path.GetFileName(folder)}.dll");
        var start = new ProcessStartInfo { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] command = niceness == 0 ? ["dotnet", program] : ["nice", "-n", niceness.ToString(CultureInfo.InvariantCulture), "dotnet", program];
        start.FileName = command[0];
        foreach (var argument in command[1..])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Log(line.Data);
        _process.ErrorDataReceived += (_, line) => Log(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Ends when the service is ready; when it is not in time, fails with its last log lines.</summary>
    public async Task IsReady()
    {
        try
        {
            await Eventually.IsTrue(async () => (await Operator.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode, TimeSpan.FromSeconds(90));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{name} is not ready.\n{string.Join('\n', LastLines(30))}", late);
        }
    }

    /// <summary>The end of what it has written to its log.</summary>
    public IReadOnlyList<string> LastLines(int count)
    {
        lock (_gate)
        {
            return File.Exists(LogFile) ? [.. File.ReadLines(LogFile).TakeLast(count)] : [];
        }
    }

    /// <summary>SIGKILL: no farewell, no flushing.</summary>
    public void Kill()
    {
        _process?.Kill(entireProcessTree: true);
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        Operator.Dispose();
        if (LogFolder is null)
        {
            File.Delete(LogFile);
        }

        return ValueTask.CompletedTask;
    }

    private string LogFile => Path.Combine(LogFolder ?? Path.GetTempPath(), $"webhooks-{Environment.ProcessId}-{port}-{name}.log");

    private void Log(string? line)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                File.AppendAllText(LogFile, line + Environment.NewLine);
            }
        }
    }
}
