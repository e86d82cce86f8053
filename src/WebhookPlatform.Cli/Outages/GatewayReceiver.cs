using WebhookPlatform.Cli.Sending;
using WebhookPlatform.Simulators;
using WebhookPlatform.Simulators.Outages;

namespace WebhookPlatform.Cli.Outages;

/// <summary>
/// A real gateway behind a simulated outage: what the script lets through is sent, the rest never leaves. A webhook is made
/// and signed at the real moment of its first sending, and signed anew for each retry, so that its timestamps hold although
/// virtual time is hours away; the schedule alone is virtual. Answers take as long as they take in real time.
/// </summary>
/// <param name="outage">What is not let through, or answered late; null: everything is sent, the gateway itself is the outage.</param>
/// <param name="requests">Makes and signs the webhooks.</param>
/// <param name="sender">Sends them, with the provider's patience.</param>
/// <param name="patience">The provider's timeout.</param>
/// <param name="time">The real clock.</param>
public sealed class GatewayReceiver(ScriptedReceiver? outage, RequestSequence requests, WebhookSender sender, TimeSpan patience, TimeProvider time) : IWebhookReceiver
{
    private readonly Dictionary<int, SignedRequest> _sent = [];
    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);

    /// <summary>How many attempts were sent and what the gateway answered, by status code or error.</summary>
    public IReadOnlyDictionary<string, int> Outcomes => _outcomes;

    /// <exception cref="GatewayUnusableException">The first request that was sent was not accepted, although the gateway should be up.</exception>
    public async ValueTask<AttemptResult> ReceiveAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        var behaviour = outage?.Decide(attempt.At) ?? ReceiverBehaviour.Up;
        if (behaviour.Status is not (>= 200 and <= 299))
        {
            return new AttemptResult(behaviour.Status, behaviour.Latency, IsTaken: false);
        }

        var isAgain = _sent.TryGetValue(attempt.Event, out var request);
        request = _sent[attempt.Event] = isAgain ? requests.SignAgain(request!) : requests.Next().Request;
        var start = time.GetTimestamp();
        var outcome = await sender.SendAsync(request, requests.SignAgain, retries: 0, cancellationToken);
        var latency = time.GetElapsedTime(start);
        if (outage is not null && _outcomes.Count == 0 && !outcome.IsAccepted)
        {
            throw new GatewayUnusableException(outcome.Label);
        }

        _outcomes[outcome.Label] = _outcomes.GetValueOrDefault(outcome.Label) + 1;
        return new AttemptResult(outcome.Status, Virtual(outcome, latency, behaviour), outcome.IsAccepted, outcome.IsDuplicate);
    }

    public void Settled(int eventNumber) => _sent.Remove(eventNumber);

    private TimeSpan Virtual(SendOutcome outcome, TimeSpan latency, ReceiverBehaviour behaviour)
    {
        if (outcome is { Status: null, Error: WebhookSender.NoAnswerInTime })
        {
            return latency > patience ? latency : patience;
        }

        var slow = behaviour.Latency > ReceiverBehaviour.Up.Latency ? behaviour.Latency : TimeSpan.Zero;
        return latency > slow ? latency : slow;
    }
}

/// <summary>The gateway does not take the first webhook: what follows would show nothing.</summary>
public sealed class GatewayUnusableException(string outcome) : Exception($"The gateway does not accept webhooks: {outcome}.")
{
    /// <summary>The status code or the error.</summary>
    public string Outcome { get; } = outcome;
}
