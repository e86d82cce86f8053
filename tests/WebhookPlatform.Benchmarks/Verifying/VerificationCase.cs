using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Benchmarks.Verifying;

/// <summary>A request of about 1 KB that a simulator has signed, and the source that believes it.</summary>
public sealed class VerificationCase : IDisposable
{
    /// <summary>The body's size in bytes, unless the provider's own payload is larger already.</summary>
    public const int BodySize = 1024;

    private readonly Source _source;
    private readonly RawRequest _request;
    private readonly DateTimeOffset _now;
    private readonly ProviderQueries _queries;

    private VerificationCase(Source source, RawRequest request, DateTimeOffset now, IReadOnlyDictionary<Uri, string> served)
    {
        _source = source;
        _request = request;
        _now = now;
        _queries = new ProviderQueries(new ServedAnswers(served), TimeProvider.System);
    }

    /// <summary>Whether the proof is made with a private key, see <see cref="IWebhookProvider.UsesPublicKey"/>.</summary>
    public bool UsesPublicKey => _source.Provider.UsesPublicKey;

    public int BodyBytes => _request.Body.Length;

    /// <summary>The first webhook that the simulator can send, with a body of <see cref="BodySize"/>.</summary>
    /// <exception cref="InvalidOperationException">The source that the simulator needs cannot be made.</exception>
    public static VerificationCase Of(IProviderSimulator simulator)
    {
        var now = TimeProvider.System.GetUtcNow();
        var secret = SecretOf(simulator.Provider);
        var context = new SimulationContext(secret, TimeProvider.System, new Random(1));
        var request = simulator.Create(simulator.Events.First(known => !known.IsHandshake).Name, context);
        request = simulator.Redeliver(request with { Body = Pad(request.Body) }, secret, now);
        var options = new SourceOptions { Provider = simulator.Provider, Secrets = [secret], PublicUrl = $"https://hooks.example.com/webhooks/{simulator.Provider}" };
        var (source, problems) = SourceFactory.Create("measured", options, SourceOrigin.Configuration);
        return source is null
            ? throw new InvalidOperationException($"{simulator.Provider}: {string.Join(' ', problems)}")
            : new VerificationCase(source, new RawRequest("POST", "", HeadersOf(request.Headers), request.Body) { Url = source.Provider.NeedsUrl ? source.PublicUrl! : "" }, now, new Dictionary<Uri, string>());
    }

    /// <summary>What the gateway does with each request. What the provider is asked for is asked the first time and remembered.</summary>
    public Verification Verify()
    {
        if (_source.Provider is not IRemoteProvider remote)
        {
            return _source.Provider.Verify(_request, _source, _now);
        }

        var verifying = remote.VerifyAsync(_request, _source, _queries, _now, CancellationToken.None);
        return verifying.IsCompletedSuccessfully ? verifying.Result : verifying.AsTask().GetAwaiter().GetResult();
    }

    public void Dispose() => _queries.Dispose();

    /// <summary>Fills a body up to <see cref="BodySize"/> in a way that its format allows.</summary>
    internal static byte[] Pad(byte[] body)
    {
        var first = body.AsSpan().TrimStart(" \t\r\n"u8);
        var (before, after) = first switch
        {
            [(byte)'{', ..] => ("{\"padding\":\"", "\","),
            [(byte)'[', ..] => ("[", ""),
            _ => ("padding=", "&"),
        };
        var kept = first is [(byte)'{' or (byte)'[', ..] ? first[1..] : first;
        var missing = BodySize - before.Length - after.Length - kept.Length;
        return missing <= 0 ? body : [.. Encoding.ASCII.GetBytes(before + new string(first is [(byte)'[', ..] ? ' ' : 'x', missing) + after), .. kept];
    }

    private static string SecretOf(string provider) => provider is "chargebee" ? "webhooks:password-of-this-benchmark" : "whsec_YmVuY2htYXJrIG9mIGFsbCBwcm92aWRlcnMgIQ==";

    private static HeaderDictionary HeadersOf(IEnumerable<KeyValuePair<string, string>> all)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in all)
        {
            headers.Append(name, value);
        }

        return headers;
    }

    /// <summary>Stands in for the providers' servers.</summary>
    private sealed class ServedAnswers(IReadOnlyDictionary<Uri, string> served) : HttpMessageHandler, IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(served.TryGetValue(request.RequestUri!, out var body)
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body) }
                : new HttpResponseMessage(HttpStatusCode.NotFound));
    }
}
