using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using WebhookPlatform.Cli.Live;

namespace WebhookPlatform.Cli.Commands;

/// <summary><c>webhooks tail</c>: what the platform does, as it does it.</summary>
internal sealed class TailCommand
{
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

    private readonly Option<int?> _count = new("--count", "-n") { Description = "Stop after so many activities. Default: only Ctrl-C stops it.", HelpName = "n" };
    private readonly Option<bool> _json = new("--json") { Description = "Print each activity as one line of JSON." };

    public static Command Create(CliContext context)
    {
        var parts = new TailCommand();
        var command = new Command("tail", """
            Follows the dashboard's live stream and prints every activity: webhooks, events and their effects.
            Connects again by itself when the stream ends, and says so on standard error.
            """) { parts._url, parts._key, parts._count, parts._json };
        command.SetAction((parsed, cancellationToken) => parts.RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CliContext context, CancellationToken cancellationToken)
    {
        var address = Addresses.Live(context, parsed.GetValue(_url));
        var key = parsed.GetValue(_key) ?? context.Variable("Operator__ApiKey")
            ?? throw new CliException("The dashboard wants the operator key. Give it with --key, or set Operator__ApiKey (./run.sh prints it and writes it to .run/environment, which ./webhooks reads).");
        var left = parsed.GetValue(_count) ?? int.MaxValue;
        using var http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = Timeout.InfiniteTimeSpan };
        var stream = new LiveFeed(http, address, key, context.Time);
        try
        {
            await foreach (var activity in stream.FollowAsync(context.Error.WriteLine, cancellationToken))
            {
                Print(activity, context, parsed.GetValue(_json));
                if (--left <= 0)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is the usual end.
        }

        return ExitCodes.Ok;
    }

    private static void Print(Activity activity, CliContext context, bool asJson)
    {
        if (asJson)
        {
            context.Output.WriteLine(activity.Json);
            context.Output.Flush();
            return;
        }

        var at = activity.At is { } time ? time.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture) : "--:--:--";
        var outcome = activity.Outcome is { Length: > 0 } ended ? $"  [{Colour(ended)}]{Markup.Escape(ended)}[/]" : "";
        var recovered = activity.Recovered ? "  [blue]recovered[/]" : "";
        var words = string.Join(" · ", new[] { activity.Title, activity.Summary }.Where(text => !string.IsNullOrEmpty(text)));
        context.Console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"[grey]{at}[/]  {Markup.Escape(activity.Source ?? "-"),-18} [bold]{Markup.Escape(activity.Type ?? activity.Kind ?? "-"),-22}[/] {Markup.Escape(words)}{recovered}{outcome}"));
    }

    private static string Colour(string outcome) => outcome switch
    {
        _ when outcome.Contains("fail", StringComparison.OrdinalIgnoreCase)
            || outcome.Contains("reject", StringComparison.OrdinalIgnoreCase)
            || outcome.Contains("dead", StringComparison.OrdinalIgnoreCase) => "red",
        _ when outcome.Contains("duplicate", StringComparison.OrdinalIgnoreCase)
            || outcome.Contains("retry", StringComparison.OrdinalIgnoreCase) => "yellow",
        _ => "green",
    };
}
