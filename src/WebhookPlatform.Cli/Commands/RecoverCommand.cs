using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Spectre.Console;
using WebhookPlatform.Cli.Recovery;

namespace WebhookPlatform.Cli.Commands;

/// <summary><c>webhooks recover</c>: has the gateway fetch what a provider says it sent and what did not come.</summary>
internal sealed class RecoverCommand
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Argument<string> _source = new("source") { Description = "The source's name, as in the gateway's configuration." };
    private readonly Option<string> _since = new("--since") { Description = "How far back to look: 90m, 12h, 3d, or a time like 2026-03-14T15:00Z.", HelpName = "time", Required = true };
    private readonly Option<string?> _until = new("--until") { Description = "The latest time to look at. Default: as late as possible, a few minutes ago.", HelpName = "time" };

    private readonly Option<string?> _url = new("--url", "-u")
    {
        Description = "The gateway's address. Default: WEBHOOKS_GATEWAY, else " + Addresses.DefaultGateway + ".",
        HelpName = "url",
    };

    private readonly Option<string?> _key = new("--key", "-k")
    {
        Description = "The operator key. Default: Operator__ApiKey from the environment.",
        HelpName = "key",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the gateway's answer as JSON, and nothing else." };

    public static Command Create(CliContext context)
    {
        var parts = new RecoverCommand();
        var command = new Command("recover", """
            Asks the provider of a source what it has sent, and lets in what did not come.
            The source needs Recovery settings in the gateway (Sources__{name}__Recovery__ApiKey and more, see the README).
            What is there already is not touched, so it may be repeated. Exit code 0: done, 1: given up.

            Examples:
              webhooks recover shop-payments --since 3d
              webhooks recover code --since 2026-03-14T15:00Z --until 2026-03-14T18:00Z
            """) { parts._source, parts._since, parts._until, parts._url, parts._key, parts._json };
        command.SetAction((parsed, cancellationToken) => parts.RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CliContext context, CancellationToken cancellationToken)
    {
        var now = context.Time.GetUtcNow();
        var since = Moment.Parse(parsed.GetRequiredValue(_since), "since", now);
        var until = parsed.GetValue(_until) is { } text ? Moment.Parse(text, "until", now) : (DateTimeOffset?)null;
        var source = parsed.GetRequiredValue(_source);
        var address = Addresses.Source(context, parsed.GetValue(_url), source);
        var key = parsed.GetValue(_key) ?? context.Variable("Operator__ApiKey")
            ?? throw new CliException("The gateway wants the operator key. Give it with --key, or set Operator__ApiKey (./run.sh prints it and writes it to .run/environment, which ./webhooks reads).");
        using var http = new HttpClient { Timeout = Patience };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        var begun = Read(await SendAsync(http, HttpMethod.Post, new Uri(address + "/recover"), new { since, until }, source, cancellationToken));
        var isQuiet = parsed.GetValue(_json);
        if (!isQuiet && begun.Since > since.AddMinutes(1))
        {
            context.Console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[yellow]Looking back to {begun.Since.UtcDateTime:yyyy-MM-dd HH:mm} UTC only: event ids from before are forgotten, so what came could not be told from what did not.[/]"));
        }

        var (answer, raw) = await FollowAsync(http, new Uri($"{address}/recoveries/{begun.Id}"), source, context, isQuiet, cancellationToken);
        if (isQuiet)
        {
            await context.Output.WriteLineAsync(raw);
        }
        else
        {
            Print(answer, context.Console);
        }

        return answer.Succeeded ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<(RecoveryAnswer Answer, string Raw)> FollowAsync(HttpClient http, Uri address, string source, CliContext context, bool isQuiet, CancellationToken cancellationToken)
    {
        string? told = null;
        while (true)
        {
            var raw = await SendAsync(http, HttpMethod.Get, address, null, source, cancellationToken);
            var answer = Read(raw);
            if (answer.IsOver)
            {
                return (answer, raw);
            }

            var progress = Progress(answer);
            if (!isQuiet && !string.Equals(progress, told, StringComparison.Ordinal))
            {
                context.Console.MarkupLine(progress);
                told = progress;
            }

            await Task.Delay(Pause, context.Time, cancellationToken);
        }
    }

    private static string Progress(RecoveryAnswer answer)
    {
        var counts = string.Create(CultureInfo.InvariantCulture, $"page {answer.Pages + 1:N0}: {answer.Listed:N0} listed, {answer.Recovered:N0} recovered");
        return answer is { Error: { } error, NextAttemptAt: { } next }
            ? string.Create(CultureInfo.InvariantCulture, $"{counts}; [yellow]{Markup.Escape(error)}[/] Goes on at {next.UtcDateTime:HH:mm:ss} UTC, also without this tool.")
            : counts;
    }

    private static async Task<string> SendAsync(HttpClient http, HttpMethod method, Uri address, object? body, string source, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK or HttpStatusCode.Accepted => text,
                HttpStatusCode.Unauthorized => throw new CliException("The gateway refuses the operator key."),
                HttpStatusCode.NotFound => throw new CliException($"The gateway has no source '{source}', or {address.GetLeftPart(UriPartial.Authority)} is not its address."),
                var status => throw new CliException(Sentence(text) ?? $"{address} answers {(int)status}. Is it the gateway's address?", status is HttpStatusCode.BadRequest ? ExitCodes.Usage : ExitCodes.Failed),
            };
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new CliException($"The gateway at {address.GetLeftPart(UriPartial.Authority)} does not answer: {failure.Message} Is it running? Give another address with --url.");
        }
    }

    private static RecoveryAnswer Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<RecoveryAnswer>(text, Web) is { State: not null } answer ? answer : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new CliException("What answers is no gateway. Give its address with --url.");
        }
    }

    // Problem details (RFC 9457): what is wrong with a field, else what is wrong.
    private static string? Sentence(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("errors", out var errors) && errors.EnumerateObject().FirstOrDefault() is { Value.ValueKind: JsonValueKind.Array } first
                ? $"{first.Name}: {string.Join(' ', first.Value.EnumerateArray().Select(sentence => sentence.GetString()))}"
                : json.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void Print(RecoveryAnswer answer, IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("source");
        foreach (var column in (string[])["listed by the provider", "known", "recovered", "unusable"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        table.AddRow(Markup.Escape(answer.Source), Count(answer.Listed), Count(answer.Known), answer.Recovered > 0 ? $"[green]{Count(answer.Recovered)}[/]" : "0", answer.Unusable > 0 ? $"[yellow]{Count(answer.Unusable)}[/]" : "0");
        console.Write(table);
        var span = string.Create(CultureInfo.InvariantCulture, $"between {answer.Since.UtcDateTime:yyyy-MM-dd HH:mm} and {answer.Until.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        console.MarkupLine(answer switch
        {
            { Succeeded: false } => $"[red]given up:[/] {Markup.Escape(answer.Error ?? "")} What was recovered until then stays; the next run finds the rest.",
            { Recovered: 0 } => $"[green]nothing was missed[/] {span}",
            _ => $"[green]{Count(answer.Recovered)} recovered[/] {span}: GET /api/deliveries?source={Markup.Escape(answer.Source)}&recovered=true lists them",
        });
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
