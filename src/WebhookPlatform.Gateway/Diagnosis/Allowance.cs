namespace WebhookPlatform.Gateway.Diagnosis;

/// <summary>So many at once, and then so many a second.</summary>
internal sealed class Allowance(int atOnce, double perSecond, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private double _left = atOnce;
    private long _at = clock.GetTimestamp();

    public bool TryTake()
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            _left = Math.Min(atOnce, _left + clock.GetElapsedTime(_at, now).TotalSeconds * perSecond);
            _at = now;
            if (_left < 1)
            {
                return false;
            }

            _left--;
            return true;
        }
    }
}
