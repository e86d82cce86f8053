using System.Text.Encodings.Web;
using System.Text.Json;
using Npgsql;
using WebhookPlatform.Benchmarks.Machine;
using WebhookPlatform.Benchmarks.Measures;
using WebhookPlatform.Benchmarks.Reports;

namespace WebhookPlatform.Benchmarks;

/// <summary>Takes the measures one after the other and writes the report anew after each, so that an interrupted run has told what it knew.</summary>
internal static class BenchmarkRun
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const double NoticeableShare = 0.05;

    /// <returns>0 when all goals were met, 1 when one was missed, 3 when a measure failed, 130 when interrupted.</returns>
    public static async Task<int> RunAsync(BenchmarkOptions options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Out);
        Directory.CreateDirectory(Workbench.Folder);
        await using var bench = new Workbench(options);
        var machine = await DescribeAsync(bench, cancellationToken);
        var reports = new List<MeasureReport>();
        var started = TimeProvider.System.GetUtcNow();
        foreach (var name in options.Measures)
        {
            reports.Add(await MeasureAsync(bench, name, cancellationToken));
            await WriteAsync(options, machine, started, reports);
            if (cancellationToken.IsCancellationRequested)
            {
                return 130;
            }
        }

        Console.WriteLine();
        foreach (var finding in reports.SelectMany(report => report.Findings))
        {
            Console.WriteLine($"{finding.Verdict,-7} {finding.Measure}: {finding.Measured}{(finding.Goal.Length == 0 ? "" : $"   (goal: {finding.Goal})")}");
        }

        Console.WriteLine($"\nThe report is {Path.Combine(options.Out, "performance.md")}");
        return reports.Any(report => report.Failure is not null) ? 3 : reports.Any(report => report.Findings.Any(finding => finding.IsMet is false)) ? 1 : 0;
    }

    private static async Task<MeasureReport> MeasureAsync(Workbench bench, string name, CancellationToken cancellationToken)
    {
        var measure = MeasureCatalog.Make(name);
        var report = new MeasureReport(name, measure.Title);
        Console.WriteLine($"==> {name}: {measure.Title}");
        // All that the benchmark consists of: this program with everything it starts, and the servers.
        var watch = UsageWatch.Start(new ProcessFamily("benchmark", Environment.ProcessId), bench.PostgreSql, bench.RabbitMq);
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            await measure.MeasureAsync(bench, report, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            report.Failure = "interrupted";
        }
        catch (Exception failure)
        {
            // One measure that fails must not cost the figures of the others.
            report.Failure = failure.GetBaseException().Message;
            await Console.Error.WriteLineAsync(failure.ToString());
        }

        report.Duration = TimeProvider.System.GetElapsedTime(began);
        report.Processors = watch.Processors;
        report.OthersShare = report.Processors.ShareBeside(watch.Used().Values.Aggregate((sum, used) => sum + used));
        if (report.OthersShare > NoticeableShare)
        {
            report.Notes.Add($"**The machine was shared:** other programs took {Words.Share(report.OthersShare)} of its processors, so absolute figures are lower than what it can do, and ratios are uncertain.");
        }

        return report;
    }

    private static async Task<MachineDescription> DescribeAsync(Workbench bench, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(await bench.CreateDatabaseAsync("description"));
        using var overview = JsonDocument.Parse(await bench.BrokerApi.GetStringAsync(new Uri("api/overview?disable_stats=true", UriKind.Relative), cancellationToken));
        var rabbitMq = $"{overview.RootElement.GetProperty("rabbitmq_version").GetString()} on Erlang {overview.RootElement.GetProperty("erlang_version").GetString()}";
        return await MachineDescription.ReadAsync(database, rabbitMq, cancellationToken);
    }

    private static async Task WriteAsync(BenchmarkOptions options, MachineDescription machine, DateTimeOffset started, List<MeasureReport> reports)
    {
        await File.WriteAllTextAsync(Path.Combine(options.Out, "performance.md"), MarkdownReport.Write(machine, options, started, reports), CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(options.Out, "performance.json"), JsonSerializer.Serialize(new
        {
            started,
            machine,
            options,
            measures = reports.Select(report => new { report.Name, report.Findings, report.Failure, seconds = report.Duration.TotalSeconds, report.Processors, report.OthersShare, report.Data }),
        }, Json), CancellationToken.None);
        foreach (var chart in reports.SelectMany(report => report.Charts))
        {
            await File.WriteAllTextAsync(Path.Combine(options.Out, chart.File), chart.Svg, CancellationToken.None);
        }
    }
}
