using System.Text;
using WebhookPlatform.Gateway.Recovery;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Gateway.Recovery;

/// <summary>A provider's API that answers as the test says, and keeps what was asked.</summary>
internal sealed class FakeApi(Func<Uri, (string Body, string? Next)> answer) : IProviderQueries
{
    public ICertificateTrust Trust => throw new NotSupportedException("Lists need no certificate.");

    public static readonly DateTimeOffset Since = new(2026, 3, 14, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Until = new(2026, 3, 14, 15, 0, 0, TimeSpan.Zero);

    public List<ProviderPageQuery> Asked { get; } = [];

    /// <summary>Lists to the end.</summary>
    public async Task<List<EventPage>> ListAllAsync(string provider, RecoveryOptions options)
    {
        var pages = new List<EventPage>();
        do
        {
            pages.Add(await ListAsync(provider, options, pages.LastOrDefault()?.Next));
        }
        while (pages[^1].Next is not null && pages.Count < 100);
        return pages;
    }

    public Task<EventPage> ListAsync(string provider, RecoveryOptions options, string? cursor = null)
    {
        var (source, problems) = SourceFactory.Create("source", new SourceOptions { Provider = provider, Secrets = ["whsec_of_the_tests"], Recovery = options }, SourceOrigin.Api);
        Assert.Empty(problems);
        var reconciler = ReconcilerCatalog.Find(provider)!;
        return reconciler.ListAsync(new Listing(source!, source!.Recovery!, Since, Until, cursor, new ProviderApi(this, reconciler, source.Recovery!, TimeProvider.System)), TestContext.Current.CancellationToken);
    }

    public Task<ProviderPage> GetPageAsync(ProviderPageQuery query, CancellationToken cancellationToken)
    {
        Asked.Add(query);
        var (body, next) = answer(query.Address);
        return Task.FromResult(new ProviderPage(Encoding.UTF8.GetBytes(body), next is null ? null : new Uri(next)));
    }

    public ValueTask<ProviderAnswer> AskAsync(ProviderQuery query, CancellationToken cancellationToken) => throw new NotSupportedException("A list is no proof.");

    public ValueTask ConfirmAsync(Uri address, CancellationToken cancellationToken) => throw new NotSupportedException("A list confirms nothing.");
}
