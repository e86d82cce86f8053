using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using WebhookPlatform.Cli.Sending;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Commands;

/// <summary><c>webhooks demo</c>: an endless trickle of believable traffic.</summary>
internal sealed class DemoCommand
{
    private const double DuplicateRatio = 0.08;
    private const double WrongSignatureRatio = 0.02;

    private readonly Option<double> _rate = new("--rate", "-r")
    {
        Description = "How many per second on average; they come irregularly, as real ones do.",
        HelpName = "per second",
        DefaultValueFactory = _ => 2,
    };

    private readonly Option<int?> _count = new("--count", "-n") { Description = "Stop after so many. Default: only Ctrl-C stops it.", HelpName = "n" };
    private readonly Option<string?> _to = new("--to", "-t")
    {
        Description = "The gateway's address. Default: WEBHOOKS_GATEWAY, else " + Addresses.DefaultGateway + ".",
        HelpName = "url",
    };

    private readonly Option<int?> _seed = new("--seed") { Description = "Makes the traffic repeatable.", HelpName = "n" };

    public static Command Create(CliContext context)
    {
        var parts = new DemoCommand();
        var command = new Command("demo", """
            Sends a varied trickle of webhooks to every source of the environment, until Ctrl-C.

            Takes the sources that have Sources__{name}__Provider and Sources__{name}__Secrets__0: payments and their refunds, pull requests and their merges, messages, files, now and then the same
            event twice, and about one in fifty with a wrong signature, which the gateway must refuse with 401.
            """) { parts._rate, parts._count, parts._to, parts._seed };
        parts._rate.Require(rate => rate > 0, "--rate must be above 0.");
        command.SetAction((parsed, cancellationToken) => parts.RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CliContext context, CancellationToken cancellationToken)
    {
        var random = parsed.GetValue(_seed) is { } seed ? new Random(seed) : new Random();
        var sources = Sources(context, parsed.GetValue(_to), random);
        var mean = TimeSpan.FromSeconds(1 / parsed.GetValue(_rate));
        var left = parsed.GetValue(_count) ?? int.MaxValue;
        try
        {
            context.Console.MarkupLine($"[grey]Sending to {string.Join(", ", sources.Select(source => Markup.Escape(source.Name)))}. Ctrl-C stops.[/]");
            while (left-- > 0)
            {
                var answered = await SendOneAsync(sources[random.Next(sources.Count)], random, context, cancellationToken);
                // Exponential gaps make a Poisson stream. A gateway that is away gets a rest.
                var gap = mean * -Math.Log(1 - random.NextDouble());
                await Task.Delay(answered ? gap : gap + TimeSpan.FromSeconds(2), context.Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C is the usual end.
        }
        finally
        {
            foreach (var source in sources)
            {
                source.Sender.Dispose();
            }
        }

        return ExitCodes.Ok;
    }

    private static async Task<bool> SendOneAsync(DemoSource source, Random random, CliContext context, CancellationToken cancellationToken)
    {
        // Forgeries are of events outside the story: nothing genuine may refer to a payment that was refused.
        var isForged = random.NextDouble() < WrongSignatureRatio;
        var (request, isRepeat) = isForged ? source.Forgeries.Next() : source.Requests.Next();
        var start = context.Time.GetTimestamp();
        var outcome = await source.Sender.SendAsync(request, source.Requests.SignAgain, retries: 0, cancellationToken);
        var elapsed = context.Time.GetElapsedTime(start);
        Log(context, source, request, outcome, elapsed, isRepeat ? "delivered again" : isForged ? "wrong signature on purpose" : "", isForged);
        return outcome.Status is not null;
    }

    private static void Log(CliContext context, DemoSource source, SignedRequest request, SendOutcome outcome, TimeSpan elapsed, string remark, bool isForged)
    {
        var isExpected = isForged ? outcome.Status is 401 : outcome.IsAccepted;
        var advice = isExpected ? null : Advice.For(outcome.Label, source.Address, source.Name);
        var time = context.Time.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var answer = outcome.IsDuplicate ? outcome.Label + " duplicate" : outcome.Label;
        context.Console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"[grey]{time}[/]  {Markup.Escape(source.Name),-18} {Markup.Escape(request.EventType),-30} [{(isExpected ? "green" : "red")}]{Markup.Escape(answer),-14}[/] {elapsed.TotalMilliseconds,7:F1} ms  [grey]{Markup.Escape(advice ?? remark)}[/]"));
    }

    private static List<DemoSource> Sources(CliContext context, string? to, Random random)
    {
        var sources = new List<DemoSource>();
        foreach (var settings in SourceSettings.Read(context.Variables))
        {
            // What a private key proves cannot be had from the gateway's settings.
            if (settings is not { Provider: { } provider, Secret: { } secret } || SimulatorCatalog.Find(provider, settings.Header) is not { Secret.IsShared: true } simulator)
            {
                continue;
            }

            var address = Addresses.Webhook(context, to, settings.Name);
            var genuine = new SigningTarget(simulator, settings.Name, secret, settings.PublicUrl ?? address.AbsoluteUri, settings.Settings);
            genuine.Try(context.Time);
            var forger = genuine with { Secret = simulator.Secret.Create() };
            sources.Add(new DemoSource(settings.Name, address, Sequence(genuine, new Story(), DuplicateRatio), Sequence(forger, story: null, duplicateRatio: 0), new WebhookSender(address, TimeSpan.FromSeconds(30), connections: 4, context.Time)));

            RequestSequence Sequence(SigningTarget target, Story? story, double duplicateRatio) => new(
                simulator, target.Simulation(context.Time, random, story), EventChoice.Parse(simulator, EventChoice.Random), duplicateRatio);
        }

        return sources.Count > 0
            ? sources
            : throw new CliException("No source in the environment has a secret. Start the platform with ./run.sh and use ./webhooks beside it, or set Sources__stripe__Provider=stripe and Sources__stripe__Secrets__0.");
    }

    private sealed record DemoSource(string Name, Uri Address, RequestSequence Requests, RequestSequence Forgeries, WebhookSender Sender);
}
