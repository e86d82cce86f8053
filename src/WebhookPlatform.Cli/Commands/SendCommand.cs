using System.CommandLine;
using WebhookPlatform.Cli.Sending;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Commands;

/// <summary><c>webhooks send</c>: a number of signed webhooks, at a rate if wanted, and how they were answered.</summary>
internal sealed class SendCommand
{
    private const int ClosedLoopConcurrency = 8;
    private const int OpenLoopConcurrency = 512;

    private readonly TargetOptions _target = new();

    private readonly Argument<string> _event = new("event")
    {
        Description = "What happened, by the names 'webhooks list' shows; or 'random' (any but handshakes), or 'all' (each in turn).",
    };

    private readonly Option<int> _count = Positive("--count", "How many webhooks to send.", 1, "-n");
    private readonly Option<double?> _rate = new("--rate", "-r")
    {
        Description = "How many per second, on a fixed schedule that does not wait for answers; latency then counts from the scheduled moment. Default: as fast as the answers come.",
        HelpName = "per second",
    };

    private readonly Option<double> _duplicateRatio = new("--duplicate-ratio", "-d")
    {
        Description = "Which share of them, from 0 to 1, delivers an earlier event of this run again.",
        HelpName = "0..1",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<string?> _to = new("--to", "-t")
    {
        Description = "The gateway's address, to which /webhooks/{source} is added, or a full address that is taken as it is. Default: WEBHOOKS_GATEWAY, else " + Addresses.DefaultGateway + ".",
        HelpName = "url",
    };

    private readonly Option<string?> _standIn = new("--stand-in")
    {
        Description = $"For events that only the provider's API proves, such as mollie's classic: answers the gateway's questions about them here while sending, e.g. at {StandInServer.Usual.GetLeftPart(UriPartial.Authority)}. Default: Sources__{{source}}__Settings__ApiUrl from the environment, when it is on this machine.",
        HelpName = "url",
    };

    private readonly Option<int?> _concurrency = new("--concurrency", "-c")
    {
        Description = $"Most requests on their way at once. Default: {ClosedLoopConcurrency}, with --rate {OpenLoopConcurrency}.",
        HelpName = "n",
    };

    private readonly Option<int> _retries = new("--retries")
    {
        Description = "How often to try again after 429, 503 or no answer, waiting as Retry-After says or ever longer.",
        HelpName = "n",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<int> _timeout = Positive("--timeout", "Seconds to wait for an answer.", 30);
    private readonly Option<int?> _seed = new("--seed")
    {
        Description = "Makes the ids and amounts repeatable. The same seed against the same gateway sends the same event ids: expect duplicates.",
        HelpName = "n",
    };

    private readonly Option<bool> _story = new("--story")
    {
        Description = "Lets later events refer to earlier ones of this run: a refund to a payment, a merge to an opened pull request. For 'all' and 'random'.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the result as one JSON object, and nothing else." };

    public static Command Create(CliContext context)
    {
        var parts = new SendCommand();
        var command = new Command("send", """
            Sends webhooks, built and signed as the provider does.

            Examples:
              webhooks send stripe payment_intent.succeeded
              webhooks send stripe random --count 100 --story
              webhooks send hmac payment_success --source shop --header X-Shop-Signature
              webhooks send discord interaction.application_command     # after 'webhooks keys discord'
              webhooks send mollie classic --stand-in http://127.0.0.1:5290
              webhooks send github push --count 12000 --rate 200 --duplicate-ratio 0.1 --json

            Exit code 0 only when every webhook was answered 2xx.
            """);
        parts._target.AddTo(command);
        parts._event.CompletionSources.Add(completion => completion.ParseResult.GetValue(parts._target.Provider) is { } provider && SimulatorCatalog.Find(provider) is { } simulator
            ? simulator.Events.Select(known => new System.CommandLine.Completions.CompletionItem(known.Name))
            : []);
        command.Arguments.Add(parts._event);
        parts._rate.Require(rate => rate is null or > 0, "--rate must be above 0.");
        parts._duplicateRatio.Require(ratio => ratio is >= 0 and <= 1, "--duplicate-ratio must be from 0 to 1.");
        parts._concurrency.Require(concurrency => concurrency is null or > 0, "--concurrency must be at least 1.");
        parts._retries.Require(retries => retries >= 0, "--retries must not be negative.");
        foreach (var option in new Option[] { parts._count, parts._rate, parts._duplicateRatio, parts._to, parts._standIn, parts._concurrency, parts._retries, parts._timeout, parts._seed, parts._story, parts._json })
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => parts.RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CliContext context, CancellationToken cancellationToken)
    {
        var target = _target.Resolve(parsed, context, parsed.GetValue(_to));
        var address = Addresses.Webhook(context, parsed.GetValue(_to), target.Source);
        var random = parsed.GetValue(_seed) is { } seed ? new Random(seed) : new Random();
        var simulation = target.Simulation(context.Time, random, parsed.GetValue(_story) ? new Story() : null);
        var rate = parsed.GetValue(_rate);
        var concurrency = parsed.GetValue(_concurrency) ?? (rate is null ? ClosedLoopConcurrency : OpenLoopConcurrency);
        var plan = new LoadPlan(parsed.GetValue(_count), rate, concurrency, parsed.GetValue(_retries));
        var choice = Choose(target.Simulator, parsed.GetValue(_event)!);
        await using var unproven = UnprovenEvents.For(target, parsed.GetValue(_event)!, parsed.GetValue(_standIn), context.Time);
        if (unproven is not null)
        {
            await context.Error.WriteLineAsync(unproven.Announcement);
        }

        var requests = new RequestSequence(target.Simulator, simulation, choice, parsed.GetValue(_duplicateRatio), unproven is null ? null : unproven.Made);
        var warmUp = WarmUpRequest(target, context);
        using var sender = new WebhookSender(address, TimeSpan.FromSeconds(parsed.GetValue(_timeout)), concurrency, context.Time, warmUp.ClientCertificate);
        await WarmUp.RunAsync(warmUp, context.Time, cancellationToken);
        var run = new LoadRun(requests, sender, plan, context.Time);

        var report = parsed.GetValue(_json)
            ? await run.RunAsync(cancellationToken)
            : await LoadReportPrinter.WatchAsync(run, plan, $"{target.Simulator.Provider} → {address}", context, cancellationToken);
        if (parsed.GetValue(_json))
        {
            await context.Output.WriteLineAsync(report.ToJson());
        }
        else
        {
            LoadReportPrinter.Print(report, context.Console);
        }

        foreach (var advice in Advice.For(report, address, target, unproven))
        {
            await context.Error.WriteLineAsync(advice);
        }

        return report.Succeeded ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static SignedRequest WarmUpRequest(SigningTarget target, CliContext context) =>
        target.Simulator.Create(target.Simulator.Events[0].Name, target.Simulation(context.Time, new Random()));

    private static Func<SimulationContext, string> Choose(IProviderSimulator simulator, string choice)
    {
        try
        {
            return EventChoice.Parse(simulator, choice);
        }
        catch (ArgumentException exception)
        {
            throw new CliException(TargetOptions.WithoutParameterName(exception) + " Or say 'random' or 'all'.");
        }
    }

    private static Option<int> Positive(string name, string description, int otherwise, params string[] aliases)
    {
        var option = new Option<int>(name, aliases) { Description = description, HelpName = "n", DefaultValueFactory = _ => otherwise };
        option.Require(value => value > 0, name + " must be at least 1.");
        return option;
    }
}
