using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.Simulators;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway;

/// <summary>A gateway that asks as it asks real providers: through its own client, its own memory and its own limits. A stand-in answers at the other end of the wire.</summary>
public sealed class AskedProviderTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>, IAsyncLifetime
{
    private const string PayPalHost = "api.paypal.com";
    private const string MollieHost = "api.mollie.com";
    private const string ApiKey = "test_of0000these0000tests0000key";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly IProviderSimulator _payPal = SimulatorCatalog.Find("paypal")!;
    private readonly IProviderSimulator _mollie = SimulatorCatalog.Find("mollie")!;
    private readonly SimulationContext _payPalContext = SimulatedSources.Context("paypal", TimeProvider.System, new Random());
    private readonly SimulationContext _mollieContext = new(SimulatedSources.SecretOf("mollie"), TimeProvider.System, new Random()) { Settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["ApiKey"] = ApiKey } };
    private readonly ProviderStandIn _providers = new();
    private RunningService _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _providers.Serve(_payPal, _payPalContext);
        var authority = X509Certificate2.CreateFromPem(_payPal.Serves(_payPalContext)[0].TrustedAuthority!);
        _gateway = await fixture.StartAsync(
            _mollie.SourceSettings(_mollieContext).ToDictionary(setting => $"Sources:mollie:{setting.Key}", setting => (string?)setting.Value, StringComparer.OrdinalIgnoreCase),
            replace: builder =>
            {
                builder.Services.AddSingleton<ICertificateTrust>(new CertificateTrust([authority]));
                builder.Services.AddSingleton<IProviderQueries, ProviderQueries>();
                builder.Services.AddHttpClient(ProviderQueries.ClientName).ConfigurePrimaryHttpMessageHandler(() => _providers);
            });
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _providers.Dispose();
    }

    [Fact]
    public async Task Webhooks_of_PayPals_are_accepted_and_their_certificate_is_fetched_once()
    {
        var webhooks = Enumerable.Range(0, 25).Select(_ => _payPal.Create("PAYMENT.CAPTURE.COMPLETED", _payPalContext)).ToList();

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(webhooks[0])).Status);
        var answers = await Task.WhenAll(webhooks.Select(SendAsync));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(25L, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = 'paypal' AND events = '{PaymentCompleted}' AND event_key = ANY ($1)", (object)webhooks.Select(webhook => webhook.EventId).ToArray()));
        Assert.Equal(_payPal.Serves(_payPalContext)[0].Address, Assert.Single(_providers.Asked));
    }

    [Fact]
    public async Task Webhook_of_PayPals_that_was_changed_or_signed_by_somebody_else_is_refused()
    {
        var webhook = _payPal.Create("PAYMENT.CAPTURE.COMPLETED", _payPalContext);
        var stranger = _payPalContext.WithSecret(_payPal.Secret.Create());
        var unknown = _payPal.Redeliver(webhook, stranger);
        var untrusted = _payPal.Create("PAYMENT.CAPTURE.COMPLETED", stranger);

        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(webhook with { Body = [.. webhook.Body, (byte)' '] })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(unknown)).Status);

        // PayPal itself gives a certificate of another authority's: its name is right, and it is not trusted.
        _providers.Serve(_payPal.Serves(stranger).Select(document => document with { Address = new Uri($"https://{PayPalHost}/v1/notifications/certs/CERT-untrusted") }));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(untrusted.WithHeaders([new("PAYPAL-CERT-URL", $"https://{PayPalHost}/v1/notifications/certs/CERT-untrusted")]))).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(webhook)).Status);
    }

    [Fact]
    public async Task Dead_certificate_server_asks_senders_to_come_again_and_takes_nothing_from_other_sources()
    {
        var limit = _gateway.Services.GetRequiredService<QuestionLimit>();
        var webhook = _payPal.Create("PAYMENT.CAPTURE.COMPLETED", _payPalContext);
        var classic = _mollie.Create("classic", _mollieContext);
        _providers.Serve(_mollie, classic, _mollieContext);
        _providers.Kill(PayPalHost);

        // Each names another certificate: another question.
        var flood = Enumerable.Range(0, 4 * limit.MostOfOneHost)
            .Select(number => SendAsync(webhook.WithHeaders([new("PAYPAL-CERT-URL", $"https://{PayPalHost}/v1/notifications/certs/CERT-{number}")])))
            .ToList();
        await Eventually.Is(() => Task.FromResult(limit.UnderWay), count => count == limit.MostOfOneHost);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(classic)).Status);

        Assert.All(await Task.WhenAll(flood), answer => Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (answer.Status, answer.SaysWhen)));
        Assert.InRange(_providers.Asked.Count(address => address.Host is PayPalHost), limit.MostOfOneHost, 2 * limit.MostOfOneHost);

        _providers.Revive(PayPalHost);
        await Eventually.Is(async () => (await SendAsync(webhook)).Status, status => status is HttpStatusCode.OK);
        Assert.Equal(0, limit.UnderWay);
    }

    [Fact]
    public async Task Classic_webhook_of_Mollies_is_believed_when_its_API_knows_the_payment()
    {
        var (known, forged, late) = (_mollie.Create("classic", _mollieContext), _mollie.Create("classic", _mollieContext), _mollie.Create("classic", _mollieContext));
        _providers.Serve(_mollie, known, _mollieContext);

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(known)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(forged)).Status);
        Assert.Equal("classic", await fixture.QueryAsync<string>("SELECT event_type FROM deliveries WHERE source = 'mollie' AND body = $1", known.Body));
        Assert.Equal(0L, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = 'mollie' AND body = $1", forged.Body));
        Assert.Equal(2, _providers.Asked.Count(address => address.Host is MollieHost));

        _providers.Kill(MollieHost);
        _providers.Serve(_mollie, late, _mollieContext);
        var answer = await SendAsync(late);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (answer.Status, answer.SaysWhen));
    }

    [Fact]
    public async Task Payment_that_only_another_account_may_see_is_not_believed()
    {
        var classic = _mollie.Create("classic", _mollieContext);
        _providers.Serve(_mollie.ServesAbout(classic, _mollieContext).Select(document => document with { Authorization = "Bearer test_of0000another0000account0" }));

        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(classic)).Status);
    }

    private async Task<(HttpStatusCode Status, bool SaysWhen)> SendAsync(SignedRequest webhook)
    {
        var source = webhook.EventType is "classic" ? "mollie" : "paypal";
        using var message = webhook.ToHttpRequestMessage(new Uri($"/webhooks/{source}", UriKind.Relative));
        using var response = await _gateway.Client.SendAsync(message, Cancel);
        return (response.StatusCode, response.Headers.RetryAfter is not null);
    }
}
