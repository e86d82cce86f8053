using System.Text.RegularExpressions;

namespace WebhookPlatform.Dashboard.Console.Gateway;

/// <summary>Sources at the gateway's operator API: what they are, what of theirs was not believed, their secrets. What changes something asks for nobody's login: see <see cref="SourceViews.SourceDesk"/>.</summary>
public sealed partial class GatewaySources(GatewayClient gateway)
{
    /// <summary>Under which requests are rejected that name no source.</summary>
    public const string UnknownSource = "(unknown)";

    /// <summary>Rejections on a page.</summary>
    public const int RejectionsPage = 100;

    /// <summary>Quarantined requests on a page.</summary>
    public const int QuarantinedPage = 50;

    private const int DeliveriesListed = 8;
    private static readonly TimeSpan SecretPatience = TimeSpan.FromSeconds(15);

    // It judges up to a thousand requests, and may ask the provider about each.
    private static readonly TimeSpan ReleasePatience = TimeSpan.FromSeconds(90);

    public Task<Answer<SourceFacts[]>> ListAsync(CancellationToken cancellationToken) => gateway.GetAsync<SourceFacts[]>("api/sources", "The gateway has no list of sources.", cancellationToken);

    public Task<Answer<SourceFacts>> FindAsync(string name, CancellationToken cancellationToken) =>
        OfSource(name, path => gateway.GetAsync<SourceFacts>(path, Missing(name), cancellationToken));

    /// <param name="before">The last id of the page before; null for the newest.</param>
    public Task<Answer<RejectionPage>> RejectionsAsync(string name, long? before, CancellationToken cancellationToken) => gateway.GetAsync<RejectionPage>(
        $"api/rejections?limit={RejectionsPage}&source={Uri.EscapeDataString(name)}{(before is { } id ? $"&before={id}" : "")}", Missing(name), cancellationToken);

    public Task<Answer<DeliveryPage>> DeliveriesAsync(string name, CancellationToken cancellationToken) =>
        gateway.GetAsync<DeliveryPage>($"api/deliveries?limit={DeliveriesListed}&source={Uri.EscapeDataString(name)}", Missing(name), cancellationToken);

    /// <param name="before">The last id of the page before; null for the newest.</param>
    public Task<Answer<QuarantinePage>> QuarantineAsync(string name, long? before, CancellationToken cancellationToken) =>
        OfSource(name, path => gateway.GetAsync<QuarantinePage>($"{path}/quarantine?limit={QuarantinedPage}{(before is { } id ? $"&before={id}" : "")}", Missing(name), cancellationToken));

    /// <summary>Judges the quarantine by the source's present settings and lets in what is right now. Broken off anywhere it can be begun anew.</summary>
    public Task<Answer<ReleaseResult>> ReleaseAsync(string name, CancellationToken cancellationToken) =>
        OfSource(name, path => gateway.SendAsync<ReleaseResult>(HttpMethod.Post, $"{path}/quarantine/release", null, Missing(name), ReleasePatience, cancellationToken));

    public Task<Answer<SecretList>> SecretsAsync(string name, CancellationToken cancellationToken) =>
        OfSource(name, path => gateway.GetAsync<SecretList>($"{path}/secrets", Missing(name), cancellationToken));

    /// <summary>Adds a secret beside the others.</summary>
    public Task<Answer<SecretList>> AddSecretAsync(string name, string secret, CancellationToken cancellationToken) =>
        OfSource(name, path => gateway.SendAsync<SecretList>(HttpMethod.Post, $"{path}/secrets", new NewSecret(secret), Missing(name), SecretPatience, cancellationToken));

    /// <summary>Retires a secret; 409 while senders use it, unless <paramref name="force"/>.</summary>
    public Task<Answer<SecretList>> RetireSecretAsync(string name, string id, bool force, CancellationToken cancellationToken) => OfSource(name, path => gateway.SendAsync<SecretList>(
        HttpMethod.Delete, $"{path}/secrets/{Uri.EscapeDataString(id)}{(force ? "?force=true" : "")}", null, "The source does not have this secret any more.", SecretPatience, cancellationToken));

    // Names come from addresses that people open: one that is none must not become another path.
    private static Task<Answer<T>> OfSource<T>(string name, Func<string, Task<Answer<T>>> ask)
        where T : class =>
        ValidName().IsMatch(name) ? ask($"api/sources/{name}") : Task.FromResult(new Answer<T>(null, Missing(name), System.Net.HttpStatusCode.NotFound));

    private static string Missing(string name) => name is UnknownSource
        ? "Requests that name no source of the gateway: somebody is probing, or a URL was mistyped at a provider."
        : "The gateway has no source of this name (any more).";

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,63}\z", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex ValidName();

    private sealed record NewSecret(string Secret)
    {
        public override string ToString() => "(secret)";
    }
}
