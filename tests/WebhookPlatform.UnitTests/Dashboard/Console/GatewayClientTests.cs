using System.Net;
using Microsoft.Extensions.Logging;
using WebhookPlatform.Dashboard.Console.Gateway;

namespace WebhookPlatform.UnitTests.Dashboard.Console;

public sealed class GatewayClientTests : IDisposable
{
    private readonly StubGateway _gateway = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GatewaySources Sources => new(_gateway.Client());

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task Gateway_is_asked_with_the_operator_key()
    {
        await Sources.RejectionsAsync("shop", 77, Cancel);

        Assert.Equal($"GET /api/rejections?limit={GatewaySources.RejectionsPage}&source=shop&before=77", Assert.Single(_gateway.Requests));
        Assert.Equal($"Bearer {StubGateway.Access.ApiKey}", Assert.Single(_gateway.Authorizations));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("shop?force=true")]
    [InlineData("Shop")]
    [InlineData("shop\n")]
    [InlineData("")]
    public async Task Name_that_no_source_can_have_is_not_asked_for(string name)
    {
        var found = await Sources.FindAsync(name, Cancel);
        var released = await Sources.ReleaseAsync(name, Cancel);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (found.Status, released.Status));
        Assert.Empty(_gateway.Requests);
    }

    [Fact]
    public async Task Secret_travels_in_the_body_alone_and_not_into_logs()
    {
        const string secret = "whsec_that_nobody_may_see";
        var log = new KeptLog();
        var sources = new GatewaySources(_gateway.Client(log));

        await sources.AddSecretAsync("shop", secret, Cancel);
        _gateway.IsAway = true;
        var lost = await sources.AddSecretAsync("shop", secret, Cancel);

        Assert.Equal("""{"secret":"whsec_that_nobody_may_see"}""", Assert.Single(_gateway.Bodies));
        Assert.DoesNotContain(secret, Assert.Single(_gateway.Requests), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, Assert.Single(log.Lines), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, lost.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, """{"title":"Conflict","detail":"Senders still use this secret."}""", "Senders still use this secret.")]
    [InlineData(HttpStatusCode.BadRequest, """{"title":"Bad","errors":{"secret":["It has to begin with whsec_.","It is too short."]}}""", "It has to begin with whsec_. It is too short.")]
    [InlineData(HttpStatusCode.Conflict, "<html>", "The gateway answered 409.")]
    [InlineData(HttpStatusCode.BadGateway, "[]", "The gateway answered 502.")]
    [InlineData(HttpStatusCode.BadRequest, """{"errors":"many"}""", "The gateway answered 400.")]
    [InlineData(HttpStatusCode.Unauthorized, "", "The gateway has another operator key than the dashboard.")]
    public async Task Refusal_is_told_in_the_gateways_words(HttpStatusCode status, string body, string told)
    {
        _gateway.Answers("DELETE /api/sources/shop/secrets/0a1b2c3d", body, status);

        var answer = await Sources.RetireSecretAsync("shop", "0a1b2c3d", force: false, Cancel);

        Assert.Equal((null, told, status), (answer.Value, answer.Problem, answer.Status!.Value));
    }

    [Fact]
    public async Task Gateway_that_is_away_or_not_configured_is_an_answer()
    {
        var unset = await new GatewaySources(_gateway.Client(url: "")).SecretsAsync("shop", Cancel);
        _gateway.IsAway = true;
        var away = await Sources.SecretsAsync("shop", Cancel);

        Assert.Contains("Gateway:Url", unset.Problem, StringComparison.Ordinal);
        Assert.Equal("The gateway at http://gateway.example does not answer.", away.Problem);
    }

    [Fact]
    public async Task Delivery_says_which_secret_proved_it_and_whether_it_was_recovered()
    {
        var (sent, found, run) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        _gateway.Answers($"GET /api/deliveries/{sent}", $$"""{"id":"{{sent}}","secret":"0a1b2c3d","recovery":null,"recovered":false}""");
        _gateway.Answers($"GET /api/deliveries/{found}", $$"""{"id":"{{found}}","secret":null,"recovery":"{{run}}","recovered":true}""");
        var deliveries = new GatewayDeliveries(_gateway.Client());

        var one = (await deliveries.FindAsync(sent, Cancel)).Value!;
        var other = (await deliveries.FindAsync(found, Cancel)).Value!;

        Assert.Equal(("0a1b2c3d", false), (one.Secret, one.IsRecovered));
        Assert.Equal((null, run, true), (other.Secret, other.Recovery!.Value, other.IsRecovered));
    }

    private sealed class KeptLog : ILogger<GatewayClient>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add($"{formatter(state, exception)} {exception}");
    }
}
