using System.Globalization;
using Spectre.Console;
using WebhookPlatform.Cli.Sending;

namespace WebhookPlatform.Cli.Commands;

/// <summary>Shows a run while it lasts, and its result.</summary>
internal static class LoadReportPrinter
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs it under a progress bar if somebody watches.</summary>
    public static async Task<LoadReport> WatchAsync(LoadRun run, LoadPlan plan, string title, CliContext context, CancellationToken cancellationToken)
    {
        if (!context.IsTerminal || plan.Count == 1)
        {
            return await run.RunAsync(cancellationToken);
        }

        return await context.Console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask(Markup.Escape(title), maxValue: plan.Count);
                var running = run.RunAsync(cancellationToken);
                while (!running.IsCompleted)
                {
                    bar.Value = run.Completed;
                    await Task.WhenAny(running, Task.Delay(Refresh, context.Time, CancellationToken.None));
                }

                bar.Value = run.Completed;
                return await running;
            });
    }

    public static void Print(LoadReport report, IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("what").AddColumn(new TableColumn("figure").RightAligned());
        Row(table, "sent", Whole(report.Sent));
        Row(table, "accepted (2xx)", Whole(report.Accepted));
        Row(table, "  of these duplicates", Whole(report.Duplicates));
        foreach (var (outcome, count) in report.Outcomes)
        {
            Row(table, outcome.Length == 3 ? "status " + outcome : outcome, Whole(count), outcome is ['2', _, _] ? "green" : "red");
        }

        if (report.Retries > 0)
        {
            Row(table, "retries", Whole(report.Retries));
        }

        table.AddEmptyRow();
        Row(table, report.MeasuredFromSchedule ? "latency from the scheduled moment, p50" : "latency, p50", Milliseconds(report.LatencyMs.P50));
        Row(table, "  p95", Milliseconds(report.LatencyMs.P95));
        Row(table, "  p99", Milliseconds(report.LatencyMs.P99));
        Row(table, "  max", Milliseconds(report.LatencyMs.Max));
        Row(table, "throughput", report.ThroughputPerSecond.ToString("N1", CultureInfo.InvariantCulture) + " /s");
        Row(table, "time", report.ElapsedSeconds.ToString("N1", CultureInfo.InvariantCulture) + " s");
        console.Write(table);
    }

    private static void Row(Table table, string what, string figure, string? colour = null) =>
        table.AddRow(Markup.Escape(what), colour is null ? figure : $"[{colour}]{figure}[/]");

    private static string Whole(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(double value) => value.ToString("N2", CultureInfo.InvariantCulture) + " ms";
}
