using System.Text;
using System.Text.Json;
using WebhookPlatform.Benchmarks.Load;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.UnitTests.Benchmarks;

public sealed class RequestTests
{
    private const string Secret = "whsec_of_the_benchmark_tests";
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 18, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Requests_are_unique_and_proven_to_the_providers_own_verification()
    {
        var requests = new StripeRequests(Secret, Now);
        var events = Enumerable.Range(0, 30).Select(_ => Read(requests, Now)).ToList();

        Assert.Equal(30, events.Select(json => json.GetProperty("id").GetString()).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(3, events.Count(json => json.GetProperty("data").GetProperty("object").GetProperty("amount_received").GetInt64() >= StripeRequests.LargeAmount));
        Assert.InRange(requests.BodyLength, 1000, 1300);
    }

    [Fact]
    public void Signatures_can_be_of_a_later_time()
    {
        var requests = new StripeRequests(Secret, Now);
        requests.SignAt(Now.AddMinutes(20));

        Read(requests, Now.AddMinutes(20));
    }

    [Fact]
    public void Stream_ends_or_begins_anew()
    {
        var ending = RequestStream.Of(new StripeRequests(Secret, Now), 2);
        var endless = RequestStream.Around(new StripeRequests(Secret, Now), 2);

        Assert.NotEqual(ending.Next().ToArray(), ending.Next().ToArray());
        Assert.True(ending.Next().IsEmpty);
        var first = endless.Next().ToArray();
        endless.Next();
        Assert.Equal(first, endless.Next().ToArray());
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n{ }\n", 200, false)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, false)]
    [InlineData("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 503, true)]
    public void Answer_is_read_when_it_is_whole_and_not_before(string text, int status, bool hasRetryAfter)
    {
        var bytes = Encoding.ASCII.GetBytes(text);

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(HttpAnswer.TryRead(bytes.AsSpan(0, length), out _));
        }

        Assert.True(HttpAnswer.TryRead(bytes, out var answer));
        Assert.Equal(new HttpAnswer(status, bytes.Length, hasRetryAfter), answer);
    }

    [Fact]
    public void What_is_not_HTTP_is_a_fault() => Assert.Throws<FormatException>(() => HttpAnswer.TryRead("SSH-2.0\r\n\r\n"u8, out _));

    private static JsonElement Read(StripeRequests requests, DateTimeOffset now)
    {
        var bytes = new byte[requests.Length];
        requests.Next(bytes);
        var text = Encoding.ASCII.GetString(bytes);
        var headers = new Microsoft.AspNetCore.Http.HeaderDictionary();
        foreach (var line in text[..text.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n")[1..])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 2)..];
        }

        var body = bytes.AsMemory(bytes.Length - requests.BodyLength);
        var source = new Source { Name = "stripe", Provider = new StripeProvider(), Secrets = [new SourceSecret(Secret)] };
        Assert.Null(source.Provider.Verify(new RawRequest("POST", "", headers, body), source, now).Failure);
        return JsonSerializer.Deserialize<JsonElement>(body.Span);
    }
}
