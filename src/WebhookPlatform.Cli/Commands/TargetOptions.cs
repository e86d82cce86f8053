using System.CommandLine;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Commands;

/// <summary>The provider to imitate, the secret to sign with and the header to sign in: what 'send' and 'sign' have in common.</summary>
internal sealed class TargetOptions
{
    public Argument<string> Provider { get; } = new("provider")
    {
        HelpName = "provider",
        Description = "Who to imitate: " + string.Join(", ", SimulatorCatalog.All.Select(simulator => simulator.Provider)) + ".",
    };

    public Option<string?> Source { get; } = new("--source", "-s")
    {
        Description = "The source's name, the last part of /webhooks/{name}, and whose settings in the environment to use. Default: the source named like the provider, else the first source of that provider.",
        HelpName = "name",
    };

    public Option<string?> Secret { get; } = new("--secret")
    {
        Description = "The secret to sign with. Default: Sources__{source}__Secrets__0 from the environment, which does not show in the process list.",
        HelpName = "secret",
    };

    public Option<string?> Header { get; } = new("--header")
    {
        Description = "For hmac and token: the header that carries the signature or token. Default: Sources__{source}__Header from the environment, else X-Signature.",
        HelpName = "name",
    };

    public void AddTo(Command command)
    {
        Provider.CompletionSources.Add(SimulatorCatalog.All.Select(simulator => simulator.Provider).ToArray());
        command.Arguments.Add(Provider);
        command.Options.Add(Source);
        command.Options.Add(Secret);
        command.Options.Add(Header);
    }

    /// <summary>Finds simulator, source and secret, and tries the secret once.</summary>
    /// <exception cref="CliException">The provider is unknown, or there is no usable secret.</exception>
    public SigningTarget Resolve(ParseResult parsed, CliContext context)
    {
        var provider = parsed.GetValue(Provider)!;
        var known = SimulatorCatalog.Find(provider)
            ?? throw new CliException($"There is no provider '{provider}' here. Choose one of: {string.Join(", ", SimulatorCatalog.All.Select(simulator => simulator.Provider))}; 'webhooks list' shows what they send.");
        var source = SourceSettings.Choose(context.Variables, known.Provider, parsed.GetValue(Source));
        var secret = parsed.GetValue(Secret) ?? source.Secret
            ?? throw new CliException($"There is no secret for source '{source.Name}'. Give one with --secret, or set Sources__{source.Name}__Secrets__0 (./run.sh writes it to .run/environment, which ./webhooks reads).");
        var simulator = SimulatorCatalog.Find(known.Provider, parsed.GetValue(Header) ?? source.Header)!;
        Try(simulator, secret, context.Time);
        return new SigningTarget(simulator, source.Name, secret);
    }

    internal static void Try(IProviderSimulator simulator, string secret, TimeProvider time)
    {
        try
        {
            simulator.Sign([], secret, time.GetUtcNow(), "try");
        }
        catch (ArgumentException exception)
        {
            throw new CliException($"The secret cannot be used for {simulator.Provider}. {WithoutParameterName(exception)}");
        }
    }

    /// <summary>The message alone: which parameter of ours it was does not help the user.</summary>
    internal static string WithoutParameterName(ArgumentException exception) =>
        exception.ParamName is { } name ? exception.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : exception.Message;
}

/// <summary>Whom to imitate, where, with which secret.</summary>
internal sealed record SigningTarget(IProviderSimulator Simulator, string Source, string Secret);
