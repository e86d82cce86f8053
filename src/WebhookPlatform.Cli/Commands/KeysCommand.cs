using System.CommandLine;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Commands;

/// <summary><c>webhooks keys</c>: a secret for the simulator, and what the gateway has to be told to believe it.</summary>
internal sealed class KeysCommand
{
    private readonly Argument<string> _provider = TargetOptions.ProviderArgument();

    private readonly Option<string?> _source = new("--source", "-s")
    {
        Description = "The source's name. Default: the provider's.",
        HelpName = "name",
    };

    private readonly Option<string?> _url = new("--url")
    {
        Description = "For providers that sign the URL: the URL as the provider calls it. Default: http://localhost:5100/webhooks/{source}.",
        HelpName = "url",
    };

    private readonly Option<string?> _out = new("--out", "-o")
    {
        Description = "Where a private key is written, which 'webhooks send' then signs with. Default: {source}.pem.",
        HelpName = "file",
    };

    public static Command Create(CliContext context)
    {
        var parts = new KeysCommand();
        var command = new Command("keys", """
            Makes a secret for a provider and prints the source's settings for the gateway.

            Examples:
              webhooks keys stripe
              webhooks keys discord                 # writes discord.pem and prints the public key as Sources__discord__Secrets__0
              webhooks keys mtls --source partner   # writes partner.pem and prints the certificate's thumbprint

            The settings are printed as environment variables, one a line. A private key is never overwritten and never printed.
            """) { parts._provider, parts._source, parts._url, parts._out };
        command.SetAction((parsed, cancellationToken) => parts.RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CliContext context, CancellationToken cancellationToken)
    {
        var simulator = TargetOptions.Known(parsed.GetValue(_provider)!);
        var source = parsed.GetValue(_source) ?? simulator.Provider;
        var secret = simulator.Secret.Create();
        var simulation = new SimulationContext(secret, context.Time, new Random()) { Url = parsed.GetValue(_url) ?? Addresses.Webhook(context, null, source).AbsoluteUri };
        if (!simulator.Secret.IsShared)
        {
            var file = parsed.GetValue(_out) ?? source + ".pem";
            await WriteAsync(file, secret, cancellationToken);
            await context.Error.WriteLineAsync($"The private key is in {file}: keep it to yourself. 'webhooks send {simulator.Provider}{(string.Equals(source, simulator.Provider, StringComparison.Ordinal) ? "" : " --source " + source)}{(string.Equals(file, source + ".pem", StringComparison.Ordinal) ? "" : " --secret-file " + file)}' signs with it. The gateway needs:");
        }

        foreach (var (key, value) in simulator.SourceSettings(simulation))
        {
            await context.Output.WriteLineAsync($"Sources__{source}__{key.Replace(":", "__", StringComparison.Ordinal)}={value}");
        }

        foreach (var served in simulator.Serves(simulation))
        {
            await context.Error.WriteLineAsync($"The gateway will ask {served.Address} for what proves this key, and the real {simulator.Provider} does not know it: it is believed only where something else answers for {served.Address.Host}.");
        }

        return ExitCodes.Ok;
    }

    private static async Task WriteAsync(string file, string secret, CancellationToken cancellationToken)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using var writer = new StreamWriter(file, options);
            await writer.WriteAsync(secret.AsMemory(), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"'{file}' cannot be written: {exception.Message} Choose another file with --out.");
        }
    }
}
