using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace WebhookPlatform.Gateway.Rejections;

/// <summary>The last rejections, gathered in memory and written in the background: whoever floods us with bad requests must not reach the database with each.</summary>
public sealed class RejectionLog
{
    /// <summary>The source's name where a request names none that is configured.</summary>
    public const string UnknownSource = "(unknown)";

    private const int Capacity = 500;
    private static readonly Meter Metrics = new("WebhookPlatform.Gateway");
    private static readonly Counter<long> Rejected = Metrics.CreateCounter<long>("ingress.rejected", "{request}", "Requests not accepted, by source and status; reasons are for operators only.");

    private readonly ConcurrentQueue<Rejection> _waiting = [];

    public void Add(Rejection rejection)
    {
        Rejected.Add(1, new("source", rejection.Source), new("status", rejection.Status));
        if (_waiting.Count < Capacity)
        {
            _waiting.Enqueue(rejection);
        }
    }

    internal IReadOnlyList<Rejection> Take()
    {
        var taken = new List<Rejection>();
        while (_waiting.TryDequeue(out var rejection))
        {
            taken.Add(rejection);
        }

        return taken;
    }

    internal void Return(IReadOnlyList<Rejection> rejections)
    {
        foreach (var rejection in rejections.Take(Capacity - _waiting.Count))
        {
            _waiting.Enqueue(rejection);
        }
    }
}
