using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;
using WebhookPlatform.UnitTests.Gateway.Remote;

namespace WebhookPlatform.UnitTests.Simulators;

/// <summary>Contexts with a fixed clock, the sources that belong to them, and what a gateway gets of a simulated request.</summary>
internal static class Simulation
{
    public static DateTimeOffset Start { get; } = DateTimeOffset.FromUnixTimeSeconds(1_771_000_000);

    public static TheoryData<string, string> AllEvents() =>
        [.. SimulatorCatalog.All.SelectMany(simulator => simulator.Events.Select(known => (simulator.Provider, known.Name)))];

    public static TheoryData<string> AllProviders() => [.. SimulatorCatalog.All.Select(simulator => simulator.Provider)];

    public static SimulationContext Context(string provider, int seed, Story? story = null) => SimulatedSources.Context(provider, new FakeTimeProvider(Start), new Random(seed), story);

    public static SignedRequest Create(string provider, string eventType, int seed) => SimulatorCatalog.Find(provider)!.Create(eventType, Context(provider, seed));

    /// <summary>The source that the simulator's own settings make: they have to satisfy the gateway.</summary>
    public static Source Source(string provider)
    {
        var options = new ConfigurationBuilder()
            .AddInMemoryCollection(SimulatedSources.SettingsOf(provider).Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build().Get<SourceOptions>()!;
        var (source, problems) = SourceFactory.Create("simulated", options, SourceOrigin.Configuration);
        Assert.Empty(problems);
        return source!;
    }

    /// <summary>What the gateway makes of it when it comes.</summary>
    public static RawRequest Raw(this SignedRequest request, Source source) => request.Raw(source, request.Body, Headers(request));

    /// <summary>The same with another body and other headers.</summary>
    public static RawRequest Raw(this SignedRequest request, Source source, byte[] body, HeaderDictionary headers) => new(request.Method.Method, request.Query, headers, body)
    {
        Url = source.Provider.NeedsUrl ? source.PublicUrl + request.Query : "",
        ClientCertificate = request.ClientCertificate,
    };

    public static HeaderDictionary Headers(SignedRequest request)
    {
        var headers = new HeaderDictionary();
        foreach (var (name, value) in request.Headers)
        {
            headers.Append(name, value);
        }

        return headers;
    }

    /// <summary>Whether the gateway believes it, asking the simulator where it would ask the provider.</summary>
    public static ValueTask<Verification> VerifyAsync(this SignedRequest request, Source source, SimulationContext context) =>
        VerifyAsync(request.Raw(source), source, context, about: SimulatorCatalog.Find(source.Provider.Name)!.ServesAbout(request, context));

    /// <summary>Whether the gateway believes it, asking the simulator where it would ask the provider.</summary>
    /// <param name="about">What the provider knows of the webhooks that it has sent.</param>
    public static async ValueTask<Verification> VerifyAsync(RawRequest request, Source source, SimulationContext context, DateTimeOffset? now = null, IReadOnlyList<ServedDocument>? about = null)
    {
        ServedDocument[] served = [.. SimulatorCatalog.Find(source.Provider.Name)!.Serves(context), .. about ?? []];
        return source.Provider is IRemoteProvider remote
            ? await remote.VerifyAsync(request, source, new FakeQueries(query => Answer(served, query)) { Trust = TrustIn(served) }, now ?? Start, TestContext.Current.CancellationToken)
            : source.Provider.Verify(request, source, now ?? Start);
    }

    private static (int Status, string Body)? Answer(IReadOnlyList<ServedDocument> served, ProviderQuery query) =>
        served.FirstOrDefault(document => document.Address == query.Address) is { } found ? (200, found.Body) : (404, "");

    // The running gateway trusts the operating system's authorities, among which there is none of a simulator's.
    private static CertificateTrust TrustIn(IReadOnlyList<ServedDocument> served) =>
        new([.. served.Select(document => document.TrustedAuthority).OfType<string>().Select(pem => X509Certificate2.CreateFromPem(pem))]);

    public static JsonElement Json(this SignedRequest request)
    {
        using var document = JsonDocument.Parse(request.Body);
        return document.RootElement.Clone();
    }

    /// <summary>The value at a dotted path; numbers count array items.</summary>
    public static JsonElement At(this JsonElement json, string path) =>
        path.Split('.').Aggregate(json, (element, name) => element.ValueKind is JsonValueKind.Array ? element[int.Parse(name, CultureInfo.InvariantCulture)] : element.GetProperty(name));
}
