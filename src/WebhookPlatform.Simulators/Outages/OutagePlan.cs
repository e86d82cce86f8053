using System.Globalization;

namespace WebhookPlatform.Simulators.Outages;

/// <summary>What to simulate.</summary>
/// <param name="Policy">How the provider delivers.</param>
/// <param name="EventsPerHour">Events happen evenly at this rate, the first at the beginning.</param>
/// <param name="Lasting">How much virtual time to simulate. What is still being retried at its end is pending.</param>
public sealed record OutagePlan(DeliveryPolicy Policy, double EventsPerHour, TimeSpan Lasting)
{
    /// <summary>A simulation keeps a record of each event.</summary>
    public const int MostEvents = 1_000_000;

    /// <summary>How many columns the report's timeline has at most.</summary>
    public const int MostSteps = 60;

    private const double LowestRate = 0.001;
    private const double HighestRate = 3_600_000;

    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    private static readonly TimeSpan[] Steps =
    [
        .. new double[] { 1, 2, 5, 10, 15, 30 }.Select(TimeSpan.FromSeconds),
        .. new double[] { 1, 2, 5, 10, 15, 30 }.Select(TimeSpan.FromMinutes),
        .. new double[] { 1, 2, 3, 6, 12, 24 }.Select(TimeSpan.FromHours),
    ];

    /// <summary>The length of a step of the timeline: a round one of which at most <see cref="MostSteps"/> fit in.</summary>
    public TimeSpan StepLength => Steps.FirstOrDefault(step => Lasting / step <= MostSteps, TimeSpan.FromDays(Math.Ceiling(Lasting.TotalDays / MostSteps)));

    /// <summary>
    /// How long to simulate so that everything an outage delayed has had its next retry: until the receiver is up for good,
    /// the longest pause that an event of that age or the endpoint can be in, and an hour more.
    /// </summary>
    public static TimeSpan LastingFor(DeliveryPolicy policy, ReceiverScript script)
    {
        var recovery = script.Recovery;
        if (recovery == TimeSpan.MaxValue)
        {
            throw new ArgumentException("The receiver never comes back, so say how long to simulate.", nameof(script));
        }

        var trouble = recovery - (script.FirstTrouble ?? recovery);
        return recovery + policy.Retries.LongestGapUntil(trouble) + (policy.Disablement?.LongestPauseAfter(trouble) ?? TimeSpan.Zero) + policy.Timeout + Margin;
    }

    /// <summary>When the event of this number happens, the first at zero.</summary>
    internal TimeSpan TimeOf(int number) => new((long)Math.Round(number * (double)TimeSpan.TicksPerHour / EventsPerHour));

    /// <exception cref="ArgumentException">Says what is out of bounds.</exception>
    internal static void Validate(OutagePlan plan)
    {
        if (!(plan.EventsPerHour is >= LowestRate and <= HighestRate))
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The rate must be from {LowestRate} to {HighestRate:N0} events an hour."), nameof(plan));
        }

        if (plan.Lasting <= TimeSpan.Zero || plan.Lasting > Durations.Longest)
        {
            throw new ArgumentException($"The simulated time must be above 0 and at most {Durations.Text(Durations.Longest)}.", nameof(plan));
        }

        if (plan.Lasting.TotalHours * plan.EventsPerHour > MostEvents)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{plan.Lasting.TotalHours * plan.EventsPerHour:N0} events are too many: at most {MostEvents:N0} can be simulated. Choose a lower rate or a shorter time."), nameof(plan));
        }
    }
}

/// <summary>How fast virtual time passes. Requests themselves always run in real time.</summary>
/// <param name="Speed">Virtual seconds per real second.</param>
/// <param name="Time">The real clock to wait by.</param>
public sealed record Pace(double Speed, TimeProvider Time);
