using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

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

    private VerificationCase(Source source, RawRequest request, DateTimeOffset now, IReadOnlyList<ServedDocument> served)
    {
        _source = source;
        _request = request;
        _now = now;
        var authorities = served.Select(document => document.TrustedAuthority).OfType<string>().Select(pem => X509Certificate2.CreateFromPem(pem));
        _queries = new ProviderQueries(new ServedAnswers(served), new CertificateTrust([.. authorities]), new QuestionLimit(), TimeProvider.System);
    }

    /// <summary>Whether the proof is made with a private key, see <see cref="IWebhookProvider.UsesPublicKey"/>.</summary>
    public bool UsesPublicKey => _source.Provider.UsesPublicKey;

    public int BodyBytes => _request.Body.Length;

    /// <summary>The first webhook that the simulator can send, with a body of <see cref="BodySize"/>.</summary>
    /// <exception cref="InvalidOperationException">The source that the simulator needs cannot be made.</exception>
    public static VerificationCase Of(IProviderSimulator simulator)
    {
        var context = SimulatedSources.Context(simulator.Provider, TimeProvider.System, new Random(1));
        var unproven = simulator.Build(simulator.Events.First(known => !known.IsHandshake).Name, context);
        var request = simulator.Sign(unproven with { Body = Pad(unproven.Body) }, context);
        var options = new ConfigurationBuilder()
            .AddInMemoryCollection(SimulatedSources.SettingsOf(simulator.Provider).Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build().Get<SourceOptions>()!;
        var (source, problems) = SourceFactory.Create("measured", options, SourceOrigin.Configuration);
        if (source is null)
        {
            throw new InvalidOperationException($"{simulator.Provider}: {string.Join(' ', problems)}");
        }

        var raw = new RawRequest(request.Method.Method, request.Query, HeadersOf(request.Headers), request.Body)
        {
            Url = source.Provider.NeedsUrl ? source.PublicUrl + request.Query : "",
            ClientCertificate = request.ClientCertificate,
        };
        return new VerificationCase(source, raw, context.Now, simulator.Serves(context));
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
    private sealed class ServedAnswers(IReadOnlyList<ServedDocument> served) : HttpMessageHandler, IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(served.FirstOrDefault(document => document.Address == request.RequestUri) is { } found
                ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(found.Body) }
                : new HttpResponseMessage(HttpStatusCode.NotFound));
    }
}
