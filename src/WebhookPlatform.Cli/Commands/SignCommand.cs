using System.CommandLine;

namespace WebhookPlatform.Cli.Commands;

/// <summary><c>webhooks sign</c>: the headers that make any body acceptable, for curl and the like.</summary>
internal sealed class SignCommand
{
    private readonly TargetOptions _target = new();

    private readonly Option<string> _body = new("--body", "-b")
    {
        Description = "The file to sign, byte for byte, or - for standard input.",
        HelpName = "file|-",
        Required = true,
    };

    private readonly Option<string?> _event = new("--event", "-e")
    {
        Description = "The event's type, for providers that carry it in a header (github).",
        HelpName = "name",
    };

    private readonly Option<string?> _id = new("--id")
    {
        Description = "The event's id, for providers that carry it in a header. Default: a new one.",
        HelpName = "id",
    };

    public static Command Create(CliContext context)
    {
        var parts = new SignCommand();
        var command = new Command("sign", """
            Prints the headers that a provider would send with a body, one 'Name: value' a line.

            Examples:
              webhooks sign stripe --body event.json
              webhooks sign github --event push --body push.json > headers
              curl -H @headers -H 'Content-Type: application/json' --data-binary @push.json http://localhost:5100/webhooks/github

            Send the same bytes (curl: --data-binary), and soon: most schemes sign the time and expire after five minutes.
            """);
        parts._target.AddTo(command);
        command.Options.Add(parts._body);
        command.Options.Add(parts._event);
        command.Options.Add(parts._id);
        command.SetAction((parsed, cancellationToken) => parts.RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CliContext context, CancellationToken cancellationToken)
    {
        var target = _target.Resolve(parsed, context);
        var body = await ReadAsync(parsed.GetValue(_body)!, cancellationToken);
        var id = parsed.GetValue(_id) ?? "msg_" + Guid.CreateVersion7(context.Time.GetUtcNow()).ToString("N");
        foreach (var (name, value) in target.Simulator.Sign(body, target.Secret, context.Time.GetUtcNow(), id, parsed.GetValue(_event)))
        {
            await context.Output.WriteLineAsync($"{name}: {value}");
        }

        return ExitCodes.Ok;
    }

    private static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (path is not "-")
            {
                return await File.ReadAllBytesAsync(path, cancellationToken);
            }

            await using var input = Console.OpenStandardInput();
            using var buffer = new MemoryStream();
            await input.CopyToAsync(buffer, cancellationToken);
            return buffer.ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"'{path}' cannot be read: {exception.Message} Give a file with --body, or - for standard input.");
        }
    }
}
