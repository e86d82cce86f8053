using System.Diagnostics;
using System.Globalization;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.Chaos.Cluster;

/// <summary>One of the processes of a service, and the supervisor's memory of it.</summary>
public sealed class Replica(string service, int number, ServiceProcess process)
{
    private readonly Lock _lock = new();
    private bool _killed;
    private int _holds;

    /// <summary>E.g. <c>gateway-1</c>.</summary>
    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"{service}-{number}");

    public string Service => service;

    public ServiceProcess Process => process;

    /// <summary>How often it ended although nobody had killed it.</summary>
    public int EndedByItself { get; private set; }

    /// <summary>SIGKILL. The supervisor leaves it down until <see cref="Release"/>.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            _holds++;
            _killed = true;
            process.Kill();
        }
    }

    /// <summary>The supervisor may start it again.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _holds--;
        }
    }

    /// <summary>SIGSTOP.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Starts it when it has ended and may run; what a supervisor does.</summary>
    public void Supervise()
    {
        lock (_lock)
        {
            if (_holds > 0 || process.Runs)
            {
                return;
            }

            EndedByItself += _killed ? 0 : 1;
            _killed = false;
            process.Start();
        }
    }

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await process.Operator.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task SignalAsync(string signal)
    {
        int id;
        lock (_lock)
        {
            if (!process.Runs)
            {
                return;
            }

            id = process.Id;
        }

        using var kill = System.Diagnostics.Process.Start(new ProcessStartInfo("bash", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{signal} {id}")]))!;
        await kill.WaitForExitAsync();
    }
}
