using System.ComponentModel;
using System.Diagnostics;

namespace WebhookPlatform.Benchmarks.Machine;

/// <summary>Other programs, run to their end.</summary>
public static class Command
{
    /// <summary>What it says, trimmed.</summary>
    /// <exception cref="InvalidOperationException">It fails; tells its last words.</exception>
    public static async Task<string> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellationToken, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? (await output).Trim() : throw new InvalidOperationException($"{program} failed: {(await errors).Trim()}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>What it says, or null when it is not there or fails.</summary>
    public static async Task<string?> TryAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(program, arguments, cancellationToken);
        }
        catch (Exception absent) when (absent is Win32Exception or InvalidOperationException)
        {
            return null;
        }
    }
}
