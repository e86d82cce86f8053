using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.IntegrationTests.Gateway;

public sealed class BadInputTests(GatewayFixture fixture) : IClassFixture<GatewayFixture>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Other_methods_are_answered_405_with_the_allowed_one(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/webhooks/stripe");
        using var response = await fixture.Gateway.Client.SendAsync(request, Cancel);

        await IsProblem(response, HttpStatusCode.MethodNotAllowed);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("..%2F..%2Fetc")]
    [InlineData("Stripe'; DROP TABLE deliveries;--")]
    public async Task Unknown_source_is_answered_404(string source) =>
        await IsProblem(await fixture.Gateway.PostAsync(source, "{}"u8.ToArray(), []), HttpStatusCode.NotFound);

    public static TheoryData<string, string?> BadSignatures()
    {
        var stale = Sign(DateTimeOffset.UtcNow.AddSeconds(-400));
        var future = Sign(DateTimeOffset.UtcNow.AddSeconds(400));
        return new()
        {
            { "missing", null },
            { "empty", "" },
            { "malformed", "not a signature" },
            { "no timestamp", "v1=" + new string('0', 64) },
            { "wrong", $"t={DateTimeOffset.UtcNow.ToUnixTimeSeconds()},v1={new string('0', 64)}" },
            { "other version only", Sign(DateTimeOffset.UtcNow).Replace("v1=", "v0=", StringComparison.Ordinal) },
            { "stale", stale },
            { "future", future },
            { "huge", $"t=1,{string.Join(',', Enumerable.Repeat("v1=" + new string('a', 64), 300))}" },
        };

        static string Sign(DateTimeOffset at) => Sending.StripeProof("{}"u8.ToArray(), GatewayFixture.StripeSecret, at).Single(header => header.Key == "Stripe-Signature").Value;
    }

    [Theory]
    [MemberData(nameof(BadSignatures))]
    public async Task Unproven_sender_is_answered_401_and_told_nothing(string kind, string? signature)
    {
        using var response = await fixture.Gateway.PostAsync("stripe", "{}"u8.ToArray(), signature is null ? [] : [new("Stripe-Signature", signature)]);

        await IsProblem(response, HttpStatusCode.Unauthorized);
        Assert.Contains("The request could not be verified.", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.NotEmpty(kind);
    }

    [Fact]
    public async Task Signature_header_sent_twice_is_not_believed()
    {
        var body = "{}"u8.ToArray();
        var good = Sending.StripeProof(body, GatewayFixture.StripeSecret, DateTimeOffset.UtcNow).Single();
        var answer = await RawAsync($"POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n{good.Key}: {good.Value}\r\n{good.Key}: {good.Value}\r\n\r\n{{}}");

        Assert.StartsWith("HTTP/1.1 401 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1024 * 1024, HttpStatusCode.OK)]
    [InlineData((1024 * 1024) + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Body_limit_is_exact(int size, HttpStatusCode expected)
    {
        var body = Encoding.UTF8.GetBytes("\"" + new string('a', size - 2) + "\"");
        using var response = await fixture.Gateway.PostStripeAsync(body);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Body_limit_holds_for_chunked_bodies_too()
    {
        using var content = new StreamContent(new MemoryStream(new byte[1001]));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/small") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-Signature", "abc123xyz");

        await IsProblem(await fixture.Gateway.Client.SendAsync(request, Cancel), HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "stripe")]
    [InlineData("text/xml", "razorpay")]
    [InlineData("multipart/form-data; boundary=x", "standard-webhooks")]
    public async Task Media_type_that_the_provider_never_sends_is_answered_415(string contentType, string source) =>
        await IsProblem(await fixture.Gateway.PostAsync(source, "a=b"u8.ToArray(), [], contentType), HttpStatusCode.UnsupportedMediaType);

    [Fact]
    public async Task Compressed_body_is_answered_415_and_told_what_is_accepted()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/stripe") { Content = new ByteArrayContent([0x1f, 0x8b, 8, 0]) };
        request.Content.Headers.ContentEncoding.Add("gzip");
        using var response = await fixture.Gateway.Client.SendAsync(request, Cancel);

        await IsProblem(response, HttpStatusCode.UnsupportedMediaType);
        Assert.Contains("identity", response.Headers.GetValues("Accept-Encoding"));
    }

    [Fact]
    public async Task Huge_headers_are_answered_431() =>
        await IsProblem(await fixture.Gateway.PostAsync("stripe", "{}"u8.ToArray(), [new("X-Padding", new string('a', 33 * 1024))]), HttpStatusCode.RequestHeaderFieldsTooLarge);

    public static TheoryData<string, byte[]> OddBodies() => new()
    {
        { "invalid UTF-8", [.. "{\"id\":\"evt_"u8, 0xff, 0xfe, 0xc0, .. "\"}"u8] },
        { "byte order mark", [0xef, 0xbb, 0xbf, .. "{\"id\":\"evt_bom\",\"type\":\"payment_intent.succeeded\"}"u8] },
        { "deeply nested", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 20_000)) + "1" + new string('}', 20_000)) },
        { "nested arrays", Encoding.UTF8.GetBytes(new string('[', 100_000)) },
        { "duplicate keys", "{\"id\":\"evt_a\",\"id\":\"evt_b\",\"type\":\"x\",\"type\":\"y\"}"u8.ToArray() },
        { "huge number", "{\"id\":\"evt_huge\",\"type\":\"payment_intent.succeeded\",\"created\":99999999999999999999,\"data\":{\"object\":{\"id\":\"pi\",\"amount_received\":123456789012345678901234567890,\"currency\":\"usd\"}}}"u8.ToArray() },
        { "NUL in the id", "{\"id\":\"evt_\\u0000nul\",\"type\":\"a\\u0000b\"}"u8.ToArray() },
        { "lone surrogate", "{\"id\":\"evt_\\ud800\",\"type\":\"\\udc00\"}"u8.ToArray() },
        { "long id", Encoding.UTF8.GetBytes($"{{\"id\":\"{new string('x', 100_000)}\",\"type\":\"{new string('y', 100_000)}\"}}") },
        { "null document", "null"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(OddBodies))]
    public async Task Odd_body_with_a_good_signature_is_kept_as_it_is(string kind, byte[] body)
    {
        var (delivery, _) = await (await fixture.Gateway.PostStripeAsync(body)).AcknowledgementAsync();

        Assert.Equal(body, await fixture.QueryAsync<byte[]>("SELECT body FROM deliveries WHERE id = $1", delivery));
        Assert.NotEmpty(kind);
    }

    [Fact]
    public async Task Body_cut_short_is_not_stored_and_harms_nobody()
    {
        var before = await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries");
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(fixture.Gateway.Address.Host, fixture.Gateway.Address.Port, Cancel);
            await client.GetStream().WriteAsync("POST /webhooks/shop HTTP/1.1\r\nHost: x\r\nX-Signature: abc123xyz\r\nContent-Length: 1000\r\n\r\n{\"half\":"u8.ToArray(), Cancel);
        }

        await Eventually.IsTrue(async () => (await ReasonsAsync("shop")).Contains("body-malformed"));
        Assert.Equal(before, await fixture.QueryAsync<long>("SELECT count(*) FROM deliveries"));
    }

    [Fact]
    public async Task Body_that_trickles_is_answered_408()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(fixture.Gateway.Address.Host, fixture.Gateway.Address.Port, Cancel);
        var stream = client.GetStream();
        await stream.WriteAsync("POST /webhooks/shop HTTP/1.1\r\nHost: x\r\nX-Signature: abc123xyz\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray(), Cancel);

        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 408 ", await reader.ReadLineAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST /webhooks/shop HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n")]
    [InlineData("POST /webhooks/shop HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("POST /webhooks/shop HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("POST /webhooks/%00 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    public async Task Malformed_http_is_answered_400(string request) =>
        Assert.StartsWith("HTTP/1.1 400 ", await RawAsync(request), StringComparison.Ordinal);

    [Fact]
    public async Task Rejections_are_listed_with_their_reason_and_without_what_was_presented()
    {
        using var response = await fixture.Gateway.PostAsync("shop", "{}"u8.ToArray(), [new("X-Signature", "guess-of-a-forger")]);

        await Eventually.IsTrue(async () => (await ReasonsAsync("shop")).Contains("token-mismatch"));
        Assert.DoesNotContain("guess-of-a-forger", await fixture.Gateway.Operator.GetStringAsync("/api/rejections", Cancel), StringComparison.Ordinal);
    }

    private static async Task IsProblem(HttpResponseMessage response, HttpStatusCode status)
    {
        var body = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)status, JsonDocument.Parse(body).RootElement.GetProperty("status").GetInt32());
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> ReasonsAsync(string source)
    {
        var answer = await fixture.Gateway.Operator.GetFromJsonAsync<JsonElement>($"/api/rejections?source={source}", Cancel);
        return [.. answer.GetProperty("rejections").EnumerateArray().Select(rejection => rejection.GetProperty("reason").GetString()!)];
    }

    private async Task<string> RawAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(fixture.Gateway.Address.Host, fixture.Gateway.Address.Port, Cancel);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync(Cancel) ?? "";
    }
}
