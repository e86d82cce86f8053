using System.Diagnostics;
using System.Globalization;
using WebhookPlatform.Benchmarks.Machine;

namespace WebhookPlatform.Benchmarks.Contenders;

/// <summary>A minimal Express endpoint, where Node and npm are there.</summary>
internal static class Express
{
    public const string Name = "express";

    /// <summary>Installs Express below <paramref name="folder"/> and starts it; null and the reason when that is not possible here.</summary>
    public static async Task<(ContenderProcess? Process, string? Absence)> TryStartAsync(string folder, int port, CancellationToken cancellationToken)
    {
        if (await Command.TryAsync("node", ["--version"], cancellationToken) is null)
        {
            return (null, "Node is not installed, so Express was left out.");
        }

        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Contenders", "express")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        if (!Directory.Exists(Path.Combine(folder, "node_modules", "express"))
            && await Command.TryAsync("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--loglevel=error"], cancellationToken) is null)
        {
            return (null, "Express could not be installed by npm, so it was left out.");
        }

        var start = new ProcessStartInfo("node", ["server.js"]) { WorkingDirectory = folder };
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PORT"] = port.ToString(CultureInfo.InvariantCulture), ["NODE_ENV"] = "production" };
        return (await ContenderProcess.StartAsync(Name, port, remembers: false, start, environment, cancellationToken), null);
    }
}
