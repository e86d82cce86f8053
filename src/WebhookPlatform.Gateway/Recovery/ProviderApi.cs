using WebhookPlatform.Gateway.Remote;

namespace WebhookPlatform.Gateway.Recovery;

/// <summary>A provider's API as one source may use it. Short waits that the provider asks for are waited here; the key never goes to another place than the one that is configured.</summary>
public sealed class ProviderApi(IProviderQueries queries, IReconciler reconciler, RecoverySettings settings, TimeProvider clock)
{
    private const int MostWaits = 20;
    private const int LargestPage = 32 * 1024 * 1024;

    /// <summary>A longer wait is the run's: it gives up its turn meanwhile.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly Uri _home = settings.Url ?? reconciler.Home(settings);

    public string Host => _home.Host;

    /// <summary>An address of the API by its path.</summary>
    public Uri At(string path) => new(_home.AbsoluteUri.TrimEnd('/') + path);

    /// <summary>An address that the API itself has given, as in a cursor.</summary>
    /// <exception cref="ProviderPageException">It is at another place.</exception>
    public Uri Given(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && Uri.Compare(uri, _home, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
            ? uri
            : throw Strange("the next page at another address");

    /// <exception cref="ProviderPageException">The provider gives no page.</exception>
    public async Task<ProviderPage> GetAsync(Uri address, CancellationToken cancellationToken)
    {
        for (var waits = 0; ; waits++)
        {
            var query = new ProviderPageQuery(address) { Headers = reconciler.Headers(settings, clock.GetUtcNow()), MaxBytes = LargestPage };
            try
            {
                return await queries.GetPageAsync(query, cancellationToken);
            }
            catch (ProviderPageException busy) when (busy.RetryAfter <= LongestWait && waits < MostWaits)
            {
                await Task.Delay(busy.RetryAfter.Value, clock, cancellationToken);
            }
        }
    }

    /// <summary>The answer is not what this API answers.</summary>
    public ProviderPageException Strange(string what) => new($"{Host} answered {what}. Is it the API's address (Recovery:Url)?");
}
