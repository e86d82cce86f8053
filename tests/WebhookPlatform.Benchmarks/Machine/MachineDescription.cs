using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

namespace WebhookPlatform.Benchmarks.Machine;

/// <summary>What figures were measured on.</summary>
public sealed record MachineDescription(
    string Processor, int Cores, double MemoryGiB, string Kernel, string Virtualization, string DotNet, string PostgreSql, string RabbitMq, string? Node, string FlushToDisk, string Commit)
{
    public static async Task<MachineDescription> ReadAsync(NpgsqlDataSource database, string rabbitMq, CancellationToken cancellationToken) => new(
        Processor: Fact("/proc/cpuinfo", "model name"),
        Cores: Environment.ProcessorCount,
        MemoryGiB: Math.Round(long.Parse(Fact("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture) / 1024.0 / 1024.0, 1),
        Kernel: (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease", cancellationToken)).Trim(),
        Virtualization: File.ReadLines("/proc/cpuinfo").Any(line => line.StartsWith("flags", StringComparison.Ordinal) && line.Contains(" hypervisor", StringComparison.Ordinal)) ? "virtual machine" : "none seen",
        DotNet: RuntimeInformation.FrameworkDescription,
        PostgreSql: await SettingsAsync(database, cancellationToken),
        RabbitMq: rabbitMq,
        Node: await Command.TryAsync("node", ["--version"], cancellationToken),
        FlushToDisk: await FlushTimeAsync(cancellationToken),
        Commit: await Command.TryAsync("git", ["-C", TestKit.SourceTree.Root, "describe", "--always", "--dirty"], cancellationToken) ?? "unknown");

    private static string Fact(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static async Task<string> SettingsAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            "SELECT current_setting('server_version') || ', ' || (SELECT string_agg(name || '=' || current_setting(name), ', ' ORDER BY name) FROM unnest(ARRAY['fsync', 'full_page_writes', 'max_wal_size', 'shared_buffers', 'synchronous_commit']) AS name)");
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    // The median of what a commit waits for, on the disk that the repository is on.
    private static async Task<string> FlushTimeAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(TestKit.SourceTree.Root, ".bench", "flush");
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.DeleteOnClose });
        var times = new List<double>();
        for (var at = 0; at < 200; at++)
        {
            await file.WriteAsync(new byte[8192], cancellationToken);
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            file.Flush(flushToDisk: true);
            times.Add(System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Reports.Statistics.Median(times):0.00} ms (median of 200 writes of 8 KiB)");
    }
}
