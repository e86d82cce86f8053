using System.CommandLine;
using WebhookPlatform.Cli.Outages;
using WebhookPlatform.Cli.Sending;
using WebhookPlatform.Simulators;
using WebhookPlatform.Simulators.Outages;

namespace WebhookPlatform.Cli.Commands;

/// <summary><c>webhooks simulate</c>: what a provider does while the gateway is away, and what is missing afterwards.</summary>
internal sealed class SimulateCommand
{
    private const double UsualSpeed = 1000;

    private readonly TargetOptions _target = new();
    private readonly OutageOptions _outage = new();

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Send nothing: the gateway is simulated too. Needs no secret and takes no time.",
    };

    private readonly Option<bool> _realOutage = new("--real-outage")
    {
        Description = "Send every attempt and take the gateway's own answers: you stop it, or slow it down, while this runs. --outage then only decides how long to simulate.",
    };

    private readonly Option<string> _event = new("--event", "-e")
    {
        Description = "What happens, by the names 'webhooks list' shows; or 'random' (any but handshakes), or 'all' (each in turn).",
        HelpName = "event",
        DefaultValueFactory = _ => EventChoice.Random,
    };

    private readonly Option<string?> _to = new("--to", "-t")
    {
        Description = "The gateway's address, to which /webhooks/{source} is added, or a full address that is taken as it is. Default: WEBHOOKS_GATEWAY, else " + Addresses.DefaultGateway + ".",
        HelpName = "url",
    };

    private readonly Option<int?> _seed = new("--seed")
    {
        Description = "Makes the outcome repeatable, and the ids too: sending the same ones again makes duplicates.",
        HelpName = "n",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the result as one JSON object, and nothing else. Times are in seconds." };

    public static Command Create(CliContext context)
    {
        var parts = new SimulateCommand();
        var command = new Command("simulate", """
            Plays an outage of the gateway: what the provider retries, and when, what it gives up, and when it turns the endpoint off.

            The provider's published schedule runs on a virtual clock. What happens before and after the outage, and the retries that
            get through, are real signed requests to the gateway; what falls into the outage is not let through, or answered late.
            docs/outages.md has every provider's schedule and where it is published.

            Examples:
              webhooks simulate stripe --outage 3h
              webhooks simulate shopify --outage 5h --dry-run
              webhooks simulate slack --outage 90m --failing 97% --rate 1200/h --dry-run
              webhooks simulate github --slow 20s --outage 30m --speed max
              webhooks simulate adyen --script "1h up, 2d down, 6h status 503" --rate 10/m --dry-run --json

            Exit code 0 only when nothing was lost and the endpoint is still on.
            """);
        parts._target.AddTo(command);
        parts._outage.AddTo(command);
        foreach (var option in new Option[] { parts._dryRun, parts._realOutage, parts._event, parts._to, parts._seed, parts._json })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(parts._dryRun) && result.GetValue(parts._realOutage))
            {
                result.AddError("--dry-run sends nothing, so there can be no --real-outage.");
            }
        });
        command.SetAction((parsed, cancellationToken) => parts.RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CliContext context, CancellationToken cancellationToken)
    {
        var script = _outage.Script(parsed);
        var random = parsed.GetValue(_seed) is { } seed ? new Random(seed) : new Random();
        var report = parsed.GetValue(_dryRun)
            ? await DryRunAsync(parsed, script, random, context, cancellationToken)
            : await SendAsync(parsed, script, random, context, cancellationToken);
        return report.NothingLost && !report.EndedEarly ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private async Task<OutageReport> DryRunAsync(ParseResult parsed, ReceiverScript script, Random random, CliContext context, CancellationToken cancellationToken)
    {
        var provider = TargetOptions.Known(parsed.GetValue(_target.Provider)!).Provider;
        var plan = _outage.Plan(parsed, DeliveryPolicies.For(provider), script);
        var simulation = Simulation(plan, new ScriptedReceiver(script, random), _outage.Pace(parsed, null, context.Time), context);
        var report = await WatchAsync(simulation, plan, parsed, context, cancellationToken);
        await PrintAsync(report, script, parsed, context);
        return report;
    }

    private async Task<OutageReport> SendAsync(ParseResult parsed, ReceiverScript script, Random random, CliContext context, CancellationToken cancellationToken)
    {
        var target = _target.Resolve(parsed, context, parsed.GetValue(_to));
        var address = Addresses.Webhook(context, parsed.GetValue(_to), target.Source);
        var plan = _outage.Plan(parsed, DeliveryPolicies.For(target.Simulator.Provider), script);
        var requests = new RequestSequence(target.Simulator, target.Simulation(context.Time, random), Choose(target.Simulator, parsed.GetValue(_event)!), duplicateRatio: 0);
        using var sender = new WebhookSender(address, plan.Policy.Timeout, connections: 1, context.Time);
        var receiver = new GatewayReceiver(parsed.GetValue(_realOutage) ? null : new ScriptedReceiver(script, random), requests, sender, plan.Policy.Timeout, context.Time);
        var simulation = Simulation(plan, receiver, _outage.Pace(parsed, UsualSpeed, context.Time), context);
        try
        {
            var report = await WatchAsync(simulation, plan, parsed, context, cancellationToken);
            await PrintAsync(report, parsed.GetValue(_realOutage) ? null : script, parsed, context);
            foreach (var advice in receiver.Outcomes.Keys.Select(outcome => Advice.For(outcome, address, target.Source)).OfType<string>())
            {
                await context.Error.WriteLineAsync(advice);
            }

            return report;
        }
        catch (GatewayUnusableException exception)
        {
            throw new CliException($"Nothing was simulated, because the gateway takes no webhooks now. {Advice.For(exception.Outcome, address, target.Source)} Or simulate without it: --dry-run.", ExitCodes.Failed);
        }
    }

    private static OutageSimulation Simulation(OutagePlan plan, IWebhookReceiver receiver, Pace? pace, CliContext context)
    {
        try
        {
            return new OutageSimulation(plan, receiver, pace, context.Time.GetUtcNow());
        }
        catch (ArgumentException exception)
        {
            throw new CliException(TargetOptions.WithoutParameterName(exception));
        }
    }

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

    private Task<OutageReport> WatchAsync(OutageSimulation simulation, OutagePlan plan, ParseResult parsed, CliContext context, CancellationToken cancellationToken) =>
        context.IsTerminal && !parsed.GetValue(_json) ? OutageReportPrinter.WatchAsync(simulation, plan, context, cancellationToken) : simulation.RunAsync(cancellationToken);

    private async Task PrintAsync(OutageReport report, ReceiverScript? script, ParseResult parsed, CliContext context)
    {
        if (parsed.GetValue(_json))
        {
            await context.Output.WriteLineAsync(report.ToJson());
        }
        else
        {
            OutageReportPrinter.Print(report, script, context.Console);
        }
    }
}
