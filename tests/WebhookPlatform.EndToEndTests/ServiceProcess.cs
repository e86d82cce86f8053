using System.Diagnostics;
using System.Net.Http.Headers;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.EndToEndTests;

/// <summary>One service as its users run it: a process of its own, which can be killed and started again.</summary>
public sealed class ServiceProcess(string name, int port, IReadOnlyDictionary<string, string> environment) : IAsyncDisposable
{
    private readonly string _log = Path.Combine(Path.GetTempPath(), $"webhooks-e2e-{Environment.ProcessId}-{name}.log");
    private Process? _process;

    public Uri Address { get; } = new($"http://127.0.0.1:{port}");

    /// <summary>With the operator key.</summary>
    public HttpClient Operator { get; } = new()
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Platform.OperatorKey) },
    };

    public void Start()
    {
        var folder = Path.Combine(Repository.Root, "src", $"WebhookPlatform.{char.ToUpperInvariant(name[0])}{name[1..]}");
        var program = Path.Combine(folder, "bin", Repository.Configuration, "net10.0", $"{Path.GetFileName(folder)}.dll");
        var start = new ProcessStartInfo("dotnet", program) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
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
            throw new TimeoutException($"{name} is not ready.\n{string.Join('\n', (await File.ReadAllLinesAsync(_log)).TakeLast(30))}", late);
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
        File.Delete(_log);
        return ValueTask.CompletedTask;
    }

    private void Log(string? line)
    {
        if (line is not null)
        {
            lock (_log)
            {
                File.AppendAllText(_log, line + Environment.NewLine);
            }
        }
    }
}
