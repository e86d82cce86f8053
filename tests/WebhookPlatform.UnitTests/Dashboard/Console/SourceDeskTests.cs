using System.Net;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using WebhookPlatform.Dashboard.Access;
using WebhookPlatform.Dashboard.Console.SourceViews;
using WebhookPlatform.ServiceDefaults.Operator;

namespace WebhookPlatform.UnitTests.Dashboard.Console;

/// <summary>What a source's page knows, and what it lets whom do.</summary>
public sealed class SourceDeskTests : IDisposable
{
    private static readonly ClaimsPrincipal Stranger = new(new ClaimsIdentity());

    private readonly StubGateway _gateway = new StubGateway().WithShop();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IEnumerable<string> Changes => _gateway.Requests.Where(request => !request.StartsWith("GET ", StringComparison.Ordinal));

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task An_outage_leaves_what_is_known_and_says_so()
    {
        var desk = _gateway.Desk();
        await desk.RefreshAsync(Cancel);
        Assert.Null(desk.Problem);

        _gateway.IsAway = true;
        await desk.RefreshAsync(Cancel);

        Assert.Contains("does not answer", desk.Problem, StringComparison.Ordinal);
        Assert.Equal(("stripe", 2, 2, 1, 1), (desk.Facts!.Value!.Provider, desk.Secrets!.Value!.Secrets.Count, desk.Quarantine!.Value!.Count, desk.Rejections!.Value!.Rows.Count, desk.Deliveries!.Value!.Deliveries.Count));
        _gateway.IsAway = false;
        await desk.RefreshAsync(Cancel);
        Assert.Null(desk.Problem);
    }

    [Fact]
    public async Task A_source_that_was_removed_is_not_shown_as_it_was()
    {
        var desk = _gateway.Desk();
        await desk.RefreshAsync(Cancel);

        _gateway.Answers("GET /api/sources/shop", "", HttpStatusCode.NotFound);
        await desk.RefreshAsync(Cancel);

        Assert.True(desk.IsMissing);
        Assert.Null(desk.Facts!.Value);
        Assert.Single(desk.Rejections!.Value!.Rows);
    }

    [Fact]
    public async Task Whoever_is_not_logged_in_changes_nothing()
    {
        foreach (var person in new[] { Stranger, ConsoleAccess.Login(new OperatorOptions { ApiKey = "the-key-before-this-one" }), new ClaimsPrincipal(new ClaimsIdentity("somewhere-else")) })
        {
            var desk = _gateway.Desk(person);
            await desk.RefreshAsync(Cancel);
            Assert.False(desk.MayChange || desk.MayChangeSecrets);

            string?[] told =
            [
                (await desk.ReleaseAsync(Cancel)).Problem,
                (await desk.AddSecretAsync("whsec_new", Cancel)).Problem,
                (await desk.RetireSecretAsync("0a1b2c3d", force: true, Cancel)).Problem,
            ];

            Assert.All(told, problem => Assert.Equal(SourceDesk.LoginOver, problem));
        }

        Assert.Empty(Changes);
    }

    [Fact]
    public async Task A_page_that_was_left_open_for_longer_than_a_login_lasts_changes_nothing()
    {
        var desk = _gateway.Desk();
        _gateway.Answers("POST /api/sources/shop/quarantine/release", """{"released":1}""");
        Assert.Equal(1, (await desk.ReleaseAsync(Cancel)).Value!.Released);

        _gateway.Clock.Advance(TimeSpan.FromHours(12));

        Assert.Equal(SourceDesk.LoginOver, (await desk.ReleaseAsync(Cancel)).Problem);
        Assert.False(desk.MayChange);
        Assert.Single(Changes);
    }

    [Fact]
    public async Task Where_nobody_is_known_nobody_may_change_anything() =>
        Assert.False(await new ConsoleOperator(new StubGateway.Person(null), Options.Create(StubGateway.Access), _gateway.Clock).MayChangeAsync());

    [Theory]
    [InlineData("api", true)]
    [InlineData("configuration", false)]
    [InlineData("elsewhere", false)]
    public async Task Secrets_of_a_source_are_changed_here_only_where_the_API_made_it(string origin, bool changeable)
    {
        var desk = _gateway.WithShop(origin).Desk();

        await desk.RefreshAsync(Cancel);

        Assert.Equal((true, changeable), (desk.MayChange, desk.MayChangeSecrets));
    }

    [Fact]
    public async Task Quarantine_is_turned_page_by_page_and_a_refresh_stays_on_its_page()
    {
        var desk = _gateway.Answers("GET /api/sources/shop/quarantine", Quarantined(9, next: 9)).Desk();
        await desk.RefreshAsync(Cancel);
        _gateway.Answers("GET /api/sources/shop/quarantine", Quarantined(8, next: null));

        await desk.ReadOlderQuarantineAsync(Cancel);
        await desk.RefreshAsync(Cancel);
        await desk.ReadOlderQuarantineAsync(Cancel);

        Assert.Equal((2, 8L), (desk.PageOfQuarantine, Assert.Single(desk.Quarantine!.Value!.Requests).Id));
        _gateway.Answers("GET /api/sources/shop/quarantine", Quarantined(9, next: 9));
        await desk.ReadNewerQuarantineAsync(Cancel);
        await desk.ReadNewerQuarantineAsync(Cancel);
        Assert.Equal((1, 9L), (desk.PageOfQuarantine, Assert.Single(desk.Quarantine!.Value!.Requests).Id));
        Assert.Equal(["", "&before=9", "&before=9", "", ""], _gateway.Requests.Where(request => request.Contains("/quarantine", StringComparison.Ordinal)).Select(request => request.Split("limit=50")[1]));
    }

