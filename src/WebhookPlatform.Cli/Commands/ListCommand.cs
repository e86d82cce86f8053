using System.CommandLine;
using Spectre.Console;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Commands;

/// <summary><c>webhooks list</c>: what can be sent and what becomes of it.</summary>
internal static class ListCommand
{
    public static Command Create(CliContext context)
    {
        var what = new Argument<string>("what")
        {
            HelpName = "events|providers",
            Description = "'events' (each provider's events, and the domain event each becomes) or 'providers' (only the providers).",
            DefaultValueFactory = _ => "events",
        };
        what.AcceptOnlyFromAmong("events", "providers");
        var command = new Command("list", "Lists the providers, the events they can send, where the signature is, and the domain event each becomes.") { what };
        command.SetAction(parsed =>
        {
            context.Console.Write(parsed.GetValue(what) is "providers" ? Providers() : Events());
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Table Providers()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("provider", "proves itself by", "events");
        foreach (var simulator in SimulatorCatalog.All)
        {
            table.AddRow(simulator.Provider, Markup.Escape(simulator.Proof.ToString()), string.Join(", ", simulator.Events.Select(known => known.Name)));
        }

        return table;
    }

    private static Table Events()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("provider", "proves itself by", "event", "becomes", "what happened");
        foreach (var simulator in SimulatorCatalog.All)
        {
            foreach (var (known, index) in simulator.Events.Select((known, index) => (known, index)))
            {
                table.AddRow(
                    index == 0 ? $"[bold]{simulator.Provider}[/]" : "",
                    index == 0 ? Markup.Escape(simulator.Proof.ToString()) : "",
                    known.Name,
                    known.Becomes is { } becomes ? $"[green]{becomes}[/]" : known.IsHandshake ? "[grey]a handshake[/]" : known.IsUnproven ? "[grey]WebhookReceived only, where the provider knows of it[/]" : "[grey]WebhookReceived only[/]",
                    known.About);
            }
        }

        return table;
    }
}
