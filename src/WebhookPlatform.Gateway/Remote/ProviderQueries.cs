using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using WebhookPlatform.Gateway.Signatures;

namespace WebhookPlatform.Gateway.Remote;

/// <summary>
/// Asks over HTTPS through the outbound guard. What was asked lately is remembered, failures too, so that a dead provider is not asked again by every webhook;
/// how many different questions are under way at a time is bounded, for each host and in all.
/// </summary>
/// <param name="trust">Judges the certificates that providers show.</param>
public sealed class ProviderQueries(IHttpClientFactory clients, ICertificateTrust trust, QuestionLimit limit, TimeProvider clock) : IProviderQueries, IDisposable
{
    /// <summary>Name of the guarded client.</summary>
    public const string ClientName = "provider-queries";

    /// <summary>Less than the tightest sender waits (Slack's and Discord's 3 s).</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2.5);

    private static readonly TimeSpan FailuresKept = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RefusalsKept = TimeSpan.FromMinutes(1);

    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = 4 * 1024 * 1024, Clock = new CacheClock(clock) });
    private readonly Dictionary<string, Task<ProviderAnswer?>> _underWay = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public ICertificateTrust Trust => trust;

    public async ValueTask<ProviderAnswer> AskAsync(ProviderQuery query, CancellationToken cancellationToken)
    {
        if (query.KeepFor <= TimeSpan.Zero)
        {
            return await SendLimitedAsync(query, cancellationToken) ?? throw new ProviderUnreachableException(query.Address.Host);
        }

        if (!_answers.TryGetValue(query.Key, out ProviderAnswer? answer))
        {
            // The question outlives the webhook that came first: others wait for the same answer.
            answer = await UnderWay(query).WaitAsync(cancellationToken);
        }

        return answer ?? throw new ProviderUnreachableException(query.Address.Host);
    }

    public async ValueTask ConfirmAsync(Uri address, CancellationToken cancellationToken)
    {
        if (await SendLimitedAsync(new ProviderQuery(address), cancellationToken) is not { IsSuccess: true })
        {
            throw new ProviderUnreachableException(address.Host);
        }
    }

    public Task<ProviderPage> GetPageAsync(ProviderPageQuery query, CancellationToken cancellationToken) => ProviderPages.GetAsync(clients.CreateClient(ClientName), query, clock, cancellationToken);

    public void Dispose() => _answers.Dispose();

    private Task<ProviderAnswer?> UnderWay(ProviderQuery query)
    {
        lock (_lock)
        {
            if (!_underWay.TryGetValue(query.Key, out var asking))
            {
                // Nothing is remembered of a question that is not asked: the next to come may find room.
                limit.Enter(query.Address.Host);
                asking = _underWay[query.Key] = Task.Run(() => AskAndKeepAsync(query));
            }

            return asking;
        }
    }

    private async Task<ProviderAnswer?> AskAndKeepAsync(ProviderQuery query)
    {
        try
        {
            var answer = await SendAsync(query, CancellationToken.None);
            var keep = answer switch
            {
                null => FailuresKept,
                { IsSuccess: false } => RefusalsKept,
                _ => query.KeepFor,
            };
            _answers.Set(query.Key, answer, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = keep, Size = query.Key.Length + (answer?.Body.Length ?? 0) });
            return answer;
        }
        finally
        {
            lock (_lock)
            {
                _underWay.Remove(query.Key);
            }

            limit.Leave(query.Address.Host);
        }
    }

    private async Task<ProviderAnswer?> SendLimitedAsync(ProviderQuery query, CancellationToken cancellationToken)
    {
        limit.Enter(query.Address.Host);
        try
        {
            return await SendAsync(query, cancellationToken);
        }
        finally
        {
            limit.Leave(query.Address.Host);
        }
    }

    /// <returns>Null when there is no usable answer.</returns>
    private async Task<ProviderAnswer?> SendAsync(ProviderQuery query, CancellationToken cancellationToken)
    {
        if (!string.Equals(query.Address.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal) && !(query.MayBeHere && ProviderPages.IsHere(query.Address)))
        {
            return null;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);
        using var request = new HttpRequestMessage(query.JsonBody is null ? HttpMethod.Get : HttpMethod.Post, query.Address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        if (query.Authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", query.Authorization);
        }

        if (query.JsonBody is not null)
        {
            request.Content = new StringContent(query.JsonBody, Encoding.UTF8, MediaTypeNames.Application.Json);
        }

        try
        {
            using var response = await clients.CreateClient(ClientName).SendAsync(request, deadline.Token);
            return response.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or (>= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest)
                ? null
                : new ProviderAnswer((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(deadline.Token));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private sealed class CacheClock(TimeProvider clock) : Microsoft.Extensions.Internal.ISystemClock
    {
        public DateTimeOffset UtcNow => clock.GetUtcNow();
    }
}
