using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Sdks;

/// <summary>The Node project beside this file, installed once for each version of its lock file.</summary>
internal sealed class NodeProject
{
    private const int LeastNode = 18;
    private const string Remedy = "./test.sh installs it (Debian and Ubuntu: apt-get install --no-install-recommends nodejs npm).";

    private static readonly string[] Files = ["package.json", "package-lock.json", "sdks.mjs"];
    private static readonly string Source = Path.Combine(SourceTree.Root, "tests", "WebhookPlatform.IntegrationTests", "Sdks");

    private readonly string _folder;

    private NodeProject(string folder) => _folder = folder;

    /// <summary>Installs what the lock file says below <c>.run/sdks</c>, unless that was done before.</summary>
    /// <exception cref="InvalidOperationException">Node or npm is not there or too old, or the packages cannot be had; says what to do.</exception>
    public static async Task<NodeProject> InstallAsync(CancellationToken cancellationToken)
    {
        var version = (await RunAsync("node", ["--version"], Source, "", cancellationToken)).Trim();
        if (!int.TryParse(version.TrimStart('v').Split('.')[0], CultureInfo.InvariantCulture, out var major) || major < LeastNode)
        {
            throw new InvalidOperationException($"Node {version} is too old for the providers' libraries, which need {LeastNode} or newer.");
        }

        var content = await Task.WhenAll(Files.Select(file => File.ReadAllBytesAsync(Path.Combine(Source, file), cancellationToken)));
        var parent = Path.Combine(SourceTree.Root, ".run", "sdks");
        var folder = Path.Combine(parent, Convert.ToHexStringLower(SHA256.HashData([.. content.SelectMany(bytes => bytes)]))[..16]);
        if (!Directory.Exists(folder))
        {
            // Made elsewhere and moved when it is complete: a run that is interrupted leaves nothing half installed.
            var making = Directory.CreateDirectory($"{folder}.{Guid.NewGuid():N}").FullName;
            foreach (var file in Files)
            {
                File.Copy(Path.Combine(Source, file), Path.Combine(making, file));
            }

            await RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], making, "", cancellationToken);
            Settle(making, folder);
        }

        return new NodeProject(folder);
    }

    /// <summary>Runs the program once.</summary>
    /// <param name="input">Its tasks, as JSON.</param>
    /// <returns>Its results, as JSON.</returns>
    /// <exception cref="InvalidOperationException">It fails; tells its last words.</exception>
    public Task<string> RunAsync(string input, CancellationToken cancellationToken) => RunAsync("node", ["sdks.mjs"], _folder, input, cancellationToken);

    private static void Settle(string making, string folder)
    {
        try
        {
            Directory.Move(making, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another run was faster; both are the same.
            Directory.Delete(making, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string folder, string input, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(5));
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Start(start);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed in {folder}: {(await errors).Trim()}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception absent)
        {
            throw new InvalidOperationException($"These tests need {start.FileName}, which is not there. {Remedy}", absent);
        }
    }
}
