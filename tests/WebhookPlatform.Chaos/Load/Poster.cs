using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using WebhookPlatform.Chaos.Cluster;
using WebhookPlatform.Simulators;
using WebhookPlatform.Simulators.Providers;

namespace WebhookPlatform.Chaos.Load;

/// <summary>Sends webhooks as a provider does: anything but 2xx is tried again with backoff, at the next replica, until it is acknowledged.</summary>
public sealed class Poster(IReadOnlyList<Replica> gateways, Ledger ledger, TimeProvider clock) : IDisposable
{
    private static readonly StripeSimulator Stripe = new();
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    // Shorter than providers', so that a frozen replica does not hold all of the driver.
    private readonly HttpClient _client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(5) };
    private int _next;

    /// <summary>Does to the webhook what its treatment says, and ends when its fate is known.</summary>
    public async Task PostAsync(Posting posting, CancellationToken cancellationToken)
    {
        var webhook = posting.Webhook;
        switch (posting.Treatment)
        {
            case Treatment.Abandoned:
                ledger.Abandon(webhook);
                await CutAsync(webhook, inTheMiddle: true, cancellationToken);
                return;
            case Treatment.Forged:
                ledger.Forge(webhook);
                await ForgeAsync(webhook, cancellationToken);
                return;
            case Treatment.PostedTwiceAtOnce:
                await Task.WhenAll(PostAsync(webhook, cancellationToken), PostAsync(webhook, cancellationToken));
                return;
            case Treatment.CutInTheMiddle:
                await CutAsync(webhook, inTheMiddle: true, cancellationToken);
                break;
            case Treatment.CutBeforeTheAnswer:
                await CutAsync(webhook, inTheMiddle: false, cancellationToken);
                break;
        }

        await PostAsync(webhook, cancellationToken);
        if (posting.Treatment is Treatment.Repeated)
        {
            await PostAsync(webhook, cancellationToken);
        }
    }

    /// <summary>Ends when the webhook is acknowledged.</summary>
    public async Task PostAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        var delivery = await UntilAsync(
            async () =>
            {
                using var answer = await SendAsync(webhook, Webhook.Secret, cancellationToken);
                return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("deliveryId").GetGuid() : (Guid?)null;
            },
            cancellationToken);
        ledger.Acknowledge(webhook, delivery);
    }

    public void Dispose() => _client.Dispose();

    private Task<bool> ForgeAsync(Webhook webhook, CancellationToken cancellationToken) => UntilAsync<bool>(
        async () =>
        {
            using var answer = await SendAsync(webhook, "whsec_of_somebody_else", cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                ledger.AcceptedForgery(webhook);
            }

            return answer.IsSuccessStatusCode || answer.StatusCode is HttpStatusCode.Unauthorized ? true : null;
        },
        cancellationToken);

    private async Task<T> UntilAsync<T>(Func<Task<T?>> attempt, CancellationToken cancellationToken)
        where T : struct
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                ledger.Attempted();
                if (await attempt() is { } result)
                {
                    return result;
                }
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is HttpRequestException or OperationCanceledException or IOException or JsonException)
            {
                // Refused, broken or too slow: its fate is not known, so it is sent again.
            }

            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), clock, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Webhook webhook, string secret, CancellationToken cancellationToken)
    {
        var body = webhook.Body();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(NextGateway(), $"/webhooks/{Webhook.Source}")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        foreach (var (name, value) in Proof(body, secret))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _client.SendAsync(request, cancellationToken);
    }

    /// <summary>Sends half of the request, or all of it, and resets the connection without reading the answer.</summary>
    private async Task CutAsync(Webhook webhook, bool inTheMiddle, CancellationToken cancellationToken)
    {
        var body = webhook.Body();
        var gateway = NextGateway();
        var head = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"POST /webhooks/{Webhook.Source} HTTP/1.1\r\nHost: {gateway.Authority}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n"));
        foreach (var (name, value) in Proof(body, Webhook.Secret))
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        byte[] request = [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. body];
        ledger.Attempted();
        ledger.WasCut();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(gateway.Host, gateway.Port, cancellationToken);
            await socket.SendAsync(request.AsMemory(0, inTheMiddle ? request.Length - (body.Length / 2) : request.Length), cancellationToken);

            // Until the request has certainly begun, or while it is being answered.
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(20)), clock, cancellationToken);
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (SocketException)
        {
            // Nobody listens just now: there is nothing to cut.
        }
    }

    private IReadOnlyList<KeyValuePair<string, string>> Proof(byte[] body, string secret) => Stripe.Sign(new UnsignedRequest(body), new SimulationContext(secret, clock, Random.Shared)).Headers;

    private Uri NextGateway() => gateways[(int)((uint)Interlocked.Increment(ref _next) % gateways.Count)].Process.Address;
}
