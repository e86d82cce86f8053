using System.CommandLine;
using System.Globalization;
using WebhookPlatform.Simulators.Outages;

namespace WebhookPlatform.Cli.Commands;

/// <summary>What happens to the gateway, how much traffic there is and how long it lasts: the part of 'simulate' that needs no network.</summary>
internal sealed class OutageOptions
{
    private static readonly TimeSpan UsualOutage = TimeSpan.FromHours(3);
    private static readonly TimeSpan UsualStart = TimeSpan.FromHours(1);

    private readonly Option<TimeSpan?> _outage = Duration("--outage", "How long the gateway is away. Default: 3h.", "-o");
    private readonly Option<TimeSpan?> _after = Duration("--after", "When the outage begins. Default: 1h.");
    private readonly Option<TimeSpan?> _slow = Duration("--slow", "The gateway is not away but slow: it takes every webhook and answers after so long.");
    private readonly Option<int?> _status = new("--status") { Description = "The gateway is not away but answers this status code, e.g. 503.", HelpName = "code" };
    private readonly Option<double?> _failing = Parsed<double>("--failing", "Only this share of the attempts meets the outage, e.g. 94%.", "share", ReceiverScript.TryParseShare, "a share such as 94%");
    private readonly Option<string?> _script = new("--script")
    {
        Description = "Several phases instead of one outage: '1h up, 3h down, 30m slow 20s, 2h status 503, fails 30%'.",
        HelpName = "phases",
    };

    private readonly Option<double?> _rate = Parsed<double>("--rate", "How many events happen: 60/h, 5/m, 0.5/s. Default: 60/h.", "events", TryParseRate, "a rate such as 60/h or 5/m", "-r");
    private readonly Option<TimeSpan?> _lasting = Duration("--lasting", "How much time to simulate. Default: until every delayed event has had its next retry.");
    private readonly Option<double?> _speed = Parsed<double>("--speed", "How much faster than real time it runs: 1000x, or max for no waiting at all. Default: 1000x, with --dry-run max.", "factor", TryParseSpeed, "a factor such as 1000x, or max");

    public void AddTo(Command command)
    {
        _status.Require(status => status is null or (>= 300 and <= 599), "--status must be from 300 to 599.");
        foreach (var option in new Option[] { _outage, _after, _slow, _status, _failing, _script, _rate, _lasting, _speed })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_script) is not null && new Option[] { _outage, _after, _slow, _status, _failing }.Any(option => result.GetResult(option) is not null))
            {
                result.AddError("--script says everything about the outage: leave out --outage, --after, --slow, --status and --failing.");
            }

            if (result.GetResult(_slow) is not null && result.GetResult(_status) is not null)
            {
                result.AddError("Choose one of --slow and --status.");
            }
        });
    }

    /// <exception cref="CliException">The script is not understood.</exception>
    public ReceiverScript Script(ParseResult parsed)
    {
        try
        {
            return parsed.GetValue(_script) is { } script
                ? ReceiverScript.Parse(script)
                : ReceiverScript.Outage(parsed.GetValue(_after) ?? UsualStart, parsed.GetValue(_outage) ?? UsualOutage, Behaviour(parsed));
        }
        catch (FormatException exception)
        {
            throw new CliException("--script: " + exception.Message);
        }
    }

    /// <exception cref="CliException">The receiver never comes back, and no length is given.</exception>
    public OutagePlan Plan(ParseResult parsed, DeliveryPolicy policy, ReceiverScript script)
    {
        try
        {
            return new OutagePlan(policy, parsed.GetValue(_rate) ?? 60, parsed.GetValue(_lasting) ?? OutagePlan.LastingFor(policy, script));
        }
        catch (ArgumentException)
        {
            throw new CliException("With a script that does not end with the gateway up, say how much time to simulate: --lasting 2d.");
        }
    }

    /// <summary>Null: without waiting.</summary>
    public Pace? Pace(ParseResult parsed, double? otherwise, TimeProvider time) =>
        (parsed.GetValue(_speed) ?? otherwise) is { } speed && double.IsFinite(speed) ? new Pace(speed, time) : null;

    private ReceiverBehaviour Behaviour(ParseResult parsed)
    {
        var behaviour = parsed.GetValue(_slow) is { } slow ? ReceiverBehaviour.Slow(slow)
            : parsed.GetValue(_status) is { } status ? ReceiverBehaviour.Answering(status)
            : ReceiverBehaviour.Down;
        return behaviour with { Share = parsed.GetValue(_failing) ?? 1 };
    }

    private static Option<TimeSpan?> Duration(string name, string description, params string[] aliases) =>
        Parsed<TimeSpan>(name, description, "duration", (string text, out TimeSpan duration) => Durations.TryParse(text, out duration) && duration > TimeSpan.Zero, "a duration such as 3h, 90m, 2d or 20s", aliases);

    private static Option<T?> Parsed<T>(string name, string description, string helpName, TryParse<T> parse, string expected, params string[] aliases)
        where T : struct => new(name, aliases)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                if (result.Tokens is [var token] && parse(token.Value, out var value))
                {
                    return value;
                }

                result.AddError($"{name}: '{string.Join(' ', result.Tokens.Select(part => part.Value))}' is not {expected}.");
                return null;
            },
        };

    private static bool TryParseRate(string text, out double perHour)
    {
        var (number, factor) = text.Split('/', 2) switch
        {
            [var plain] => (plain, 1),
            [var each, "h"] => (each, 1),
            [var each, "m" or "min"] => (each, 60),
            [var each, "s"] => (each, 3600),
            _ => ("", 0),
        };
        var isNumber = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out perHour);
        perHour *= factor;
        return isNumber && perHour > 0;
    }

    private static bool TryParseSpeed(string text, out double speed)
    {
        if (text.Equals("max", StringComparison.OrdinalIgnoreCase))
        {
            speed = double.PositiveInfinity;
            return true;
        }

        return double.TryParse(text.TrimEnd('x', 'X'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out speed) && speed is > 0 and <= 1e9;
    }

    private delegate bool TryParse<T>(string text, out T value);
}