    [Fact]
    public async Task Page_of_the_quarantine_that_is_empty_by_now_gives_way_to_the_newest()
    {
        var desk = _gateway.Answers("GET /api/sources/shop/quarantine", Quarantined(9, next: 9)).Desk();
        await desk.RefreshAsync(Cancel);
        await desk.ReadOlderQuarantineAsync(Cancel);
        _gateway.Answers("GET /api/sources/shop/quarantine", """{"count":0,"bytes":0,"requests":[],"next":null}""");

        await desk.RefreshAsync(Cancel);

        Assert.Equal((1, 0), (desk.PageOfQuarantine, desk.Quarantine!.Value!.Count));
    }

    [Fact]
    public async Task Page_of_the_quarantine_is_not_turned_while_the_gateway_is_away()
    {
        var desk = _gateway.Answers("GET /api/sources/shop/quarantine", Quarantined(9, next: 9)).Desk();
        await desk.RefreshAsync(Cancel);
        _gateway.IsAway = true;

        await desk.ReadOlderQuarantineAsync(Cancel);

        Assert.Equal((1, 9L), (desk.PageOfQuarantine, Assert.Single(desk.Quarantine!.Value!.Requests).Id));
        Assert.NotNull(desk.Problem);
    }

    [Fact]
    public async Task Key_of_many_lines_is_sent_with_its_line_ends()
    {
        _gateway.Answers("POST /api/sources/shop/secrets", """{"secrets":[],"retired":[]}""", HttpStatusCode.Created);

        await _gateway.Desk().AddSecretAsync("-----BEGIN PUBLIC KEY-----\r\nMFkw\r\n-----END PUBLIC KEY-----\r\n", Cancel);

        Assert.Contains("""{"secret":"-----BEGIN PUBLIC KEY-----\r\nMFkw\r\n-----END PUBLIC KEY-----"}""", _gateway.Bodies);
    }

    [Fact]
    public async Task A_change_is_seen_at_once()
    {
        var desk = _gateway.Desk();
        await desk.RefreshAsync(Cancel);
        const string after = """{"secrets":[{"id":"99999999","hint":"wh…99","addedAt":"2026-03-01T12:00:00Z","lastMatchedAt":null,"matchesIn24Hours":0}],"retired":[]}""";
        _gateway.Answers("POST /api/sources/shop/secrets", after, HttpStatusCode.Created).Answers("GET /api/sources/shop/secrets", after);

        var added = await desk.AddSecretAsync("  whsec_pasted_with_blanks\n", Cancel);

        Assert.Null(added.Problem);
        Assert.Equal("99999999", Assert.Single(desk.Secrets!.Value!.Secrets).Id);
        Assert.Contains("""{"secret":"whsec_pasted_with_blanks"}""", _gateway.Bodies);
    }

    [Fact]
    public async Task An_empty_secret_is_not_sent()
    {
        var answer = await _gateway.Desk().AddSecretAsync("  ", Cancel);

        Assert.NotNull(answer.Problem);
        Assert.DoesNotContain(_gateway.Requests, request => request.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_secret_is_retired_by_force_only_when_that_was_asked_for()
    {
        var desk = _gateway.Desk();
        _gateway.Answers("DELETE /api/sources/shop/secrets/0a1b2c3d", """{"detail":"Senders still use this secret."}""", HttpStatusCode.Conflict);

        var refused = await desk.RetireSecretAsync("0a1b2c3d", force: false, Cancel);
        await desk.RetireSecretAsync("0a1b2c3d", force: true, Cancel);

        Assert.Equal((HttpStatusCode.Conflict, "Senders still use this secret."), (refused.Status!.Value, refused.Problem));
        Assert.Equal(["DELETE /api/sources/shop/secrets/0a1b2c3d", "DELETE /api/sources/shop/secrets/0a1b2c3d?force=true"], Changes);
    }

    [Fact]
    public async Task Older_rejections_are_asked_for_from_where_the_page_ended()
    {
        var desk = _gateway.Desk();
        _gateway.Answers("GET /api/rejections", """{"rejections":[{"id":12,"at":"2026-03-01T11:58:00Z","status":401,"reason":"signature-missing","detail":"Not signed."}],"next":12}""");
        await desk.RefreshAsync(Cancel);
        _gateway.Answers("GET /api/rejections", """{"rejections":[{"id":3,"at":"2026-03-01T11:00:00Z","status":401,"reason":"signature-missing","detail":"Not signed."}],"next":null}""");

        await desk.ReadOlderAsync(Cancel);
        await desk.ReadOlderAsync(Cancel);

        Assert.Equal([12L, 3L], desk.Rejections!.Value!.Rows.Select(row => row.Id));
        Assert.EndsWith("&before=12", Assert.Single(_gateway.Requests, request => request.Contains("before", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private static string Quarantined(long id, long? next) =>
        $$"""{"count":2,"bytes":2048,"requests":[{"id":{{id}},"receivedAt":"2026-03-01T11:58:00Z","reason":"signature-mismatch","cause":"unexplained","diagnosis":"No secret gives it.","isProven":false,"bodyBytes":700}],"next":{{next?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null"}}}""";
}
