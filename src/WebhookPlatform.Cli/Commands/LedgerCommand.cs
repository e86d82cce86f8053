using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Spectre.Console;
using WebhookPlatform.Cli.Ledger;

namespace WebhookPlatform.Cli.Commands;

/// <summary><c>webhooks ledger</c>: whether the books balance, and if not, what is missing.</summary>
internal sealed class LedgerCommand
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Option<string?> _url = new("--url", "-u")
    {
        Description = "The dashboard's address. Default: WEBHOOKS_DASHBOARD, else " + Addresses.DefaultDashboard + ".",
        HelpName = "url",
    };

    private readonly Option<string?> _key = new("--key", "-k")
    {
        Description = "The operator key. Default: Operator__ApiKey from the environment.",
        HelpName = "key",
    };

    private readonly Option<int> _hours = new("--hours") { Description = "Hours to tell about.", HelpName = "n", DefaultValueFactory = _ => 24 };
    private readonly Option<bool> _json = new("--json") { Description = "Print the dashboard's answer as JSON, and nothing else." };

    public static Command Create(CliContext context)
    {
        var parts = new LedgerCommand();
        var command = new Command("ledger", """
            Says whether everything that was accepted is accounted for, by source and consumer, or what is missing, by id.
            A minute is audited one minute after its end. Exit code 0: balanced, 1: not.
            """) { parts._url, parts._key, parts._hours, parts._json };
        parts._hours.Require(hours => hours > 0, "--hours must be at least 1.");
        command.SetAction((parsed, cancellationToken) => parts.RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CliContext context, CancellationToken cancellationToken)
    {
        var address = Addresses.Ledger(context, parsed.GetValue(_url), parsed.GetValue(_hours));
        var key = parsed.GetValue(_key) ?? context.Variable("Operator__ApiKey")
            ?? throw new CliException("The dashboard wants the operator key. Give it with --key, or set Operator__ApiKey (./run.sh prints it and writes it to .run/environment, which ./webhooks reads).");
        var text = await FetchAsync(address, key, cancellationToken);
        var answer = Read(text, address);
        if (parsed.GetValue(_json))
        {
            await context.Output.WriteLineAsync(text);
        }
        else
        {
            Print(answer, context.Console);
        }

        return answer.Balanced ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<string> FetchAsync(Uri address, string key, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience };
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await response.Content.ReadAsStringAsync(cancellationToken),
                HttpStatusCode.Unauthorized => throw new CliException("The dashboard refuses the operator key."),
                var status => throw new CliException($"{address} answers {(int)status}. Is it the dashboard's address?"),
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new CliException($"The dashboard at {address} does not answer: {failure.Message} Is it running? Give another address with --url.");
        }
    }

    private static LedgerAnswer Read(string text, Uri address)
    {
        try
        {
            return JsonSerializer.Deserialize<LedgerAnswer>(text, Web) is { Sources: not null, Consumers: not null, Gaps: not null } answer ? answer : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new CliException($"{address} answers something that is no ledger. Is it the dashboard's address?");
        }
    }

    private static void Print(LedgerAnswer answer, IAnsiConsole console)
    {
        if (answer.Through is not { } through)
        {
            console.MarkupLine("Nothing has been audited yet: a minute of webhooks is looked at one minute after its end.");
            return;
        }

        var sources = Table("source", "received", "accepted", "recovered", "duplicates", "conflicts", "rejected", "refused", "difference", "missing");
        foreach (var row in answer.Sources)
        {
            sources.AddRow([Name(row.Source), .. Counts(row.Received, row.Accepted, row.Recovered, row.Duplicates, row.Conflicts, row.Rejected, row.Refused), Alarm(row.Difference), Alarm(row.Missing)]);
        }

        console.Write(sources);
        var consumers = Table("consumer", "source", "due", "delivered", "in flight", "dead", "missing");
        foreach (var row in answer.Consumers)
        {
            consumers.AddRow([Name(row.Consumer), Name(row.Source), .. Counts(row.Due, row.Delivered, row.InFlight, row.Dead), Alarm(row.Missing)]);
        }

        console.Write(consumers);
        if (answer.Gaps.Count > 0)
        {
            PrintGaps(answer.Gaps, console);
        }

        if (answer.Sources.Sum(row => row.Recovered) is > 0 and var recovered)
        {
            console.MarkupLine($"{recovered.ToString("N0", CultureInfo.InvariantCulture)} of the accepted were lost by their providers and recovered from their lists");
        }

        var verdict = answer.Balanced ? "[green]balanced[/]" : $"[red]{answer.Missing.ToString("N0", CultureInfo.InvariantCulture)} missing[/]";
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"{verdict}, audited through {through.UtcDateTime:yyyy-MM-dd HH:mm} UTC"));
    }

    private static void PrintGaps(IReadOnlyList<LedgerGapLine> gaps, IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("at", "lacks", "contract", "source", "minute (UTC)", "event", "delivery");
        foreach (var gap in gaps)
        {
            table.AddRow(
                Name(gap.Service),
                gap.Lacks is "dead" ? "[yellow]dead[/]" : $"[red]{Markup.Escape(gap.Lacks)}[/]",
                Name(gap.Contract),
                Name(gap.Source),
                gap.Minute.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                gap.EventId.ToString(),
                gap.DeliveryId.ToString());
        }

        console.Write(table);
    }

    // Names stand on the left, numbers on the right.
    private static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
        {
            table.AddColumn(column is "source" or "consumer" ? new TableColumn(column) : new TableColumn(column).RightAligned());
        }

        return table;
    }

    private static string Name(string text) => Markup.Escape(text);

    private static IEnumerable<string> Counts(params long[] counts) => counts.Select(count => count.ToString("N0", CultureInfo.InvariantCulture));

    private static string Alarm(long count) => count == 0 ? "0" : $"[red]{count.ToString("N0", CultureInfo.InvariantCulture)}[/]";
}
