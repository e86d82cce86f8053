using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace WebhookPlatform.Cli.Live;

/// <summary>Follows the dashboard's server-sent events and connects again whenever they stop.</summary>
public sealed class LiveFeed(HttpClient http, Uri address, string operatorKey, TimeProvider time)
{
    private const int RememberedIds = 1000;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly Queue<string> _seenInOrder = new();
    private TimeSpan _backoff = FirstBackoff;

    /// <summary>Yields activities as they come, each once, also when the dashboard repeats the latest after a reconnect.</summary>
    /// <param name="onState">Is told in a sentence when the connection is made or lost.</param>
    /// <param name="cancellationToken">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CliException">The dashboard refuses the key or has no such stream: trying again would not help.</exception>
    public async IAsyncEnumerable<Activity> FollowAsync(Action<string> onState, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var (response, failure) = await ConnectAsync(cancellationToken);
            if (response is not null)
            {
                using (response)
                {
                    onState($"Live from {address}. Ctrl-C stops.");
                    await using var frames = ReadAsync(response, cancellationToken).GetAsyncEnumerator(cancellationToken);
                    while (await NextAsync(frames) is { } frame)
                    {
                        foreach (var activity in Activity.ReadFrame(frame))
                        {
                            if (IsNew(activity))
                            {
                                yield return activity;
                            }
                        }
                    }
                }
            }

            onState($"Not live: {failure ?? "the connection ended"}. Trying again in {_backoff.TotalSeconds:0} s.");
            await Task.Delay(_backoff, time, cancellationToken);
            _backoff = _backoff * 2 < LongestBackoff ? _backoff * 2 : LongestBackoff;
        }
    }

    private async Task<(HttpResponseMessage? Response, string? Failure)> ConnectAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", operatorKey);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return (response, null);
            }

            using (response)
            {
                throw response.StatusCode switch
                {
                    HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new CliException($"{address} does not accept the operator key. Give this run's key with --key or Operator__ApiKey; ./run.sh prints it."),
                    HttpStatusCode.NotFound => new CliException($"There is no live stream at {address}. Give the dashboard's address with --url."),
                    var status => new HttpRequestException($"{address} answered {(int)status}"),
                };
            }
        }
        catch (HttpRequestException exception)
        {
            return (null, exception.Message);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"{address} did not answer in time");
        }
    }

    private static async IAsyncEnumerable<string> ReadAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            yield return item.Data;
        }
    }

    /// <summary>The next frame, or null when the connection is over, in whatever way.</summary>
    private async Task<string?> NextAsync(IAsyncEnumerator<string> frames)
    {
        try
        {
            if (!await frames.MoveNextAsync())
            {
                return null;
            }

            _backoff = FirstBackoff;
            return frames.Current;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            return null;
        }
    }

    private bool IsNew(Activity activity)
    {
        if (activity.Id is not { } id)
        {
            return true;
        }

        if (!_seen.Add(id))
        {
            return false;
        }

        _seenInOrder.Enqueue(id);
        if (_seenInOrder.Count > RememberedIds)
        {
            _seen.Remove(_seenInOrder.Dequeue());
        }

        return true;
    }
}
