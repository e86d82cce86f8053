using System.Net;
using System.Text.Json;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.UnitTests.Simulators;

public sealed class ProviderStandInTests : IDisposable
{
    private const string ApiKey = "test_of0000these0000tests0000key";

    private readonly ProviderStandIn _standIn = new();
    private readonly HttpClient _client;
    private readonly IProviderSimulator _mollie = SimulatorCatalog.Find("mollie")!;
    private readonly SimulationContext _context = new("a secret", TimeProvider.System, new Random(1)) { Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["ApiKey"] = ApiKey } };

    public ProviderStandInTests() => _client = new HttpClient(_standIn, disposeHandler: false);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _standIn.Dispose();
    }

    [Fact]
    public async Task Payment_is_given_to_whoever_has_the_key_and_unknown_to_all_others_that_were_not_sent()
    {
        var (sent, forged) = (_mollie.Create("classic", _context), _mollie.Create("classic", _context));
        _standIn.Serve(_mollie, sent, _context);

        using var known = await AskAsync(sent.EventId, "Bearer " + ApiKey);
        Assert.Equal((HttpStatusCode.OK, "application/hal+json"), (known.StatusCode, known.Content.Headers.ContentType?.MediaType));
        using var payment = JsonDocument.Parse(await known.Content.ReadAsStringAsync(Cancel));
        Assert.Equal((sent.EventId, "payment"), (payment.RootElement.GetProperty("id").GetString(), payment.RootElement.GetProperty("resource").GetString()));
        foreach (var (id, authorization, expected) in new[] { (sent.EventId, (string?)null, HttpStatusCode.Unauthorized), (sent.EventId, "Bearer other", HttpStatusCode.Unauthorized), (forged.EventId, "Bearer " + ApiKey, HttpStatusCode.NotFound) })
        {
            using var refused = await AskAsync(id, authorization);
            Assert.Equal(expected, refused.StatusCode);
        }

        Assert.Equal(4, _standIn.Asked.Count);
    }

    [Fact]
    public async Task Dead_host_takes_the_request_and_never_answers_until_it_is_revived()
    {
        var sent = _mollie.Create("classic", _context);
        _standIn.Serve(_mollie, sent, _context);
        _standIn.Serve(SimulatorCatalog.Find("plaid")!, Simulation.Context("plaid", seed: 1));
        _standIn.Kill("api.mollie.com");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        var asking = AskAsync(sent.EventId, "Bearer " + ApiKey, patience.Token);
        Assert.Single(_standIn.Asked);
        using var other = await _client.PostAsync(new Uri("https://sandbox.plaid.com/webhook_verification_key/get"), null, Cancel);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.False(asking.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);

        _standIn.Revive("api.mollie.com");
        using var alive = await AskAsync(sent.EventId, "Bearer " + ApiKey);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    [Fact]
    public void Webhook_that_proves_itself_is_not_asked_about()
    {
        Assert.Empty(_mollie.ServesAbout(_mollie.Create("payment.paid", _context), _context));
        Assert.Empty(SimulatorCatalog.Find("stripe")!.ServesAbout(Simulation.Create("stripe", "payment_intent.succeeded", seed: 1), Simulation.Context("stripe", seed: 1)));
    }

    [Fact]
    public void Source_gets_the_key_where_the_test_has_one()
    {
        Assert.Equal(["a secret", ApiKey], _mollie.SourceSettings(_context).Where(setting => setting.Key.StartsWith("Secrets:", StringComparison.Ordinal)).Select(setting => setting.Value));
        Assert.DoesNotContain("Secrets:1", _mollie.SourceSettings(new SimulationContext("a secret", TimeProvider.System, new Random(1))).Keys);
    }

    private Task<HttpResponseMessage> AskAsync(string id, string? authorization, CancellationToken? cancellationToken = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"https://api.mollie.com/v2/payments/{id}"));
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return _client.SendAsync(request, cancellationToken ?? Cancel);
    }
}
