using WebhookPlatform.Simulators.Payloads;

namespace WebhookPlatform.Simulators;

/// <summary>
/// Remembers what one source has sent, so that a refund names a payment that happened
/// and a merge a pull request that was opened. Each is followed up at most once.
/// </summary>
public sealed class Story
{
    /// <summary>How many openings are kept: enough for variety, little enough for a sender that runs for weeks.</summary>
    public const int Capacity = 64;

    private readonly List<object> _openings = [];

    /// <summary>True when there is something to follow up.</summary>
    public bool HasOpening => _openings.Count > 0;

    public void Remember(object opening)
    {
        if (_openings.Count == Capacity)
        {
            _openings.RemoveAt(0);
        }

        _openings.Add(opening);
    }

    /// <summary>Takes one earlier opening of this type out of the story, or null when there is none.</summary>
    public T? Take<T>(Random random)
        where T : class
    {
        var candidates = _openings.OfType<T>().ToList();
        if (candidates.Count == 0)
        {
            return null;
        }

        var taken = candidates[random.Next(candidates.Count)];
        _openings.Remove(taken);
        return taken;
    }
}

/// <summary>A payment that a refund can refer to.</summary>
/// <param name="PaymentId">The provider's id of the payment.</param>
/// <param name="RelatedId">The charge (Stripe) or order (Razorpay) that belongs to it.</param>
/// <param name="Amount">In minor units.</param>
/// <param name="Currency">ISO 4217, upper case.</param>
/// <param name="Customer">Who paid.</param>
/// <param name="At">When, in Unix seconds.</param>
public sealed record EarlierPayment(string PaymentId, string RelatedId, long Amount, string Currency, Person Customer, long At);

/// <summary>A pull request that can be merged.</summary>
public sealed record EarlierPullRequest(long Id, int Number, string Title, string Branch, string HeadSha, Person Author, Repository Repository, DateTimeOffset At);
