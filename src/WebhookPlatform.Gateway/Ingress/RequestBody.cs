using System.Buffers;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>
/// A request's body in a rented buffer, with its share of the <see cref="BodyBudget"/>. Whoever keeps it beyond the request holds it meanwhile;
/// buffer and share go back when the last one has released it.
/// </summary>
public sealed class RequestBody(BodyBudget budget, byte[] buffer, int length, int taken)
{
    private int _holders = 1;

    /// <summary>A copy of bytes that did not come with a request, outside the budget: whoever makes one bounds how many there are.</summary>
    public static RequestBody CopyOf(ReadOnlyMemory<byte> bytes, BodyBudget budget)
    {
        var rented = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(rented);
        return new RequestBody(budget, rented, bytes.Length, taken: 0);
    }

    /// <summary>The bytes as they came; not to be touched after <see cref="Release"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    public void Hold() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            budget.Return(taken);
        }
    }
}
