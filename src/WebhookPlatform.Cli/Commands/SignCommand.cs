using System.CommandLine;
using WebhookPlatform.Simulators;

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

    private readonly Option<string?> _out = new("--out", "-o")
    {
        Description = "For providers whose proof is in the body: where to write the signed body.",
        HelpName = "file",
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

            Where the proof is in the URL, the address to use is told on standard error; where it is in the body, the signed body is written to --out.

            Examples:
              webhooks sign stripe --body event.json
              webhooks sign github --event push --body push.json > headers
              webhooks sign adyen --body item.json --out signed.json
              curl -H @headers -H 'Content-Type: application/json' --data-binary @push.json http://localhost:5100/webhooks/github

            Send the same bytes (curl: --data-binary), and soon: most schemes sign the time and expire after five minutes.
            """);
        parts._target.AddTo(command);
        command.Options.Add(parts._body);
        command.Options.Add(parts._event);
        command.Options.Add(parts._id);
        command.Options.Add(parts._out);
        command.SetAction((parsed, cancellationToken) => parts.RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CliContext context, CancellationToken cancellationToken)
    {
        var target = _target.Resolve(parsed, context);
        var body = await ReadAsync(parsed.GetValue(_body)!, cancellationToken);
        var id = parsed.GetValue(_id) ?? "msg_" + Guid.CreateVersion7(context.Time.GetUtcNow()).ToString("N");
        var signed = Sign(target, new UnsignedRequest(body, id, parsed.GetValue(_event)), context);
        foreach (var (name, value) in signed.Headers)
        {
            await context.Output.WriteLineAsync($"{name}: {value}");
        }

        if (signed.Query.Length > 0)
        {
            await context.Error.WriteLineAsync($"Send it to {target.Url}{(target.Url.Contains('?', StringComparison.Ordinal) ? "&" : "?")}{signed.Query[1..]}");
        }

        if (!signed.Body.AsSpan().SequenceEqual(body))
        {
            await WriteAsync(parsed.GetValue(_out), target, signed.Body, cancellationToken);
        }

        return ExitCodes.Ok;
    }

    private static SignedRequest Sign(SigningTarget target, UnsignedRequest request, CliContext context)
    {
        if (target.Simulator.Proof.Place is ProofPlace.Connection)
        {
            throw new CliException($"{target.Simulator.Provider} signs nothing: the certificate is shown in the TLS handshake. With curl: --cert and --key with the file that 'webhooks keys {target.Simulator.Provider}' writes.");
        }

        try
        {
            return target.Simulator.Sign(request, target.Simulation(context.Time, new Random()));
        }
        catch (ArgumentException exception)
        {
            throw new CliException($"The body cannot be signed as {target.Simulator.Provider} does. {TargetOptions.WithoutParameterName(exception)}");
        }
    }

    private static async Task WriteAsync(string? path, SigningTarget target, byte[] body, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            throw new CliException($"{target.Simulator.Provider} puts its proof into the body ({target.Simulator.Proof}): say with --out where to write the signed one.");
        }

        try
        {
            await File.WriteAllBytesAsync(path, body, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"'{path}' cannot be written: {exception.Message} Choose another file with --out.");
        }
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
