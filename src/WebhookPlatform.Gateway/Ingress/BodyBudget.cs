namespace WebhookPlatform.Gateway.Ingress;

/// <summary>Bounds the memory that bodies under way take, so that many large ones at once are refused instead of ending the process.</summary>
public sealed class BodyBudget(long bytes)
{
    private long _free = bytes;

    /// <summary>Takes <paramref name="bytes"/> if so much is free.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _free, -bytes) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref _free, bytes);
        return false;
    }

    public void Return(int bytes) => Interlocked.Add(ref _free, bytes);
}
