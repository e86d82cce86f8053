using System.Net;
using System.Net.Http.Headers;

namespace WebhookPlatform.Gateway.Remote;

/// <summary>A request for one page of a provider's lists, with the account's key.</summary>
/// <param name="Address">Absolute and https; http for addresses of this machine only, which the outbound guard has to allow.</param>
public sealed record ProviderPageQuery(Uri Address)
{
    /// <summary>Headers, the key among them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Largest answer in bytes; a larger one counts as no answer.</summary>
    public int MaxBytes { get; init; } = 32 * 1024 * 1024;

    public override string ToString() => Address.Host;
}

/// <summary>A page of a provider's list.</summary>
/// <param name="Body">The bytes as they came.</param>
/// <param name="Next">Where the <c>Link</c> header (RFC 8288) says that the list goes on, absolute; null where it says nothing.</param>
public sealed record ProviderPage(ReadOnlyMemory<byte> Body, Uri? Next = null);

/// <summary>A provider did not give a page of its list.</summary>
/// <param name="message">What it said instead, as a sentence; never the key.</param>
/// <param name="status">HTTP status; 0 where there was no answer.</param>
/// <param name="retryAfter">When it wants to be asked again; null where it did not say.</param>
public sealed class ProviderPageException(string message, int status = 0, TimeSpan? retryAfter = null) : Exception(message)
{
    public int Status { get; } = status;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether the same request may be answered later.</summary>
    public bool MayPass => RetryAfter is not null || Status is 0 or 408 or 409 or 425 or 429 or >= 500;
}

/// <summary>Fetches pages: bounded in time and size, never from memory, no redirects.</summary>
internal static class ProviderPages
{
    /// <summary>From connecting to the end of the answer.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private const int LongestLink = 4096;
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);

    /// <exception cref="ProviderPageException">Anything but a page.</exception>
    public static async Task<ProviderPage> GetAsync(HttpClient client, ProviderPageQuery query, TimeProvider clock, CancellationToken cancellationToken)
    {
        var host = query.Address.Host;
        if (!string.Equals(query.Address.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal) && !IsHere(query.Address))
        {
            throw new ProviderPageException($"{host} is only asked over https: the key must not be read on the way.", (int)HttpStatusCode.BadRequest);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, query.Address);
        foreach (var (name, value) in query.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw Refused(host, response, clock.GetUtcNow());
            }

            return new ProviderPage(await ReadAsync(host, response.Content, query.MaxBytes, limit.Token), NextOf(query.Address, response.Headers));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw new ProviderPageException($"{host} cannot be reached: {failure.GetBaseException().Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProviderPageException($"{host} did not answer in time.");
        }
    }

    /// <summary>Whether an address is one of this machine, so that nobody reads along.</summary>
    public static bool IsHere(Uri address) => address.IsLoopback && string.Equals(address.Scheme, Uri.UriSchemeHttp, StringComparison.Ordinal);

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(string host, HttpContent content, int most, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > most)
        {
            throw TooLarge(host, most);
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var read = new MemoryStream((int)(content.Headers.ContentLength ?? 0));
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (read.Length + count > most)
            {
                throw TooLarge(host, most);
            }

            read.Write(buffer, 0, count);
        }

        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }

    private static ProviderPageException TooLarge(string host, int most) => new($"{host} answered more than {most} bytes.", (int)HttpStatusCode.RequestEntityTooLarge);

    private static ProviderPageException Refused(string host, HttpResponseMessage response, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var wait = WaitOf(response.Headers, status, now);
        var sentence = response.StatusCode switch
        {
            _ when wait is { } pause => $"{host} wants to be asked less often ({status}); again in {pause.TotalSeconds:0} seconds.",
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"{host} refuses the API key ({status}): it is wrong, expired, or may not read this list.",
            HttpStatusCode.NotFound => $"{host} knows nothing at {response.RequestMessage?.RequestUri?.AbsolutePath} (404): the address is wrong, or the API key may not see it.",
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => $"{host} redirects ({status}), which is not followed: the address is wrong.",
            _ => $"{host} answered {status}.",
        };
        return new ProviderPageException(sentence, status, wait);
    }

    // Retry-After (RFC 9110, section 10.2.3); GitHub also tells when the limit is reset, in Unix seconds: docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api.
    private static TimeSpan? WaitOf(HttpResponseHeaders headers, int status, DateTimeOffset now)
    {
        if (status is not (403 or 429 or 503))
        {
            return null;
        }

        var wait = headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ when One(headers, "x-ratelimit-remaining") is "0" && long.TryParse(One(headers, "x-ratelimit-reset"), System.Globalization.CultureInfo.InvariantCulture, out var reset) && reset is >= 0 and < 100_000_000_000
                => DateTimeOffset.FromUnixTimeSeconds(reset) - now,
            _ when headers.TryGetValues("Retry-After", out var values) && double.TryParse(values.FirstOrDefault(), System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e6
                => TimeSpan.FromSeconds(seconds), // Shopify writes "2.0".
            _ => (TimeSpan?)null,
        };
        return wait is { } found ? TimeSpan.FromTicks(Math.Clamp(found.Ticks, TimeSpan.TicksPerSecond, LongestWait.Ticks)) : null;
    }

    private static string? One(HttpResponseHeaders headers, string name) => headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static Uri? NextOf(Uri asked, HttpResponseHeaders headers) =>
        One(headers, "Link") is { Length: <= LongestLink } link && LinkHeader.Find(link, "next") is { } target && Uri.TryCreate(asked, target, out var next) ? next : null;
}

/// <summary>Reads <c>Link: &lt;address&gt;; rel="next", …</c> (RFC 8288, section 3).</summary>
public static class LinkHeader
{
    /// <summary>The target with a relation; null where there is none.</summary>
    public static string? Find(string header, string relation)
    {
        for (var rest = header.AsSpan(); ;)
        {
            var start = rest.IndexOf('<');
            var end = start < 0 ? -1 : rest[start..].IndexOf('>');
            if (end < 0)
            {
                return null;
            }

            var target = rest.Slice(start + 1, end - 1);
            rest = rest[(start + end + 1)..];
            var following = rest.IndexOf('<');
            foreach (var part in (following < 0 ? rest : rest[..following]).ToString().Split([';', ',']))
            {
                if (part.Split('=', 2) is [var name, var value]
                    && name.Trim().Equals("rel", StringComparison.OrdinalIgnoreCase)
                    && value.Trim().Trim('"').Split(' ').Contains(relation, StringComparer.OrdinalIgnoreCase))
                {
                    return target.ToString();
                }
            }
        }
    }
}
