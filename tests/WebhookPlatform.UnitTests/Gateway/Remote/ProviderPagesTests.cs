using System.Net;
using Microsoft.Extensions.Time.Testing;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;

namespace WebhookPlatform.UnitTests.Gateway.Remote;

public sealed class ProviderPagesTests : IDisposable
{
    private static readonly ProviderPageQuery Query = new(new Uri("https://provider.example/v1/list?limit=2")) { Headers = [new("Authorization", "Bearer geheim")], MaxBytes = 1000 };

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 14, 15, 9, 26, TimeSpan.Zero));
    private readonly Provider _provider = new();
    private readonly ProviderQueries _queries;

    public ProviderPagesTests() => _queries = new ProviderQueries(_provider, CertificateTrust.OperatingSystem, new QuestionLimit(), _clock);

    public void Dispose()
    {
        _queries.Dispose();
        _provider.Dispose();
    }

    [Fact]
    public async Task Page_is_asked_for_each_time_with_the_key_and_says_where_the_list_goes_on()
    {
        _provider.Answer = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("[1]"), Headers = { { "Link", "<https://provider.example/v1/list?cursor=a,b;c>; rel=\"next\", </v1/list>; rel=first" } } };

        var pages = new[] { await GetAsync(Query), await GetAsync(Query) };

        Assert.All(pages, page => Assert.Equal(("[1]", "https://provider.example/v1/list?cursor=a,b;c"), (System.Text.Encoding.UTF8.GetString(page.Body.Span), page.Next!.AbsoluteUri)));
        Assert.Equal(["Bearer geheim", "Bearer geheim"], _provider.Keys);
    }

    [Theory]
    [InlineData(401, null, false, "refuses the API key (401)")]
    [InlineData(403, null, false, "refuses the API key (403)")]
    [InlineData(403, "7", true, "again in 7 seconds")]
    [InlineData(404, null, false, "knows nothing at /v1/list (404)")]
    [InlineData(301, null, false, "redirects (301), which is not followed")]
    [InlineData(429, "2.0", true, "again in 2 seconds")]
    [InlineData(429, "Sat, 14 Mar 2026 15:10:26 GMT", true, "again in 60 seconds")]
    [InlineData(429, "999999", true, "again in 21600 seconds")]
    [InlineData(429, "-5", true, "answered 429")]
    [InlineData(429, null, true, "answered 429")]
    [InlineData(500, null, true, "answered 500")]
    [InlineData(503, "1", true, "again in 1 seconds")]
    [InlineData(400, null, false, "answered 400")]
    public async Task Refusal_is_told_in_words_with_whether_it_may_pass(int status, string? retryAfter, bool mayPass, string words)
    {
        _provider.Answer = _ =>
        {
            var response = new HttpResponseMessage((HttpStatusCode)status) { RequestMessage = new HttpRequestMessage(HttpMethod.Get, Query.Address) };
            if (retryAfter is not null)
            {
                response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
            }

            return response;
        };

        var failure = await Assert.ThrowsAsync<ProviderPageException>(() => GetAsync(Query));

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.Equal((status, mayPass), (failure.Status, failure.MayPass));
        Assert.DoesNotContain("geheim", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limit_that_GitHub_tells_the_end_of_is_waited_for()
    {
        _provider.Answer = _ => new HttpResponseMessage(HttpStatusCode.Forbidden) { Headers = { { "x-ratelimit-remaining", "0" }, { "x-ratelimit-reset", "1773501056" } } };
        Assert.Equal(TimeSpan.FromSeconds(90), (await Assert.ThrowsAsync<ProviderPageException>(() => GetAsync(Query))).RetryAfter);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Page_that_is_too_large_is_given_up(bool isAnnounced)
    {
        _provider.Answer = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = isAnnounced ? new ByteArrayContent(new byte[1001]) : new StreamContent(new Endless()) };

        var failure = await Assert.ThrowsAsync<ProviderPageException>(() => GetAsync(Query));

        Assert.Contains("more than 1000 bytes", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.MayPass);
    }

    [Theory]
    [InlineData("http://provider.example/v1/list")]
    [InlineData("http://10.0.0.1/v1/list")]
    [InlineData("ftp://127.0.0.1/v1/list")]
    public async Task Key_is_not_sent_in_the_clear(string address)
    {
        await Assert.ThrowsAsync<ProviderPageException>(() => GetAsync(Query with { Address = new Uri(address) }));

        Assert.Empty(_provider.Keys);
    }

    [Fact]
    public async Task Connection_that_fails_may_pass()
    {
        _provider.Answer = _ => throw new HttpRequestException("refused");

        Assert.True((await Assert.ThrowsAsync<ProviderPageException>(() => GetAsync(Query))).MayPass);
    }

    [Theory]
    [InlineData("<https://a.example/?x=1>; rel=\"next\"", "https://a.example/?x=1")]
    [InlineData("<https://a.example/1>; rel=\"prev\", <https://a.example/2>; rel=\"next\"", "https://a.example/2")]
    [InlineData("</2>; title=\"x\"; rel=next", "/2")]
    [InlineData("</2>; rel=\"last next\"", "/2")]
    [InlineData("</2>; rel=\"nextish\"", null)]
    [InlineData("</2", null)]
    [InlineData("", null)]
    [InlineData("<>;;;=,rel=next", "")]
    public void Links_are_found_by_their_relation(string header, string? target) => Assert.Equal(target, LinkHeader.Find(header, "next"));

    private Task<ProviderPage> GetAsync(ProviderPageQuery query) => _queries.GetPageAsync(query, TestContext.Current.CancellationToken);

    private sealed class Provider : HttpMessageHandler, IHttpClientFactory
    {
        public List<string?> Keys { get; } = [];

        public Func<HttpRequestMessage, HttpResponseMessage> Answer { get; set; } = _ => new HttpResponseMessage(HttpStatusCode.OK);

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Keys.Add(request.Headers.Authorization?.ToString());
            return Task.FromResult(Answer(request));
        }
    }

    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
