using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway;

/// <summary>What was not believed is kept, said why, and let in once the settings are right; secrets come and go without a gap.</summary>
public sealed class QuarantineTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private const string Right = "whsec_right_secret_of_these_tests";
    private const string Wrong = "whsec_wrong_secret_of_these_tests";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private HttpClient Operator => fixture.Gateway.Operator;

    [Fact]
    public async Task Webhooks_under_a_wrong_secret_are_let_in_once_it_is_right_and_forgeries_are_not()
    {
        await MakeAsync("late", Wrong);
        var bodies = Enumerable.Range(0, 3).Select(at => Sending.StripeEvent($"evt_late_{at}")).ToList();
        foreach (var body in bodies)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync("late", body, Right)).StatusCode);
        }

        await PostAsync("late", Sending.StripeEvent("evt_late_forged"), "a-guess-of-a-forger");
        var page = await Eventually.Is(() => QuarantineAsync("late"), page => page.GetProperty("count").GetInt32() == 4);
        Assert.DoesNotContain("evt_late", page.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0L, await fixture.QueryAsync<long>("SELECT count(*) FROM quarantine WHERE source = 'late' AND position($1 in content) > 0", "evt_late"u8.ToArray()));

        await AddAsync("late", Right);
        var (again, duplicate) = await (await PostAsync("late", bodies[0], Right)).AcknowledgementAsync();
        Assert.False(duplicate);
        var answer = await ReleaseAsync("late");

        Assert.Equal((2, 1, 1), (Number(answer, "released"), Number(answer, "duplicates"), Number(answer, "kept")));
        Assert.Equal(3L, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE source = 'late'"));
        Assert.Equal(bodies[1], await fixture.QueryAsync<byte[]>("SELECT body FROM deliveries WHERE event_key = 'evt_late_1'"));
        Assert.Equal(1, (await QuarantineAsync("late")).GetProperty("count").GetInt32());
        var rest = await ReleaseAsync("late");
        Assert.Equal((0, 1), (Number(rest, "released"), Number(rest, "kept")));
        var detail = await Operator.GetFromJsonAsync<JsonElement>($"/api/deliveries/{again}", Cancel);
        var secrets = await SecretsAsync("late");
        Assert.Equal(secrets.GetProperty("secrets")[0].GetProperty("id").GetString(), detail.GetProperty("secret").GetString());
        Assert.Contains("quarantine.released", await AuditAsync("late"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rejections_say_their_cause_by_a_name_that_they_can_be_listed_by()
    {
        await MakeAsync("caused", Right);
        await PostAsync("caused", Sending.StripeEvent("evt_caused_late"), Right, DateTimeOffset.UtcNow.AddHours(-2));
        await PostAsync("caused", Sending.StripeEvent("evt_caused_forged"), "a-guess-of-a-forger");
        using var put = await Operator.PutAsync(new Uri("/webhooks/caused", UriKind.Relative), null, Cancel);
        await fixture.QueryAsync<long>("INSERT INTO rejections (at, source, status, reason, detail) VALUES (now(), 'caused', 401, 'signature-mismatch', 'From before.') RETURNING id");

        await Eventually.Is(() => CausesAsync(""), causes => causes.Order(StringComparer.Ordinal).SequenceEqual(["clock", "method-not-allowed", "unexplained", "unknown"], StringComparer.Ordinal));

        Assert.Equal(["clock"], await CausesAsync("&cause=clock"));
        Assert.Empty(await CausesAsync("&cause=retired-secret"));

        async Task<List<string>> CausesAsync(string query)
        {
            var page = await Operator.GetFromJsonAsync<JsonElement>($"/api/rejections?source=caused{query}", Cancel);
            return [.. page.GetProperty("rejections").EnumerateArray().Select(row => row.GetProperty("cause").GetString()!)];
        }
    }

    [Fact]
    public async Task Quarantine_is_listed_by_pages_without_gap_or_repeat_whatever_comes_meanwhile()
    {
        await MakeAsync("paged", Wrong);
        foreach (var at in Enumerable.Range(0, 5))
        {
            await PostAsync("paged", Sending.StripeEvent($"evt_paged_{at}"), Right);
        }

        await Eventually.Is(() => QuarantineAsync("paged"), page => page.GetProperty("count").GetInt32() == 5);
        var first = await PageAsync("?limit=2");
        await PostAsync("paged", Sending.StripeEvent("evt_paged_meanwhile"), Right);
        await Eventually.Is(() => QuarantineAsync("paged"), page => page.GetProperty("count").GetInt32() == 6);
        var second = await PageAsync($"?limit=2&before={first.Next}");
        var third = await PageAsync($"?limit=2&before={second.Next}");

        Assert.Equal((2, 2, 1), (first.Ids.Count, second.Ids.Count, third.Ids.Count));
        Assert.Null(third.Next);
        List<long> listed = [.. first.Ids, .. second.Ids, .. third.Ids];
        Assert.Equal(listed.Distinct().OrderDescending(), listed);
        using var wrong = await Operator.GetAsync("/api/sources/paged/quarantine?limit=201", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);

        async Task<(List<long> Ids, long? Next)> PageAsync(string query)
        {
            var page = await Operator.GetFromJsonAsync<JsonElement>($"/api/sources/paged/quarantine{query}", Cancel);
            var next = page.GetProperty("next");
            return ([.. page.GetProperty("requests").EnumerateArray().Select(row => row.GetProperty("id").GetInt64())], next.ValueKind is JsonValueKind.Null ? null : next.GetInt64());
        }
    }

    [Fact]
    public async Task Public_key_in_PEM_is_taken_with_any_line_ends_and_known_again_under_others()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = key.ExportSubjectPublicKeyInfoPem();
        using var made = await Operator.PutAsJsonAsync("/api/sources/keyed", new { provider = "jwt", secrets = new[] { "a-shared-secret-of-at-least-32-characters" } }, Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);

        await AddAsync("keyed", pem.ReplaceLineEndings("\r\n") + "\r\n");

        using var again = await Operator.PostAsJsonAsync("/api/sources/keyed/secrets", new { secret = pem }, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        var listed = (await SecretsAsync("keyed")).GetProperty("secrets")[0];
        Assert.Equal("PEM public key", listed.GetProperty("hint").GetString());
        var signed = $"{Base64Url.EncodeToString("""{"alg":"ES256"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"exp":{{DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds()}}}"""))}";
        var token = $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
        using var accepted = await fixture.Gateway.PostAsync("keyed", """{"id":"evt_keyed"}"""u8.ToArray(), [new("Authorization", $"Bearer {token}")]);
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        var delivery = await accepted.AcknowledgementAsync();
        var detail = await Operator.GetFromJsonAsync<JsonElement>($"/api/deliveries/{delivery.DeliveryId}", Cancel);
        Assert.Equal(listed.GetProperty("id").GetString(), detail.GetProperty("secret").GetString());
    }

    [Fact]
    public async Task Time_counts_as_of_when_a_request_came()
    {
        await MakeAsync("timed", Wrong);
        await PostAsync("timed", Sending.StripeEvent("evt_timed"), Right);
        await PostAsync("timed", Sending.StripeEvent("evt_stale"), Right, DateTimeOffset.UtcNow.AddHours(-2));
        await Eventually.Is(() => QuarantineAsync("timed"), page => page.GetProperty("count").GetInt32() == 2);

        await AddAsync("timed", Right);
        var answer = await ReleaseAsync("timed");

        Assert.Equal((1, 1), (Number(answer, "released"), Number(answer, "kept")));
        Assert.Equal(1L, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries WHERE event_key = 'evt_timed'"));
    }

    [Fact]
    public async Task A_secret_that_was_rotated_out_is_named_in_the_rejection_and_not_to_the_sender()
    {
        await MakeAsync("rotated", Wrong);
        await AddAsync("rotated", Right);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("rotated", Sending.StripeEvent("evt_rotated_1"), Wrong)).StatusCode);
        var ids = (await SecretsAsync("rotated")).GetProperty("secrets").EnumerateArray().Select(secret => secret.GetProperty("id").GetString()).ToList();

        using var refused = await Operator.DeleteAsync($"/api/sources/rotated/secrets/{ids[1]}", Cancel);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("Senders still use this secret", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var retired = await Operator.DeleteAsync($"/api/sources/rotated/secrets/{ids[1]}?force=true", Cancel);
        Assert.Equal(HttpStatusCode.OK, retired.StatusCode);
        using var last = await Operator.DeleteAsync($"/api/sources/rotated/secrets/{ids[0]}", Cancel);
        Assert.Equal(HttpStatusCode.Conflict, last.StatusCode);
        using var late = await PostAsync("rotated", Sending.StripeEvent("evt_rotated_2"), Wrong);

        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.DoesNotContain("rotated", await late.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await Eventually.IsTrue(async () => (await Operator.GetStringAsync("/api/rejections?source=rotated", Cancel)).Contains("rotated out at", StringComparison.Ordinal));
        await Eventually.Is(() => QuarantineAsync("rotated"), page => page.GetProperty("requests")[0].GetProperty("cause").GetString() == "retired-secret");
        var list = await SecretsAsync("rotated");
        Assert.Equal(ids[1], list.GetProperty("retired")[0].GetProperty("id").GetString());
        Assert.DoesNotContain(Wrong, list.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(Wrong, await fixture.QueryAsync<string>("SELECT protected FROM source_secrets WHERE source = 'rotated' AND retired_at IS NOT NULL"), StringComparison.Ordinal);
        var audit = await AuditAsync("rotated");
        Assert.All(["source.made", "secret.added", "secret.retired"], action => Assert.Contains(action, audit, StringComparison.Ordinal));
        Assert.DoesNotContain(Wrong, audit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_quarantine_is_bounded_and_rather_keeps_what_is_no_forgery()
    {
        await using var replica = await fixture.StartAsync(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Gateway:Quarantine:MaxRequests"] = "3" });
        var body = Sending.StripeEvent("evt_bounded");
        var stale = Sending.StripeProof(body, GatewayFixture.StripeSecret, DateTimeOffset.UtcNow.AddHours(-5));
        await replica.PostAsync("stripe", body, stale);
        await Eventually.IsTrue(async () => await fixture.QueryAsync<long>("SELECT count(*) FROM quarantine WHERE source = 'stripe' AND is_proven") == 1);
        for (var at = 0; at < 6; at++)
        {
            await replica.PostAsync("stripe", body, Sending.StripeProof(body, "a-guess-of-a-forger", DateTimeOffset.UtcNow));
        }

        await Eventually.IsTrue(async () => await fixture.QueryAsync<long>("SELECT count(*) FROM rejections WHERE source = 'stripe'") == 7);
        await Eventually.IsTrue(async () => await fixture.QueryAsync<long>("SELECT count(*) FROM quarantine WHERE source = 'stripe'") == 3);
        Assert.Equal(1L, await fixture.QueryAsync<long>("SELECT count(*) FROM quarantine WHERE source = 'stripe' AND is_proven"));
    }

    [Fact]
    public async Task Secrets_of_the_configuration_are_shown_and_read_only()
    {
        var list = await Eventually.Is(() => SecretsAsync("github"), list => list.GetProperty("secrets")[0].GetProperty("addedAt").ValueKind is JsonValueKind.String);
        using var added = await Operator.PostAsJsonAsync("/api/sources/github/secrets", new { secret = "another-secret" }, Cancel);
        using var retired = await Operator.DeleteAsync($"/api/sources/github/secrets/{list.GetProperty("secrets")[0].GetProperty("id").GetString()}", Cancel);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (added.StatusCode, retired.StatusCode));
        Assert.Contains("comes from the configuration", await added.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(0L, await fixture.QueryAsync<long>("SELECT count(*) FROM source_secrets WHERE source = 'github' AND protected IS NOT NULL"));
    }

    [Fact]
    public async Task Unknown_sources_have_no_quarantine()
    {
        using var response = await fixture.Gateway.PostAsync("nobody", Encoding.UTF8.GetBytes("{\"a\":1}"), [new("X-Signature", "abc")]);
        using var list = await Operator.GetAsync("/api/sources/nobody/quarantine", Cancel);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (response.StatusCode, list.StatusCode));
        Assert.Equal(0L, await fixture.QueryAsync<long>("SELECT count(*) FROM quarantine WHERE source = 'nobody'"));
    }

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();

    private async Task MakeAsync(string name, string secret)
    {
        using var made = await Operator.PutAsJsonAsync($"/api/sources/{name}", new { provider = "stripe", secrets = new[] { secret } }, Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
    }

    private async Task AddAsync(string name, string secret)
    {
        using var added = await Operator.PostAsJsonAsync($"/api/sources/{name}/secrets", new { secret }, Cancel);
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        Assert.DoesNotContain(secret, await added.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private async Task<JsonElement> ReleaseAsync(string name)
    {
        using var released = await Operator.PostAsync(new Uri($"/api/sources/{name}/quarantine/release", UriKind.Relative), null, Cancel);
        Assert.Equal(HttpStatusCode.OK, released.StatusCode);
        return await released.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    private Task<HttpResponseMessage> PostAsync(string source, byte[] body, string secret, DateTimeOffset? at = null) =>
        fixture.Gateway.PostAsync(source, body, Sending.StripeProof(body, secret, at ?? DateTimeOffset.UtcNow));

    private Task<JsonElement> QuarantineAsync(string source) => Operator.GetFromJsonAsync<JsonElement>($"/api/sources/{source}/quarantine", Cancel);

    private Task<JsonElement> SecretsAsync(string source) => Operator.GetFromJsonAsync<JsonElement>($"/api/sources/{source}/secrets", Cancel);

    private Task<string> AuditAsync(string subject) => Operator.GetStringAsync($"/api/audit?subject={subject}", Cancel);
}
