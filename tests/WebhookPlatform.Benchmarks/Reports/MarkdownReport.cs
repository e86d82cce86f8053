using System.Globalization;
using System.Text;
using WebhookPlatform.Benchmarks.Machine;

namespace WebhookPlatform.Benchmarks.Reports;

/// <summary>The report for people.</summary>
internal static class MarkdownReport
{
    public static string Write(MachineDescription machine, BenchmarkOptions options, DateTimeOffset at, IReadOnlyList<MeasureReport> measures)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Performance

            Measured on {at:yyyy-MM-dd HH:mm} UTC at `{machine.Commit}` by `./bench.sh {string.Join(' ', options.Measures)} --seconds {options.Seconds} --rounds {options.Rounds}`, everything on one machine: the services, PostgreSQL, RabbitMQ and the load generator.


            """);
        Summary(text, measures);
        foreach (var measure in measures)
        {
            Section(text, measure);
        }

        Machine(text, machine);
        return text.ToString();
    }

    private static void Summary(StringBuilder text, IReadOnlyList<MeasureReport> measures)
    {
        var rows = measures.SelectMany(measure => measure.Findings.Select(finding => (IReadOnlyList<string>)[finding.Measure, finding.Goal, finding.Measured, finding.Verdict])
            .Concat(measure.Failure is null ? [] : [[measure.Name, "", $"ended early: {measure.Failure}", "missed"]]));
        Table(text, ["measure", "goal", "measured", ""], rows);
    }

    private static void Section(StringBuilder text, MeasureReport measure)
    {
        text.Append(CultureInfo.InvariantCulture, $"## {measure.Title}\n\n");
        foreach (var chart in measure.Charts)
        {
            text.Append(CultureInfo.InvariantCulture, $"![{chart.Text}]({chart.File})\n\n");
        }

        foreach (var table in measure.Tables)
        {
            text.Append(CultureInfo.InvariantCulture, $"{table.Title}:\n\n");
            Table(text, table.Columns, table.Rows);
        }

        foreach (var note in measure.Notes)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {note}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"- Took {Words.Time(measure.Duration)}; the machine's processors were busy {Words.Share(measure.Processors.BusyShare)} of that time, {Words.Share(measure.OthersShare)} with programs that have nothing to do with the benchmark; the host took {Words.Share(measure.Processors.StolenShare)} away.\n\n");
    }

    private static void Machine(StringBuilder text, MachineDescription machine)
    {
        text.Append("## The machine\n\n");
        Table(text, ["", ""],
        [
            ["processor", $"{machine.Processor}, {machine.Cores} cores ({machine.Virtualization})"],
            ["memory", $"{Words.Number(machine.MemoryGiB)} GiB"],
            ["kernel", machine.Kernel],
            ["flush to disk", machine.FlushToDisk],
            [".NET", machine.DotNet],
            ["PostgreSQL", machine.PostgreSql],
            ["RabbitMQ", machine.RabbitMq],
            ["Node", machine.Node ?? "not installed"],
        ]);
    }

    private static void Table(StringBuilder text, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        Row(text, columns);
        Row(text, [.. columns.Select(_ => "---")]);
        foreach (var row in rows)
        {
            Row(text, row);
        }

        text.Append('\n');
    }

    private static void Row(StringBuilder text, IReadOnlyList<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" "))).Append(" |\n");
}
