namespace WebhookPlatform.Simulators.Outages;

/// <summary>Takes the simulated provider's requests: a script, or something that sends them to a real gateway.</summary>
public interface IWebhookReceiver
{
    /// <summary>Answers one attempt. Called for one attempt at a time, in the order of their virtual times.</summary>
    ValueTask<AttemptResult> ReceiveAsync(Attempt attempt, CancellationToken cancellationToken);

    /// <summary>There will be no further attempt at this event: what was kept for it can be let go.</summary>
    void Settled(int eventNumber)
    {
    }
}

/// <summary>One attempt to deliver an event.</summary>
/// <param name="Event">The event's number, from 0, in the order they happened.</param>
/// <param name="Number">Which attempt it is, from 1.</param>
/// <param name="At">Virtual time since the simulation began.</param>
/// <param name="EventAt">When the event happened.</param>
public readonly record struct Attempt(int Event, int Number, TimeSpan At, TimeSpan EventAt);

/// <summary>What became of an attempt, seen from the receiver.</summary>
/// <param name="Status">The answer's status code, or null when there is none.</param>
/// <param name="Latency">Until the answer or the failure, in virtual time.</param>
/// <param name="IsTaken">The receiver has the event now, even if its answer comes too late.</param>
/// <param name="IsRecognized">The receiver says that it had the event before.</param>
public readonly record struct AttemptResult(int? Status, TimeSpan Latency, bool IsTaken, bool IsRecognized = false);
