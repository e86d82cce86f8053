using System.Globalization;

namespace WebhookPlatform.Simulators.Outages;

/// <summary>How a receiver behaves for a while.</summary>
/// <param name="Status">What it answers, or null when nobody is there.</param>
/// <param name="Latency">How long its answer takes.</param>
/// <param name="Share">The share of attempts, from 0 to 1, that meet this behaviour; the others meet <see cref="Up"/>.</param>
public sealed record ReceiverBehaviour(int? Status, TimeSpan Latency, double Share = 1)
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(50);

    /// <summary>Answers 200 within 50 ms.</summary>
    public static ReceiverBehaviour Up { get; } = new(200, Usual);

    /// <summary>Refuses connections.</summary>
    public static ReceiverBehaviour Down { get; } = new(null, TimeSpan.Zero);

    /// <summary>Takes every webhook and answers 200, but only after so long.</summary>
    public static ReceiverBehaviour Slow(TimeSpan latency) => new(200, latency);

    /// <summary>Answers so at once, and takes the webhook only when that is a 2xx.</summary>
    public static ReceiverBehaviour Answering(int status) => new(status, Usual);

    internal AttemptResult Receive() => new(Status, Latency, Status is >= 200 and <= 299);
}

/// <summary>What a receiver does when: phases one after another, and up whenever none says otherwise.</summary>
public sealed class ReceiverScript
{
    private readonly IReadOnlyList<Phase> _phases;

    private ReceiverScript(IReadOnlyList<Phase> phases) => _phases = phases;

    /// <summary>Always up.</summary>
    public static ReceiverScript AlwaysUp { get; } = new([]);

    /// <summary>When the receiver is up for good; <see cref="TimeSpan.MaxValue"/> when it never is.</summary>
    public TimeSpan Recovery => _phases.Where(phase => phase.Behaviour != ReceiverBehaviour.Up).Select(phase => phase.Until).DefaultIfEmpty().Max();

    /// <summary>When it is not up for the first time; null when it always is.</summary>
    public TimeSpan? FirstTrouble => _phases.FirstOrDefault(phase => phase.Behaviour != ReceiverBehaviour.Up)?.From;

    /// <summary>Up, then in trouble from a moment on for so long, then up again.</summary>
    public static ReceiverScript Outage(TimeSpan after, TimeSpan duration, ReceiverBehaviour behaviour) => new([new Phase(after, after + duration, behaviour)]);

    /// <summary>
    /// Reads phases such as <c>1h up, 3h down, 30m slow 20s, 2h status 503, fails 30%</c>: each a duration and a behaviour
    /// (<c>up</c>, <c>down</c>, <c>slow {duration}</c>, <c>status {code}</c>, <c>fails</c>), which a share may follow.
    /// The last phase may have no duration and then lasts to the end; otherwise the receiver is up after it.
    /// </summary>
    /// <exception cref="FormatException">Says which phase is not understood, and why.</exception>
    public static ReceiverScript Parse(string text)
    {
        var phases = new List<Phase>();
        var at = TimeSpan.Zero;
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        for (var part = 0; part < parts.Length; part++)
        {
            var words = parts[part].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var hasDuration = Durations.TryParse(words.FirstOrDefault(), out var duration);
            if (!hasDuration && part < parts.Length - 1)
            {
                throw new FormatException($"'{parts[part]}' has no duration: write it like '3h down'. Only the last phase may do without.");
            }

            var behaviour = ParseBehaviour(parts[part], words[(hasDuration ? 1 : 0)..]);
            var until = hasDuration ? at + duration : TimeSpan.MaxValue;
            phases.Add(new Phase(at, until, behaviour));
            at = until;
        }

        return new ReceiverScript(phases);
    }

    /// <summary>What the receiver does at a moment.</summary>
    public ReceiverBehaviour At(TimeSpan at)
    {
        foreach (var phase in _phases)
        {
            if (at >= phase.From && at < phase.Until)
            {
                return phase.Behaviour;
            }
        }

        return ReceiverBehaviour.Up;
    }

    /// <summary>Reads <c>94%</c> or <c>0.94</c>.</summary>
    public static bool TryParseShare(string text, out double share)
    {
        var isPercent = text.EndsWith('%');
        var isNumber = double.TryParse(isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out share);
        share = isPercent ? share / 100 : share;
        return isNumber && share is >= 0 and <= 1;
    }

    private static ReceiverBehaviour ParseBehaviour(string phase, string[] words)
    {
        var share = 1d;
        if (words is [.., ['0' or '1' or '2' or '3' or '4' or '5' or '6' or '7' or '8' or '9', .., '%'] percent])
        {
            words = words[..^1];
            if (!TryParseShare(percent, out share))
            {
                throw new FormatException($"'{phase}': a share is from 0% to 100%.");
            }
        }

        var behaviour = words switch
        {
            ["up"] => ReceiverBehaviour.Up,
            ["down"] => ReceiverBehaviour.Down,
            ["fails"] => ReceiverBehaviour.Answering(500),
            ["slow", var latency] when Durations.TryParse(latency, out var slow) => ReceiverBehaviour.Slow(slow),
            ["status", var code] when int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 200 and <= 599 => ReceiverBehaviour.Answering(status),
            _ => throw new FormatException($"'{phase}' is not understood. A phase is a duration and one of: up, down, slow 20s, status 503, fails; a share such as 30% may follow."),
        };
        return behaviour with { Share = share };
    }

    private sealed record Phase(TimeSpan From, TimeSpan Until, ReceiverBehaviour Behaviour);
}

/// <summary>A receiver that exists only as a script: no network, no waiting.</summary>
/// <param name="script">What it does when.</param>
/// <param name="random">Decides which attempts a share meets.</param>
public sealed class ScriptedReceiver(ReceiverScript script, Random random) : IWebhookReceiver
{
    public ValueTask<AttemptResult> ReceiveAsync(Attempt attempt, CancellationToken cancellationToken) => ValueTask.FromResult(Decide(attempt.At).Receive());

    /// <summary>The behaviour that an attempt at this moment meets. Draws on the random numbers when a share decides.</summary>
    public ReceiverBehaviour Decide(TimeSpan at)
    {
        var behaviour = script.At(at);
        return behaviour.Share >= 1 || random.NextDouble() < behaviour.Share ? behaviour : ReceiverBehaviour.Up;
    }
}
