using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace WebhookPlatform.Simulators;

/// <summary>
/// Answers for the providers' own servers: certificates and keys, and what their APIs say about what a webhook tells of. A test puts it under the client with which its receiver asks them
/// (<c>AddHttpClient(…).ConfigurePrimaryHttpMessageHandler(() => standIn)</c>), and nothing leaves the machine. What it was not told of is answered 404. May be used by many at once.
/// </summary>
public sealed class ProviderStandIn : HttpMessageHandler
{
    private readonly ConcurrentDictionary<Uri, ServedDocument> _served = new();
    private readonly ConcurrentQueue<Uri> _asked = new();
    private readonly ConcurrentDictionary<string, bool> _dead = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every address that was asked for, in order.</summary>
    public IReadOnlyCollection<Uri> Asked => _asked;

    /// <summary>Answers with these.</summary>
    public void Serve(IEnumerable<ServedDocument> documents)
    {
        foreach (var document in documents)
        {
            _served[document.Address] = document;
        }
    }

    /// <summary>Answers with what proves all webhooks of the context's secret.</summary>
    public void Serve(IProviderSimulator simulator, SimulationContext context) => Serve(simulator.Serves(context));

    /// <summary>Answers with what proves this webhook; where it proves itself, that is nothing.</summary>
    public void Serve(IProviderSimulator simulator, SignedRequest webhook, SimulationContext context) => Serve(simulator.ServesAbout(webhook, context));

    /// <summary>From now on this host takes requests and answers none, until <see cref="Revive"/>.</summary>
    public void Kill(string host) => _dead[host] = true;

    /// <summary>From now on this host answers again.</summary>
    public void Revive(string host) => _dead.TryRemove(host, out _);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri ?? throw new ArgumentException("The request has no address.", nameof(request));
        _asked.Enqueue(address);
        if (_dead.ContainsKey(address.Host))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
        }

        return Answer(request, address);
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, Uri address)
    {
        if (!_served.TryGetValue(address, out var found))
        {
            return new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request };
        }

        if (found.Authorization is { } wanted && !(request.Headers.TryGetValues("Authorization", out var shown) && string.Equals(string.Join(',', shown), wanted, StringComparison.Ordinal)))
        {
            return new HttpResponseMessage(HttpStatusCode.Unauthorized) { RequestMessage = request };
        }

        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(found.Body)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(found.MediaType) } },
        };
    }
}
