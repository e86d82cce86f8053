using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using WebhookPlatform.ServiceDefaults.Operator;

namespace WebhookPlatform.Dashboard.Console.Gateway;

/// <summary>
/// Speaks to the gateway's operator API, with the operator key, which never leaves this server, and with bounded patience. The gateway being away or refusing is an answer, not an exception.
/// </summary>
public sealed partial class GatewayClient(HttpClient http, IOptions<GatewayOptions> gateway, IOptions<OperatorOptions> access, ILogger<GatewayClient> log)
{
    private const int MostProblemBytes = 16 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>Reads JSON.</summary>
    /// <param name="missing">What 404 means, for people.</param>
    public Task<Answer<T>> GetAsync<T>(string path, string missing, CancellationToken cancellationToken)
        where T : class =>
        ReadAsync(path, missing, ReadJsonAsync<T>, cancellationToken);

    /// <summary>Reads an answer in a way of the caller's.</summary>
    /// <param name="missing">What 404 means, for people.</param>
    public Task<Answer<T>> ReadAsync<T>(string path, string missing, Func<HttpContent, CancellationToken, Task<T?>> read, CancellationToken cancellationToken)
        where T : class =>
        AskAsync(new Question(HttpMethod.Get, path, null, missing, Patience), read, cancellationToken);

    /// <summary>Changes something.</summary>
    /// <param name="body">Sent as JSON; never logged.</param>
    /// <param name="missing">What 404 means, for people.</param>
    /// <param name="patience">How long it may take.</param>
    public Task<Answer<T>> SendAsync<T>(HttpMethod method, string path, object? body, string missing, TimeSpan patience, CancellationToken cancellationToken)
        where T : class =>
        AskAsync(new Question(method, path, body, missing, patience), ReadJsonAsync<T>, cancellationToken);

    private async Task<Answer<T>> AskAsync<T>(Question question, Func<HttpContent, CancellationToken, Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        if (string.IsNullOrEmpty(gateway.Value.Url))
        {
            return new(null, "Set Gateway:Url to see what the gateway keeps.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(question.Patience);
        try
        {
            using var request = new HttpRequestMessage(question.Method, new Uri(new Uri(gateway.Value.Url.TrimEnd('/') + "/"), question.Path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access.Value.ApiKey);
            request.Content = question.Body is null ? null : JsonContent.Create(question.Body, question.Body.GetType(), options: Web);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return response.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new(await read(response.Content, limit.Token), null, response.StatusCode),
                HttpStatusCode.NotFound => new(null, question.Missing, response.StatusCode),
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(null, "The gateway has another operator key than the dashboard.", response.StatusCode),
                var status => new(null, await ReadProblemAsync(response.Content, limit.Token) ?? $"The gateway answered {(int)status}.", status),
            };
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or IOException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogAway(log, question.Method, question.Path, fault.GetBaseException().Message);
            return new(null, fault is OperationCanceledException
                ? $"The gateway at {gateway.Value.Url} has not answered within {question.Patience.TotalSeconds:0} seconds."
                : $"The gateway at {gateway.Value.Url} does not answer.");
        }
    }

    private static Task<T?> ReadJsonAsync<T>(HttpContent content, CancellationToken cancellationToken) => content.ReadFromJsonAsync<T>(Web, cancellationToken);

    // RFC 9457: what to fix is in 'detail', or by field in 'errors'.
    private static async Task<string?> ReadProblemAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            using var problem = JsonDocument.Parse(await ReadStartAsync(content, MostProblemBytes, cancellationToken));
            var errors = problem.RootElement.TryGetProperty("errors", out var fields)
                ? string.Join(' ', fields.EnumerateObject().SelectMany(field => field.Value.EnumerateArray()).Select(line => line.GetString()))
                : "";
            return errors.Length > 0 ? errors : problem.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The first bytes of an answer, at most <paramref name="most"/>.</summary>
    internal static async Task<byte[]> ReadStartAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[most];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer[..length];
    }

    private sealed record Question(HttpMethod Method, string Path, object? Body, string Missing, TimeSpan Patience);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} at the gateway failed: {Reason}")]
    private static partial void LogAway(ILogger logger, HttpMethod method, string path, string reason);
}
