using System.Collections.Concurrent;
using System.Text;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway;

/// <summary>Answers for the providers whose certificates and keys the gateway asks for: what their simulators say.</summary>
public sealed class SimulatedProviders
{
    private readonly ConcurrentDictionary<Uri, ServedDocument> _served = new(
        SimulatorCatalog.All.SelectMany(simulator => simulator.Serves(SimulatedSources.Context(simulator.Provider, TimeProvider.System, new Random()))).Select(document => KeyValuePair.Create(document.Address, document)));

    /// <summary>Addresses that were fetched to confirm a subscription.</summary>
    public ConcurrentQueue<Uri> Confirmed { get; } = new();

    /// <summary>Answers also for what only this webhook tells of.</summary>
    public void Know(IEnumerable<ServedDocument> documents)
    {
        foreach (var document in documents)
        {
            _served[document.Address] = document;
        }
    }

    /// <summary>What a gateway asks with: simulators for certificates and keys, the network for lists, which tests serve themselves.</summary>
    public IProviderQueries Before(IProviderQueries network) => new Queries(this, network);

    private sealed class Queries(SimulatedProviders simulated, IProviderQueries network) : IProviderQueries
    {
        public ICertificateTrust Trust => network.Trust;

        public ValueTask<ProviderAnswer> AskAsync(ProviderQuery query, CancellationToken cancellationToken) =>
            new(simulated._served.TryGetValue(query.Address, out var found) ? new ProviderAnswer(200, Encoding.UTF8.GetBytes(found.Body)) : new ProviderAnswer(404, default));

        public ValueTask ConfirmAsync(Uri address, CancellationToken cancellationToken)
        {
            simulated.Confirmed.Enqueue(address);
            return ValueTask.CompletedTask;
        }

        public Task<ProviderPage> GetPageAsync(ProviderPageQuery query, CancellationToken cancellationToken) => network.GetPageAsync(query, cancellationToken);
    }
}
