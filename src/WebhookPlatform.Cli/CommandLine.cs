using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using WebhookPlatform.Cli.Commands;

namespace WebhookPlatform.Cli;

/// <summary>The tool as a whole: its verbs, and how their failures end.</summary>
public static class CommandLine
{
    private const string About = """
        Sends, lists and follows webhooks of a WebhookPlatform.

        Examples:
          webhooks send stripe payment_intent.succeeded
          webhooks send github random --count 12000 --rate 200 --duplicate-ratio 0.1
          webhooks demo --rate 5
          webhooks simulate stripe --outage 3h
          webhooks list
          webhooks tail
          webhooks ledger
          webhooks recover shop-payments --since 3d
          webhooks sign standard-webhooks --body payload.json
          webhooks keys discord

        Secrets and keys come from options or from the environment:
          Sources__{name}__Provider, Sources__{name}__Secrets__0   what 'send', 'demo', 'simulate' and 'sign' sign with
          Operator__ApiKey                                         what 'tail' and 'ledger' show the dashboard, 'recover' the gateway
          WEBHOOKS_GATEWAY, WEBHOOKS_DASHBOARD                     addresses, if not http://localhost:5100 and :5200
        ./run.sh writes them to .run/environment, and ./webhooks reads them from there.

        Exit codes: 0 all well, 1 some webhooks were not accepted, are missing or would be lost, 2 wrong usage.
        """;

    /// <summary>Parses and runs one command line and returns the exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CliContext context, CancellationToken cancellationToken)
    {
        var root = new RootCommand(About)
        {
            SendCommand.Create(context),
            DemoCommand.Create(context),
            SimulateCommand.Create(context),
            ListCommand.Create(context),
            TailCommand.Create(context),
            LedgerCommand.Create(context),
            RecoverCommand.Create(context),
            SignCommand.Create(context),
            KeysCommand.Create(context),
        };
        var parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var sentence in Sentences(parsed).Distinct(StringComparer.Ordinal))
            {
                await context.Error.WriteLineAsync(sentence);
            }

            var command = parsed.CommandResult.Command;
            await context.Error.WriteLineAsync($"See 'webhooks {(command is RootCommand ? "" : command.Name + " ")}--help'.");
            return ExitCodes.Usage;
        }

        if (parsed.CommandResult.Command is RootCommand)
        {
            // The overview shows what each verb is for; its own help has the examples.
            foreach (var command in root.Subcommands)
            {
                command.Description = command.Description?.Split('\n')[0].Trim();
            }
        }

        try
        {
            var configuration = new InvocationConfiguration { Output = context.Output, Error = context.Error, EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(configuration, cancellationToken);
        }
        catch (CliException exception)
        {
            await context.Error.WriteLineAsync(exception.Message);
            return exception.ExitCode;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A tool owes its user a sentence, whatever happened.
            await context.Error.WriteLineAsync($"Unexpected: {exception.Message} ({exception.GetType().Name}). Please report it with the command line you used.");
            return ExitCodes.Failed;
        }
    }

    // The parser names commands and .NET's types where a user looks for an argument and its form.
    private static IEnumerable<string> Sentences(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens is [var unknown, ..]
            ? [$"There is no command '{unknown}'."]
            : parsed.Errors.Select(error => error.SymbolResult switch
            {
                ArgumentResult { Tokens.Count: 0, Parent: CommandResult, Argument: var argument } => $"The argument <{argument.Name}> is missing.",
                OptionResult { Tokens: [var text, ..], Option: var option } when error.Message.StartsWith("Cannot parse argument", StringComparison.Ordinal) => $"{option.Name}: '{text.Value}' is not a number.",
                _ => error.Message,
            });
}
