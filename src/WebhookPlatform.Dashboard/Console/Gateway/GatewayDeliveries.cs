using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using WebhookPlatform.ServiceDefaults.Operator;

namespace WebhookPlatform.Dashboard.Console.Gateway;

/// <summary>Reads deliveries from the gateway's operator API. The gateway being away is an answer, not an exception.</summary>
public sealed partial class GatewayDeliveries(HttpClient http, IOptions<GatewayOptions> gateway, IOptions<OperatorOptions> access, ILogger<GatewayDeliveries> log)
{
    /// <summary>Most bytes of a body that are read.</summary>
    public const int MostBodyBytes = 256 * 1024;

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>The delivery as kept.</summary>
    public Task<Answer<StoredDelivery>> FindAsync(Guid id, CancellationToken cancellationToken) =>
        GetAsync<StoredDelivery>($"api/deliveries/{id}", (content, stop) => content.ReadFromJsonAsync<StoredDelivery>(Web, stop), cancellationToken);

    /// <summary>The raw body, its first <see cref="MostBodyBytes"/> at most.</summary>
    public Task<Answer<byte[]>> BodyAsync(Guid id, CancellationToken cancellationToken) =>
        GetAsync<byte[]>($"api/deliveries/{id}/body", ReadStartAsync, cancellationToken);

    private async Task<Answer<T>> GetAsync<T>(string path, Func<HttpContent, CancellationToken, Task<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        if (string.IsNullOrEmpty(gateway.Value.Url))
        {
            return new(null, "Set Gateway:Url to see what was received.");
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(gateway.Value.Url.TrimEnd('/') + "/"), path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access.Value.ApiKey);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => new(await read(response.Content, cancellationToken), null),
                HttpStatusCode.NotFound => new(null, "The gateway does not keep this delivery (any more)."),
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new(null, "The gateway has another operator key than the dashboard."),
                _ => new(null, $"The gateway answered {(int)response.StatusCode}."),
            };
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or IOException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            LogAway(log, path, fault.GetBaseException().Message);
            return new(null, $"The gateway at {gateway.Value.Url} does not answer.");
        }
    }

    private static async Task<byte[]?> ReadStartAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MostBodyBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer[..length];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reading {Path} from the gateway failed: {Reason}")]
    private static partial void LogAway(ILogger logger, string path, string reason);
}
