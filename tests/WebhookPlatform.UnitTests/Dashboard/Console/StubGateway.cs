using System.Net;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using WebhookPlatform.Dashboard.Access;
using WebhookPlatform.Dashboard.Console.Gateway;
using WebhookPlatform.Dashboard.Console.SourceViews;
using WebhookPlatform.ServiceDefaults.Operator;

namespace WebhookPlatform.UnitTests.Dashboard.Console;

/// <summary>A gateway that answers as the test says; what it is not told of it does not have.</summary>
internal sealed class StubGateway : HttpMessageHandler
{
    public static readonly OperatorOptions Access = new() { ApiKey = "operator-key-of-the-tests" };
    public static readonly ClaimsPrincipal LoggedIn = ConsoleAccess.Login(Access);

    private readonly Dictionary<string, (HttpStatusCode Status, string Body)> _answers = new(StringComparer.Ordinal);

    /// <summary>As method and path with query.</summary>
    public List<string> Requests { get; } = [];

    public List<string> Bodies { get; } = [];

    public List<string?> Authorizations { get; } = [];

    public bool IsAway { get; set; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    /// <param name="request">Method and path without its query, e.g. <c>GET /api/sources/shop</c>.</param>
    public StubGateway Answers(string request, string body, HttpStatusCode status = HttpStatusCode.OK)
    {
        _answers[request] = (status, body);
        return this;
    }

    /// <summary>A source that has everything, made through the API.</summary>
    public StubGateway WithShop(string origin = "api") => this
        .Answers("GET /api/sources/shop", $$"""{"name":"shop","provider":"stripe","origin":"{{origin}}","path":"/webhooks/shop","secrets":["wh…ew"],"toleranceSeconds":300,"maxBodyBytes":1048576,"mapping":{} }""")
        .Answers("GET /api/sources/shop/secrets", """{"secrets":[{"id":"0a1b2c3d","hint":"wh…ew","addedAt":"2026-03-01T11:00:00Z","lastMatchedAt":"2026-03-01T11:59:00Z","matchesIn24Hours":7},{"id":"4e5f6a7b","hint":"wh…ld","addedAt":null,"lastMatchedAt":null,"matchesIn24Hours":0}],"retired":[]}""")
        .Answers("GET /api/sources/shop/quarantine", """{"count":2,"bytes":2048,"requests":[{"id":9,"receivedAt":"2026-03-01T11:58:00Z","reason":"signature-mismatch","cause":"retired-secret","diagnosis":"It matches the secret wh…ol.","isProven":true,"bodyBytes":700},{"id":8,"receivedAt":"2026-03-01T11:50:00Z","reason":"signature-mismatch","cause":"unexplained","diagnosis":"No secret gives it.","isProven":false,"bodyBytes":300}],"next":null}""")
        .Answers("GET /api/rejections", """{"rejections":[{"id":12,"at":"2026-03-01T11:58:00Z","source":"shop","status":401,"reason":"signature-mismatch","detail":"It matches the secret wh…ol.","remoteAddress":"203.0.113.7","userAgent":"Stripe/1.0","contentLength":700,"cause":"retired-secret"}],"next":null}""")
        .Answers("GET /api/deliveries", """{"deliveries":[{"id":"0198c9a2-7b1e-7c40-9f43-3a1d2c5b6e7f","source":"shop","eventType":"charge.refunded","receivedAt":"2026-03-01T11:59:00Z","status":"accepted","conflictOf":null,"recovered":true}],"next":null}""");

    public GatewayClient Client(ILogger<GatewayClient>? log = null, string url = "http://gateway.example") =>
        new(new HttpClient(this, disposeHandler: false), Options.Create(new GatewayOptions { Url = url }), Options.Create(Access), log ?? NullLogger<GatewayClient>.Instance);

    public SourceDesk Desk(ClaimsPrincipal? person = null, string name = "shop") => new(name, new GatewaySources(Client()), new ConsoleOperator(new Person(person ?? LoggedIn), Options.Create(Access), Clock));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsAway)
        {
            throw new HttpRequestException("connection refused");
        }

        Requests.Add($"{request.Method} {request.RequestUri!.PathAndQuery}");
        Bodies.Add(request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken));
        Authorizations.Add(request.Headers.Authorization?.ToString());
        return _answers.TryGetValue($"{request.Method} {request.RequestUri.AbsolutePath}", out var answer)
            ? new HttpResponseMessage(answer.Status) { Content = new StringContent(answer.Body, Encoding.UTF8, "application/json") }
            : new HttpResponseMessage(HttpStatusCode.NotFound);
    }

    internal sealed class Person(ClaimsPrincipal? person) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
            person is null ? throw new InvalidOperationException("Nobody is known here.") : Task.FromResult(new AuthenticationState(person));
    }
}
