using WebhookPlatform.Simulators.Outages;

namespace WebhookPlatform.UnitTests.Simulators.Outages;

/// <summary>Runs simulations and keeps what the receiver saw.</summary>
internal static class Outage
{
    public static TimeSpan Hour { get; } = TimeSpan.FromHours(1);

    public static DeliveryPolicy PolicyOf(string provider) => DeliveryPolicies.Find(provider) ?? throw new ArgumentException("No policy is known.", nameof(provider));

    /// <summary>An outage that begins after an hour, at six events an hour if nothing else is said.</summary>
    public static Task<(OutageReport Report, Recorder Seen)> RunAsync(string provider, TimeSpan duration, ReceiverBehaviour? behaviour = null, double rate = 6) =>
        RunAsync(PolicyOf(provider), ReceiverScript.Outage(Hour, duration, behaviour ?? ReceiverBehaviour.Down), rate);

    public static async Task<(OutageReport Report, Recorder Seen)> RunAsync(DeliveryPolicy policy, ReceiverScript script, double rate = 6, TimeSpan? lasting = null, int seed = 1)
    {
        var seen = new Recorder(new ScriptedReceiver(script, new Random(seed)));
        return (await RunAsync(policy, seen, rate, lasting ?? OutagePlan.LastingFor(policy, script)), seen);
    }

    public static Task<OutageReport> RunAsync(DeliveryPolicy policy, IWebhookReceiver receiver, double rate, TimeSpan lasting) =>
        new OutageSimulation(new OutagePlan(policy, rate, lasting), receiver).RunAsync(TestContext.Current.CancellationToken);
}

/// <summary>Keeps every attempt and its result.</summary>
internal sealed class Recorder(IWebhookReceiver inner) : IWebhookReceiver
{
    public List<(Attempt Attempt, AttemptResult Result)> Attempts { get; } = [];

    public HashSet<int> SettledEvents { get; } = [];

    public IEnumerable<TimeSpan> TimesOf(int eventNumber) => Attempts.Where(seen => seen.Attempt.Event == eventNumber).Select(seen => seen.Attempt.At);

    public async ValueTask<AttemptResult> ReceiveAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        var result = await inner.ReceiveAsync(attempt, cancellationToken);
        Attempts.Add((attempt, result));
        return result;
    }

    public void Settled(int eventNumber) => Assert.True(SettledEvents.Add(eventNumber), $"Event {eventNumber} was settled twice.");
}

/// <summary>Answers as a function of the attempt.</summary>
internal sealed class FunctionReceiver(Func<Attempt, int, ReceiverBehaviour> behave) : IWebhookReceiver
{
    private int _count;

    public ValueTask<AttemptResult> ReceiveAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        var behaviour = behave(attempt, _count++);
        return ValueTask.FromResult(new AttemptResult(behaviour.Status, behaviour.Latency, behaviour.Status is >= 200 and <= 299));
    }
}
