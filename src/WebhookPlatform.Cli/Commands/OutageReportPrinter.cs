using System.Globalization;
using Spectre.Console;
using WebhookPlatform.Simulators.Outages;

namespace WebhookPlatform.Cli.Commands;

/// <summary>Shows a simulated outage while it lasts, its course and what it did.</summary>
internal static class OutageReportPrinter
{
    private const string Heights = "▁▂▃▄▅▆▇█";
    private const int LabelWidth = 11;

    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs it under a progress bar that shows virtual time.</summary>
    public static async Task<OutageReport> WatchAsync(OutageSimulation simulation, OutagePlan plan, CliContext context, CancellationToken cancellationToken) =>
        await context.Console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask(plan.Policy.Provider, maxValue: plan.Lasting.TotalSeconds);
                var running = Task.Run(() => simulation.RunAsync(cancellationToken), CancellationToken.None);
                while (!running.IsCompleted)
                {
                    bar.Value = simulation.Clock.Elapsed.TotalSeconds;
                    bar.Description = $"{plan.Policy.Provider}, {Durations.Text(simulation.Clock.Elapsed)} of {Durations.Text(plan.Lasting)}";
                    await Task.WhenAny(running, Task.Delay(Refresh, context.Time, CancellationToken.None));
                }

                return await running;
            });

    /// <param name="report">What happened.</param>
    /// <param name="script">What the gateway did, or null when only the gateway knows.</param>
    /// <param name="console">Where to.</param>
    public static void Print(OutageReport report, ReceiverScript? script, IAnsiConsole console)
    {
        foreach (var (label, text) in About(report.Policy))
        {
            console.MarkupLine($"{label.PadRight(Math.Max(LabelWidth, report.Provider.Length + 2))}[grey]{Markup.Escape(text)}[/]");
        }

        console.WriteLine();
        PrintTimeline(report, script, console);
        console.WriteLine();
        console.Write(Figures(report));
        foreach (var sentence in Sentences(report))
        {
            console.MarkupLine(Markup.Escape(sentence.TrimEnd()));
        }
    }

    private static IEnumerable<(string Label, string Text)> About(DeliveryPolicy policy)
    {
        yield return (policy.Provider, policy.IsKnown ? policy.Sources[0].ToString() : "nothing published is known here: the least that may be relied on is assumed");
        yield return ("waits", PolicyText.Timeout(policy));
        yield return ("retries", PolicyText.Retries(policy));
        yield return ("turns off", PolicyText.Disablement(policy));
    }

    private static void PrintTimeline(OutageReport report, ReceiverScript? script, IAnsiConsole console)
    {
        if (script is not null)
        {
            // A step is in trouble when its middle is.
            var gateway = report.Steps.Select(step => script.At(step.At + (report.StepLength / 2)) == ReceiverBehaviour.Up ? '─' : '▒');
            console.MarkupLine($"{"gateway",-LabelWidth}[grey]{string.Concat(gateway)}[/]  ▒ in trouble");
        }

        Row(console, report, "received", "green", step => step.Received);
        Row(console, report, "failed", "red", step => step.Failed);
        Row(console, report, "retried", "yellow", step => step.Retried);
        Row(console, report, "lost", "magenta", step => step.Lost);
        var end = Durations.Text(report.StepLength * report.Steps.Count);
        console.MarkupLine($"[grey]{"",-LabelWidth}0{end.PadLeft(Math.Max(report.Steps.Count - 1, end.Length + 1))}[/]");
    }

    private static void Row(IAnsiConsole console, OutageReport report, string label, string colour, Func<OutageStep, int> count)
    {
        var most = report.Steps.Max(count);
        var bars = report.Steps.Select(step => count(step) switch
        {
            0 => ' ',
            var some => Heights[(int)Math.Ceiling((double)some * Heights.Length / most) - 1],
        });
        var legend = most == 0 ? "none" : $"at most {Whole(most)} in {Durations.Text(report.StepLength)}";
        console.MarkupLine($"{label,-LabelWidth}[{colour}]{string.Concat(bars)}[/]  {legend}");
    }

    private static Table Figures(OutageReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("what").AddColumn(new TableColumn("figure").RightAligned()).AddColumn("remark");
        Add(table, "events", report.Events, string.Create(CultureInfo.InvariantCulture, $"{report.EventsPerHour:0.##} an hour for {Durations.Text(report.Simulated)}"));
        Add(table, "  received at once", report.FirstTry, "", "green");
        Add(table, "  received late", report.Late, report.LatenessMax is { } latest ? $"half within {Durations.Text(report.LatenessMedian!.Value)}, the last {Durations.Text(latest)} late" : "", report.Late > 0 ? "yellow" : null);
        Add(table, "  lost", report.Lost, LossRemark(report), report.Lost > 0 ? "red" : "green");
        Add(table, "  still being retried", report.Pending, "");
        table.AddEmptyRow();
        Add(table, "attempts", report.Attempts, $"{Whole(report.Retries)} of them retries, {Whole(report.FailedAttempts)} failed");
        Add(table, "duplicates", report.Duplicates, report.Duplicates > 0 ? "taken before, but answered too late" : "");
        if (report.Recognized > 0)
        {
            Add(table, "  recognized by the gateway", report.Recognized, "", "green");
        }

        if (report.Unacknowledged > 0)
        {
            Add(table, "received, yet failed for the provider", report.Unacknowledged, "answered too late and not tried again");
        }

        if (report.Pauses > 0)
        {
            Add(table, "pauses by the provider", report.Pauses, "nothing is sent while one lasts", "yellow");
        }

        return table;
    }

    private static string LossRemark(OutageReport report) => string.Join(", ", new[]
    {
        (Count: report.GivenUp, Words: "given up"),
        (Count: report.Refused, Words: "not tried again after such a failure"),
        (Count: report.EndpointOff, Words: "because the endpoint was off"),
    }.Where(part => part.Count > 0).Select(part => $"{Whole(part.Count)} {part.Words}"));

    private static IEnumerable<string> Sentences(OutageReport report)
    {
        if (report.EndedEarly)
        {
            yield return $"Interrupted after {Durations.Text(report.Simulated)}.";
        }

        if (report.DisabledAt is { } off)
        {
            yield return $"{report.Provider} turned the endpoint off at {Durations.Text(off)}: {report.Policy.Disablement!.Text}. It sends nothing until you turn it on again.";
        }

        if (report.CaughtUpAt is { } caughtUp)
        {
            yield return $"The last late event came in at {Durations.Text(caughtUp)}.";
        }

        if (report is { LostFrom: { } from, LostUntil: { } until })
        {
            yield return $"To recover: {Whole(report.Lost)} events that happened from {Durations.Text(from)} to {Durations.Text(until)}. {(report.Policy.Recovery is { } how ? $"At {report.Provider}: {how}." : "")}";
        }
        else if (report.DisabledAt is null && report.Pending == 0)
        {
            yield return "Nothing was lost.";
        }
    }

    private static void Add(Table table, string what, int figure, string remark, string? colour = null) =>
        table.AddRow(Markup.Escape(what), colour is null || figure == 0 ? Whole(figure) : $"[{colour}]{Whole(figure)}[/]", $"[grey]{Markup.Escape(remark)}[/]");

    private static string Whole(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
