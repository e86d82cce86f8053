using System.CommandLine;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Commands;

/// <summary>The provider to imitate, the secret to sign with and what else a signature needs: what 'send' and 'sign' have in common.</summary>
internal sealed class TargetOptions
{
    public Argument<string> Provider { get; } = ProviderArgument();

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

    public Option<string?> SecretFile { get; } = new("--secret-file")
    {
        Description = "A file with the secret: for providers that sign with a private key, as 'webhooks keys' writes it. Default for those: {source}.pem.",
        HelpName = "file",
    };

    public Option<string?> Header { get; } = new("--header")
    {
        Description = "For hmac and token: the header that carries the signature or token. Default: Sources__{source}__Header from the environment, else X-Signature.",
        HelpName = "name",
    };

    public Option<string?> Url { get; } = new("--url")
    {
        Description = "For providers that sign the URL: the URL exactly as the gateway has it. Default: Sources__{source}__PublicUrl from the environment, else the address it is sent to.",
        HelpName = "url",
    };

    public Option<string[]> Settings { get; } = new("--setting")
    {
        Description = "A setting of the provider's own that goes into its webhooks, e.g. WebhookId=… for paypal. Default: Sources__{source}__Settings__{name} from the environment, else something made up.",
        HelpName = "name=value",
        DefaultValueFactory = _ => [],
    };

    /// <summary>The provider's name, with completion.</summary>
    public static Argument<string> ProviderArgument()
    {
        var argument = new Argument<string>("provider")
        {
            HelpName = "provider",
            Description = "Who to imitate: " + string.Join(", ", SimulatorCatalog.All.Select(simulator => simulator.Provider)) + ".",
        };
        argument.CompletionSources.Add(SimulatorCatalog.All.Select(simulator => simulator.Provider).ToArray());
        return argument;
    }

    /// <exception cref="CliException">There is no such provider.</exception>
    public static IProviderSimulator Known(string provider) => SimulatorCatalog.Find(provider)
        ?? throw new CliException($"There is no provider '{provider}' here. Choose one of: {string.Join(", ", SimulatorCatalog.All.Select(simulator => simulator.Provider))}; 'webhooks list' shows what they send.");

    public void AddTo(Command command)
    {
        command.Arguments.Add(Provider);
        foreach (var option in new Option[] { Source, Secret, SecretFile, Header, Url, Settings })
        {
            command.Options.Add(option);
        }

        Settings.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string[]>()?.FirstOrDefault(setting => setting.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong)
            {
                result.AddError($"--setting '{wrong}' is not of the form name=value.");
            }
        });
    }

    /// <summary>Finds simulator, source and secret, and tries the secret once.</summary>
    /// <param name="to">Where it is sent, as the user says; null for the default.</param>
    /// <exception cref="CliException">The provider is unknown, or there is no usable secret.</exception>
    public SigningTarget Resolve(ParseResult parsed, CliContext context, string? to = null)
    {
        var known = Known(parsed.GetValue(Provider)!);
        var source = SourceSettings.Choose(context.Variables, known.Provider, parsed.GetValue(Source));
        var settings = new Dictionary<string, string>(source.Settings, StringComparer.OrdinalIgnoreCase);
        foreach (var setting in parsed.GetValue(Settings)!)
        {
            var at = setting.IndexOf('=', StringComparison.Ordinal);
            settings[setting[..at]] = setting[(at + 1)..];
        }

        var url = parsed.GetValue(Url) ?? source.PublicUrl ?? Addresses.Webhook(context, to, source.Name).AbsoluteUri;
        var simulator = SimulatorCatalog.Find(known.Provider, parsed.GetValue(Header) ?? source.Header)!;
        var target = new SigningTarget(simulator, source.Name, FindSecret(parsed, simulator, source), url, settings);
        target.Try(context.Time);
        return target;
    }

    /// <summary>The message alone: which parameter of ours it was does not help the user.</summary>
    internal static string WithoutParameterName(ArgumentException exception) =>
        exception.ParamName is { } name ? exception.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : exception.Message;

    private string FindSecret(ParseResult parsed, IProviderSimulator simulator, SourceSettings source)
    {
        if (parsed.GetValue(Secret) is { } given)
        {
            return given;
        }

        if (parsed.GetValue(SecretFile) is { } file)
        {
            return Read(file, simulator.Secret.IsShared);
        }

        if (simulator.Secret.IsShared)
        {
            return source.Secret
                ?? throw new CliException($"There is no secret for source '{source.Name}'. Give one with --secret, or set Sources__{source.Name}__Secrets__0 (./run.sh and eng/dotenv.sh make some, which ./webhooks reads).");
        }

        var usual = source.Name + ".pem";
        return File.Exists(usual)
            ? Read(usual, isShared: false)
            : throw new CliException($"{simulator.Provider} signs with {simulator.Secret.Description}, which the gateway does not have. Make one with 'webhooks keys {simulator.Provider}{(string.Equals(source.Name, simulator.Provider, StringComparison.Ordinal) ? "" : " --source " + source.Name)}', which writes {usual} and says what the gateway has to know; or give one with --secret-file.");
    }

    private static string Read(string file, bool isShared)
    {
        try
        {
            var text = File.ReadAllText(file);
            return isShared ? text.TrimEnd('\r', '\n') : text;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"'{file}' cannot be read: {exception.Message} Give the file with the secret with --secret-file.");
        }
    }
}

/// <summary>Whom to imitate, where, with which secret.</summary>
/// <param name="Simulator">The provider.</param>
/// <param name="Source">The gateway's source.</param>
/// <param name="Secret">In the simulator's form.</param>
/// <param name="Url">The URL that a signature may cover.</param>
/// <param name="Settings">What only this provider has.</param>
internal sealed record SigningTarget(IProviderSimulator Simulator, string Source, string Secret, string Url, IReadOnlyDictionary<string, string> Settings)
{
    public SimulationContext Simulation(TimeProvider time, Random random, Story? story = null) =>
        new(Secret, time, random, story) { Url = Url, Settings = Settings };

    /// <summary>Tries the secret.</summary>
    /// <exception cref="CliException">It cannot be used.</exception>
    public void Try(TimeProvider time)
    {
        try
        {
            Simulator.Create(Simulator.Events[0].Name, Simulation(time, new Random()));
        }
        catch (ArgumentException exception)
        {
            throw new CliException($"The secret cannot be used for {Simulator.Provider}. {TargetOptions.WithoutParameterName(exception)} It has to be {Simulator.Secret.Description}.");
        }
    }
}
