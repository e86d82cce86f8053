using System.Collections.Concurrent;
using System.Net;
using System.Text;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Sending;

/// <summary>
/// Answers on this machine in the place of a provider's API, for as long as webhooks are sent that nothing but the API proves: the gateway asks here what it has to know. It knows the webhooks that were made
/// last and nothing else.
/// </summary>
public sealed class StandInServer : IAsyncDisposable
{
    /// <summary>Where it answers if nobody says otherwise.</summary>
    public static readonly Uri Usual = new("http://127.0.0.1:5290");

    /// <summary>More than wait for an answer at any time.</summary>
    private const int Known = 10_000;

    private readonly HttpListener _listener;
    private readonly Task _answering;
    private readonly ConcurrentDictionary<string, ServedDocument> _documents = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();
    private int _asked;

    private StandInServer(Uri address, HttpListener listener)
    {
        Address = address;
        _listener = listener;
        _answering = AnswerAllAsync();
    }

    /// <summary>Where it answers, without a path.</summary>
    public Uri Address { get; }

    /// <summary>How often it was asked, whatever the answer.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Whether an address is one that it could answer at: http, on this machine, with nothing behind the port.</summary>
    public static bool IsPossibleAt(Uri address) => address.IsLoopback && address is { Scheme: "http", UserInfo: "", PathAndQuery: "/", Fragment: "" };

    /// <summary>Begins to answer.</summary>
    /// <exception cref="CliException">It cannot answer there.</exception>
    public static StandInServer Start(Uri address)
    {
        var listener = new HttpListener();
        try
        {
            listener.Prefixes.Add(address.GetLeftPart(UriPartial.Authority) + "/");
            listener.Start();
            return new StandInServer(address, listener);
        }
        catch (Exception exception) when (exception is HttpListenerException or ArgumentException)
        {
            listener.Close();
            throw new CliException($"Nothing can be answered at {address.GetLeftPart(UriPartial.Authority)}: {exception.Message} Give another address of this machine with --stand-in, and to the gateway.");
        }
    }

    /// <summary>From now on it knows these.</summary>
    public void Serve(IEnumerable<ServedDocument> documents)
    {
        foreach (var document in documents)
        {
            var path = document.Address.PathAndQuery;
            _documents[path] = document;
            _order.Enqueue(path);
        }

        while (_order.Count > Known && _order.TryDequeue(out var oldest))
        {
            _documents.TryRemove(oldest, out _);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _answering;
    }

    private async Task AnswerAllAsync()
    {
        try
        {
            while (true)
            {
                await AnswerAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // It was closed.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        Interlocked.Increment(ref _asked);
        using var response = context.Response;
        try
        {
            var found = _documents.GetValueOrDefault(context.Request.RawUrl ?? "");
            if (found is null || (found.Authorization is { } wanted && !string.Equals(context.Request.Headers["Authorization"], wanted, StringComparison.Ordinal)))
            {
                response.StatusCode = (int)(found is null ? HttpStatusCode.NotFound : HttpStatusCode.Unauthorized);
                return;
            }

            response.ContentType = found.MediaType;
            await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(found.Body));
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException)
        {
            // Whoever asked has gone.
        }
    }
}
