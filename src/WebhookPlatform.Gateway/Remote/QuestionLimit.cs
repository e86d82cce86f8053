namespace WebhookPlatform.Gateway.Remote;

/// <summary>
/// How many requests to providers may be under way. Each is held for as long as its host takes to answer, so without a limit whoever names many certificates or payments of a dead host would have as many requests
/// wait there; and one host may only have a part of all, so that it leaves room for the others.
/// </summary>
/// <param name="mostOfOneHost">Requests to one host at a time.</param>
/// <param name="most">Requests to all hosts at a time.</param>
public sealed class QuestionLimit(int mostOfOneHost = 32, int most = 256)
{
    private readonly Dictionary<string, int> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _lock = new();
    private int _all;

    /// <summary>Requests to one host at a time.</summary>
    public int MostOfOneHost => mostOfOneHost;

    /// <summary>Requests to all hosts at a time.</summary>
    public int Most => most;

    /// <summary>Requests that are under way now.</summary>
    public int UnderWay
    {
        get
        {
            lock (_lock)
            {
                return _all;
            }
        }
    }

    /// <summary>Takes a place, which has to be given back.</summary>
    /// <exception cref="ProviderBusyException">There is none left.</exception>
    public void Enter(string host)
    {
        lock (_lock)
        {
            var here = _hosts.GetValueOrDefault(host);
            if (here >= mostOfOneHost || _all >= most)
            {
                throw new ProviderBusyException(host);
            }

            _hosts[host] = here + 1;
            _all++;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(string host)
    {
        lock (_lock)
        {
            _all--;
            if (--_hosts[host] is 0)
            {
                _hosts.Remove(host);
            }
        }
    }
}
