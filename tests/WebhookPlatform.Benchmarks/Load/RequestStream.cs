namespace WebhookPlatform.Benchmarks.Load;

/// <summary>Requests in the order in which they are sent. For one thread.</summary>
public sealed class RequestStream
{
    private const int BlockSize = 4096;

    private readonly StripeRequests? _more;
    private readonly TimeProvider _clock;
    private readonly List<byte[]> _blocks = [];
    private readonly int _length;
    private readonly int _signed;
    private readonly bool _repeats;
    private readonly byte[] _own;
    private int _next;

    private RequestStream(StripeRequests requests, int signed, bool repeats = false, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        _length = requests.Length;
        _signed = signed;
        _repeats = repeats;
        _more = clock is null ? null : requests;
        _own = new byte[_length];
        for (var at = 0; at < signed; at++)
        {
            if (at % BlockSize == 0)
            {
                _blocks.Add(GC.AllocateUninitializedArray<byte>(Math.Min(BlockSize, signed - at) * _length));
            }

            requests.Next(_blocks[^1].AsSpan(at % BlockSize * _length));
        }
    }

    /// <summary>So many, signed beforehand.</summary>
    public static RequestStream Of(StripeRequests requests, int count) => new(requests, count);

    /// <summary>So many, signed beforehand and sent again and again: for receivers without a memory.</summary>
    public static RequestStream Around(StripeRequests requests, int count) => new(requests, count, repeats: true);

    /// <summary>Without end, each signed when it is sent: for moderate rates over long times.</summary>
    public static RequestStream Endless(StripeRequests requests, TimeProvider clock) => new(requests, 0, clock: clock);

    /// <summary>The next request's bytes, valid until the call after; empty when there are no more.</summary>
    public ReadOnlySpan<byte> Next()
    {
        if (_more is not null)
        {
            if (_next++ % BlockSize == 0)
            {
                _more.SignAt(_clock.GetUtcNow());
            }

            _more.Next(_own);
            return _own;
        }

        if (_next == _signed)
        {
            if (!_repeats)
            {
                return default;
            }

            _next = 0;
        }

        var at = _next++;
        return _blocks[at / BlockSize].AsSpan(at % BlockSize * _length, _length);
    }
}
