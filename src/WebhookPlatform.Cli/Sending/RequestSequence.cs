using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Sending;

/// <summary>The webhooks of one source, one after another, with some of them delivered again. For one caller at a time.</summary>
/// <param name="made">Told of each webhook before it is sent.</param>
public sealed class RequestSequence(IProviderSimulator simulator, SimulationContext context, Func<SimulationContext, string> nextEvent, double duplicateRatio, Action<SignedRequest, SimulationContext>? made = null)
{
    /// <summary>Repeats come from the recent past, as a provider's retries do.</summary>
    private const int Remembered = 256;

    private readonly DuplicatePlan _duplicates = new(duplicateRatio);
    private readonly List<SignedRequest> _recent = [];
    private int _oldest;

    public IProviderSimulator Simulator => simulator;

    /// <summary>Makes the next webhook and says whether it repeats an earlier one.</summary>
    public (SignedRequest Request, bool IsRepeat) Next()
    {
        if (_duplicates.Next())
        {
            return (SignAgain(context.Pick(_recent)), true);
        }

        var request = Told(simulator.Create(nextEvent(context), context));
        if (_recent.Count < Remembered)
        {
            _recent.Add(request);
        }
        else
        {
            _recent[_oldest] = request;
            _oldest = (_oldest + 1) % Remembered;
        }

        return (request, false);
    }

    /// <summary>The same event with a signature of this moment.</summary>
    public SignedRequest SignAgain(SignedRequest request) => Told(simulator.Redeliver(request, context));

    private SignedRequest Told(SignedRequest request)
    {
        made?.Invoke(request, context);
        return request;
    }
}
