using System.Text;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;

namespace WebhookPlatform.UnitTests.Gateway.Remote;

/// <summary>Answers a provider's questions as the test says, and keeps them.</summary>
internal sealed class FakeQueries(Func<ProviderQuery, (int Status, string Body)?> answer) : IProviderQueries
{
    /// <summary>Answers nothing: the provider is down.</summary>
    public static FakeQueries Down() => new(_ => null);

    /// <summary>Knows one text and gives it to whoever asks.</summary>
    public static FakeQueries Always(string body) => new(_ => (200, body));

    public ICertificateTrust Trust { get; set; } = CertificateTrust.OperatingSystem;

    public List<ProviderQuery> Asked { get; } = [];

    public ValueTask<ProviderAnswer> AskAsync(ProviderQuery query, CancellationToken cancellationToken)
    {
        Asked.Add(query);
        return answer(query) is var (status, body)
            ? new(new ProviderAnswer(status, Encoding.UTF8.GetBytes(body)))
            : throw new ProviderUnreachableException(query.Address.Host);
    }

    public ValueTask ConfirmAsync(Uri address, CancellationToken cancellationToken) => throw new NotSupportedException("Verification confirms nothing.");

    public Task<ProviderPage> GetPageAsync(ProviderPageQuery query, CancellationToken cancellationToken) => throw new NotSupportedException("Verification lists nothing.");
}
