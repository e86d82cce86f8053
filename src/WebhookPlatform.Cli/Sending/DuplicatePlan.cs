namespace WebhookPlatform.Cli.Sending;

/// <summary>Spreads duplicates evenly over a run, so that of every n webhooks n × ratio are repeats. The first never is.</summary>
public sealed class DuplicatePlan(double ratio)
{
    private long _asked;
    private long _duplicates;

    /// <summary>Whether the next webhook is to repeat an earlier one.</summary>
    public bool Next()
    {
        _asked++;
        // The small addition keeps 0.1 × 10 from becoming 0.999….
        if (_asked == 1 || _duplicates >= Math.Floor((_asked * ratio) + 1e-9))
        {
            return false;
        }

        _duplicates++;
        return true;
    }
}
