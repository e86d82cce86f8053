using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Sending;

/// <summary>How one webhook fared, its retries included.</summary>
/// <param name="Status">The last answer's status code, or null when there was none.</param>
/// <param name="Error">Why there was no answer.</param>
/// <param name="IsDuplicate">The gateway knew the event already.</param>
/// <param name="Retries">How often it was sent again.</param>
public readonly record struct SendOutcome(int? Status, string? Error, bool IsDuplicate, int Retries)
{
    public bool IsAccepted => Status is >= 200 and < 300;

    /// <summary>The status code or the error, to count by.</summary>
    public string Label => Status is { } status ? status.ToString(CultureInfo.InvariantCulture) : Error ?? "no answer";
}

/// <summary>Posts webhooks to one address.</summary>
public sealed class WebhookSender : IDisposable
{
    /// <summary>The error of a request whose answer took longer than the timeout.</summary>
    public const string NoAnswerInTime = "no answer in time";

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly TimeProvider _time;

    /// <param name="address">Where to post.</param>
    /// <param name="timeout">How long an answer is awaited.</param>
    /// <param name="connections">Most at once.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="clientCertificate">Shown in every TLS handshake; null for none.</param>
    public WebhookSender(Uri address, TimeSpan timeout, int connections, TimeProvider time, X509Certificate2? clientCertificate = null)
    {
        _address = address;
        _time = time;
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = connections,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            AllowAutoRedirect = false,
            UseCookies = false,
            // A provider sends no trace context; the gateway is to start its own trace.
            ActivityHeadersPropagator = null,
        };
        if (clientCertificate is not null)
        {
            handler.SslOptions.ClientCertificates = [clientCertificate];
        }

        _http = new HttpClient(handler) { Timeout = timeout };
    }

    /// <summary>Posts one webhook. Answers 429 and 503 and missing answers are tried again, as often as allowed, when Retry-After or a growing pause has passed.</summary>
    /// <param name="request">The first attempt.</param>
    /// <param name="signAgain">Signs anew for a later attempt, since timestamps in signatures age.</param>
    /// <param name="retries">Most attempts after the first.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<SendOutcome> SendAsync(SignedRequest request, Func<SignedRequest, SignedRequest> signAgain, int retries, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (outcome, retryAfter) = await PostAsync(attempt == 0 ? request : signAgain(request), attempt, cancellationToken);
            if (attempt >= retries || outcome.Status is not (null or 429 or 503))
            {
                return outcome;
            }

            await Task.Delay(retryAfter ?? Backoff(attempt), _time, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(SendOutcome Outcome, TimeSpan? RetryAfter)> PostAsync(SignedRequest request, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            using var message = request.ToHttpRequestMessage(_address);
            using var response = await _http.SendAsync(message, cancellationToken);
            var body = response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(cancellationToken) : [];
            return (new SendOutcome((int)response.StatusCode, null, SaysDuplicate(body), attempt), RetryAfter(response));
        }
        catch (HttpRequestException exception)
        {
            return (new SendOutcome(null, Reason(exception), false, attempt), null);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (new SendOutcome(null, NoAnswerInTime, false, attempt), null);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var pause = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - _time.GetUtcNow() : null;
        return pause is { } given && given < TimeSpan.Zero ? TimeSpan.Zero : pause;
    }

    private static TimeSpan Backoff(int attempt)
    {
        var pause = FirstBackoff * Math.Pow(2, attempt) * (0.5 + Random.Shared.NextDouble());
        return pause < LongestBackoff ? pause : LongestBackoff;
    }

    private static string Reason(HttpRequestException exception) => exception.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        SocketException { SocketErrorCode: SocketError.HostNotFound } => "host not found",
        SocketException socket => "network error: " + socket.SocketErrorCode,
        _ => "network error: " + exception.HttpRequestError,
    };

    /// <summary>True for the gateway's <c>{"deliveryId":"…","duplicate":true}</c>; other receivers answer as they like.</summary>
    private static bool SaysDuplicate(byte[] body)
    {
        if (body is not [(byte)'{', ..])
        {
            return false;
        }

        try
        {
            using var answer = JsonDocument.Parse(body);
            return answer.RootElement.TryGetProperty("duplicate", out var duplicate) && duplicate.ValueKind is JsonValueKind.True;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
