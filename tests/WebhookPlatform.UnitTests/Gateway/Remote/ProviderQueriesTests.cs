using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using WebhookPlatform.Gateway.Ingress;
using WebhookPlatform.Gateway.Remote;
using WebhookPlatform.Gateway.Signatures;
using WebhookPlatform.ServiceDefaults.Outbound;
using WebhookPlatform.TestKit;

namespace WebhookPlatform.UnitTests.Gateway.Remote;

public sealed class ProviderQueriesTests : IDisposable
{
    private static readonly ProviderQuery Key = new(new Uri("https://provider.example/key")) { KeepFor = TimeSpan.FromHours(1) };

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 14, 15, 9, 26, TimeSpan.Zero));
    private readonly QuestionLimit _limit = new(mostOfOneHost: 4, most: 6);
    private readonly Provider _provider = new();
    private readonly ProviderQueries _queries;

    public ProviderQueriesTests() => _queries = new ProviderQueries(_provider, CertificateTrust.OperatingSystem, _limit, _clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _queries.Dispose();
        _provider.Dispose();
    }

    [Fact]
    public async Task Answer_is_kept_as_long_as_the_question_says_and_no_longer()
    {
        Assert.Equal("answer 1", await AskAsync(Key));
        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("answer 1", await AskAsync(Key));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("answer 2", await AskAsync(Key));
    }

    [Fact]
    public async Task Answer_that_is_not_to_be_kept_is_asked_for_each_time()
    {
        var query = Key with { KeepFor = TimeSpan.Zero };

        Assert.Equal(["answer 1", "answer 2"], [await AskAsync(query), await AskAsync(query)]);
    }

    [Fact]
    public async Task Questions_are_told_apart_by_address_authorization_and_body()
    {
        ProviderQuery[] queries = [Key, Key with { Address = new Uri("https://provider.example/key?id=2") }, Key with { Authorization = "Bearer a" }, Key with { Authorization = "Bearer b" }, Key with { JsonBody = "{}" }];

        foreach (var query in queries.Concat(queries))
        {
            await AskAsync(query);
        }

        Assert.Equal(queries.Length, _provider.Requests.Count);
    }

    [Fact]
    public async Task Question_is_sent_as_it_says()
    {
        await AskAsync(Key with { Authorization = "Bearer api-key", JsonBody = """{"key_id":"ü"}""" });
        await AskAsync(Key);

        Assert.Equal([("POST", "Bearer api-key", """{"key_id":"ü"}"""), ("GET", null, null)], _provider.Requests);
    }

    [Fact]
    public async Task Many_who_ask_at_once_wait_for_one_answer()
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _provider.Answer = (_, _) => answer.Task;

        var asking = Enumerable.Range(0, 50).Select(_ => AskAsync(Key)).ToList();
        answer.SetResult(Text("the answer"));

        Assert.All(await Task.WhenAll(asking), text => Assert.Equal("the answer", text));
        Assert.Single(_provider.Requests);
    }

    [Fact]
    public async Task Sender_who_goes_away_does_not_take_the_answer_from_the_others()
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _provider.Answer = (_, _) => answer.Task;
        using var gone = new CancellationTokenSource();

        var first = _queries.AskAsync(Key, gone.Token).AsTask();
        var second = AskAsync(Key);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult(Text("the answer"));

        Assert.Equal("the answer", await second);
        Assert.Single(_provider.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.RequestTimeout)]
    [InlineData(HttpStatusCode.MovedPermanently)]
    [InlineData(HttpStatusCode.Found)]
    [InlineData(HttpStatusCode.TemporaryRedirect)]
    public async Task Provider_in_trouble_is_unreachable_and_is_left_alone_for_ten_seconds(HttpStatusCode status)
    {
        _provider.Answer = (_, _) => Task.FromResult(new HttpResponseMessage(status) { Headers = { Location = new Uri("https://elsewhere.example/") } });

        await IsUnreachableAsync(Key);
        _clock.Advance(TimeSpan.FromSeconds(9));
        await IsUnreachableAsync(Key);
        Assert.Single(_provider.Requests);

        _clock.Advance(TimeSpan.FromSeconds(1));
        _provider.Answer = null;
        Assert.Equal("answer 2", await AskAsync(Key));
    }

    [Fact]
    public async Task Provider_that_cannot_be_connected_to_is_unreachable()
    {
        _provider.Answer = (_, _) => throw new HttpRequestException("refused");
        await IsUnreachableAsync(Key);

        _provider.Answer = (_, _) => throw new IOException("reset");
        await IsUnreachableAsync(Key with { KeepFor = TimeSpan.Zero });
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.NotFound)]
    public async Task Provider_that_knows_nothing_of_it_has_answered_and_is_asked_again_after_a_minute(HttpStatusCode status)
    {
        _provider.Answer = (_, _) => Task.FromResult(new HttpResponseMessage(status));

        for (var time = 0; time < 2; time++)
        {
            var answer = await _queries.AskAsync(Key, Cancel);
            Assert.Equal((false, (int)status), (answer.IsSuccess, answer.Status));
            _clock.Advance(TimeSpan.FromSeconds(59));
        }

        Assert.Single(_provider.Requests);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _provider.Answer = null;
        Assert.Equal("answer 2", await AskAsync(Key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Slow_provider_is_given_up_in_time_to_answer_the_sender(bool isKept)
    {
        _provider.Answer = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("It was not given up.");
        };

        var started = TimeProvider.System.GetTimestamp();
        await IsUnreachableAsync(isKept ? Key : Key with { KeepFor = TimeSpan.Zero });

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), ProviderQueries.Timeout * 0.9, ProviderQueries.Timeout * 4);
    }

    [Theory]
    [InlineData("http://provider.example/key")]
    [InlineData("ftp://provider.example/key")]
    [InlineData("file:///etc/passwd")]
    public async Task Nothing_is_asked_but_over_https(string address)
    {
        await IsUnreachableAsync(Key with { Address = new Uri(address) });
        await Assert.ThrowsAsync<ProviderUnreachableException>(async () => await _queries.ConfirmAsync(new Uri(address), Cancel));

        Assert.Empty(_provider.Requests);
    }

    [Theory]
    [InlineData("https://127.0.0.1/key")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://10.0.0.1/key")]
    [InlineData("https://[::1]/key")]
    [InlineData("https://localhost/key")]
    public async Task Nothing_is_asked_inside_the_network(string address)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddOutboundClient(ProviderQueries.ClientName);
        await using var provider = services.BuildServiceProvider();
        using var queries = new ProviderQueries(provider.GetRequiredService<IHttpClientFactory>(), CertificateTrust.OperatingSystem, _limit, _clock);

        await Assert.ThrowsAsync<ProviderUnreachableException>(async () => await queries.AskAsync(Key with { Address = new Uri(address) }, Cancel));
        await Assert.ThrowsAsync<ProviderUnreachableException>(async () => await queries.ConfirmAsync(new Uri(address), Cancel));
    }

    [Theory]
    [InlineData("http://127.0.0.1:5290/key", true, true)]
    [InlineData("http://localhost:5290/key", true, true)]
    [InlineData("http://127.0.0.1:5290/key", false, false)]
    [InlineData("http://10.0.0.1/key", true, false)]
    [InlineData("http://provider.example/key", true, false)]
    [InlineData("http://127.0.0.1.provider.example/key", true, false)]
    public async Task Nothing_is_asked_in_the_clear_but_a_stand_in_on_this_machine(string address, bool mayBeHere, bool isAsked)
    {
        var query = Key with { Address = new Uri(address), MayBeHere = mayBeHere };

        Assert.Equal(isAsked, await OutcomeAsync(query) is not ProviderUnreachableException);
        Assert.Equal(isAsked ? 1 : 0, _provider.Requests.Count);
    }

    [Fact]
    public async Task Confirmation_is_fetched_each_time_and_has_to_succeed()
    {
        var address = new Uri("https://provider.example/confirm?token=t");
        await _queries.ConfirmAsync(address, Cancel);
        await _queries.ConfirmAsync(address, Cancel);
        Assert.Equal(2, _provider.Requests.Count);

        _provider.Answer = (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.Forbidden));
        await Assert.ThrowsAsync<ProviderUnreachableException>(async () => await _queries.ConfirmAsync(address, Cancel));
    }

    [Fact]
    public async Task Sender_is_asked_to_come_again_and_neither_query_nor_failure_shows_a_secret()
    {
        _provider.Answer = (_, _) => throw new HttpRequestException("refused");
        var query = Key with { Address = new Uri("https://provider.example/key?token=geheim"), Authorization = "Bearer geheim", JsonBody = "\"geheim\"" };

        var failure = await Assert.ThrowsAsync<ProviderUnreachableException>(async () => await _queries.AskAsync(query, Cancel));

        Assert.IsAssignableFrom<IngestRefusedException>(failure);
        Assert.DoesNotContain("geheim", failure + query.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_host_has_a_part_of_the_places_and_the_others_are_asked_as_ever()
    {
        var dead = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _provider.Answer = (request, _) => request.RequestUri!.Host is "dead.example" ? dead.Task : Task.FromResult(Text("alive"));

        var asking = Enumerable.Range(0, 1000).Select(number => OutcomeAsync(At("dead.example", number))).ToList();
        await Eventually.Is(() => Task.FromResult(asking.Count(one => one.IsCompleted)), done => done == 996);

        Assert.Equal(4, _limit.UnderWay);
        Assert.All(asking.Where(one => one.IsCompleted), one => Assert.IsType<ProviderBusyException>(one.Result));
        Assert.Equal("alive", await AskAsync(At("provider.example", 1)));
        Assert.Equal("alive", await AskAsync(At("provider.example", 2) with { KeepFor = TimeSpan.Zero }));
        await Eventually.Is(() => Task.FromResult(_provider.Requests.Count), count => count == 6);

        dead.SetException(new HttpRequestException("refused"));
        Assert.All((await Task.WhenAll(asking)).Where(one => one is not ProviderBusyException), one => Assert.IsType<ProviderUnreachableException>(one));
        await Eventually.Is(() => Task.FromResult(_limit.UnderWay), count => count == 0);
    }

    [Fact]
    public async Task Hosts_together_have_no_more_than_all_places()
    {
        var dead = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _provider.Answer = (_, _) => dead.Task;

        var asking = Enumerable.Range(0, 100).Select(number => OutcomeAsync(At($"host-{number}.example", number))).ToList();

        Assert.Equal(6, _limit.UnderWay);
        Assert.Equal(94, asking.Count(one => one.IsCompleted));
        dead.SetException(new HttpRequestException("refused"));
        await Task.WhenAll(asking);
        await Eventually.Is(() => Task.FromResult(_limit.UnderWay), count => count == 0);
    }

    [Fact]
    public async Task Question_that_was_not_asked_for_want_of_room_is_asked_as_soon_as_there_is_some()
    {
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _provider.Answer = async (_, _) =>
        {
            await slow.Task;
            return Text("late");
        };
        var asking = Enumerable.Range(0, 4).Select(number => OutcomeAsync(At("provider.example", number))).ToList();

        await Assert.ThrowsAsync<ProviderBusyException>(() => AskAsync(At("provider.example", 4)));
        await Assert.ThrowsAsync<ProviderBusyException>(() => AskAsync(At("provider.example", 5) with { KeepFor = TimeSpan.Zero }));
        await Assert.ThrowsAsync<ProviderBusyException>(async () => await _queries.ConfirmAsync(new Uri("https://PROVIDER.example/confirm"), Cancel));
        slow.SetResult();
        await Task.WhenAll(asking);
        await Eventually.Is(() => Task.FromResult(_limit.UnderWay), count => count == 0);

        _provider.Answer = (_, _) => Task.FromResult(Text("answer"));
        Assert.Equal("answer", await AskAsync(At("provider.example", 4)));
        Assert.Equal("answer", await AskAsync(At("provider.example", 5) with { KeepFor = TimeSpan.Zero }));
        await _queries.ConfirmAsync(new Uri("https://provider.example/confirm"), Cancel);
        Assert.Equal(0, _limit.UnderWay);
    }

    [Fact]
    public async Task One_question_takes_one_place_however_many_ask_it_and_an_answer_that_is_kept_takes_none()
    {
        var slow = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _provider.Answer = (_, _) => slow.Task;

        var asking = Enumerable.Range(0, 100).Select(_ => AskAsync(Key)).ToList();
        Assert.Equal(1, _limit.UnderWay);
        slow.SetResult(Text("the answer"));
        await Task.WhenAll(asking);
        await Eventually.Is(() => Task.FromResult(_limit.UnderWay), count => count == 0);

        _provider.Answer = (_, _) => new TaskCompletionSource<HttpResponseMessage>().Task;
        var others = Enumerable.Range(0, 4).Select(number => OutcomeAsync(At("provider.example", number))).ToList();
        Assert.Equal("the answer", await AskAsync(Key));
        Assert.DoesNotContain(others, one => one.IsCompleted);
    }

    [Fact]
    public async Task Sender_is_asked_to_come_again_where_there_is_no_room()
    {
        _provider.Answer = (_, _) => new TaskCompletionSource<HttpResponseMessage>().Task;
        var waiting = Enumerable.Range(0, 4).Select(number => OutcomeAsync(At("provider.example", number))).ToList();

        var busy = await Assert.ThrowsAsync<ProviderBusyException>(() => AskAsync(At("provider.example", 4) with { Authorization = "Bearer geheim" }));

        Assert.Equal(("provider-busy", 4), (Assert.IsAssignableFrom<IngestRefusedException>(busy).Reason, waiting.Count));
        Assert.DoesNotContain("geheim", busy.ToString(), StringComparison.Ordinal);
    }

    private static ProviderQuery At(string host, int number) => Key with { Address = new Uri($"https://{host}/keys/{number}") };

    /// <summary>What asking throws; null for an answer.</summary>
    private async Task<Exception?> OutcomeAsync(ProviderQuery query)
    {
        try
        {
            await AskAsync(query);
            return null;
        }
        catch (IngestRefusedException refused)
        {
            return refused;
        }
    }

    private async Task<string> AskAsync(ProviderQuery query) => Encoding.UTF8.GetString((await _queries.AskAsync(query, Cancel)).Body.Span);

    private async Task IsUnreachableAsync(ProviderQuery query) =>
        await Assert.ThrowsAsync<ProviderUnreachableException>(async () => await _queries.AskAsync(query, Cancel));

    private static HttpResponseMessage Text(string text) => new(HttpStatusCode.OK) { Content = new StringContent(text) };

    /// <summary>Answers with a number of its own each time, or as the test says.</summary>
    private sealed class Provider : HttpMessageHandler, IHttpClientFactory
    {
        private readonly List<(string Method, string? Authorization, string? Body)> _requests = [];

        public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>>? Answer { get; set; }

        public IReadOnlyList<(string Method, string? Authorization, string? Body)> Requests
        {
            get
            {
                lock (_requests)
                {
                    return [.. _requests];
                }
            }
        }

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? null : await request.Content.ReadAsStringAsync(cancellationToken);
            int number;
            lock (_requests)
            {
                _requests.Add((request.Method.Method, request.Headers.Authorization?.ToString(), body));
                number = _requests.Count;
            }

            return await (Answer?.Invoke(request, cancellationToken) ?? Task.FromResult(Text($"answer {number.ToString(System.Globalization.CultureInfo.InvariantCulture)}")));
        }
    }
}
