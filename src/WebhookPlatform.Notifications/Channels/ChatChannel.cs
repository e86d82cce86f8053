using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using WebhookPlatform.Messaging.Work;
using WebhookPlatform.Notifications.Notifications;
using WebhookPlatform.ServiceDefaults.Outbound;

namespace WebhookPlatform.Notifications.Channels;

/// <summary>Posts <c>{"text": …}</c> to an incoming webhook as Slack, Mattermost, Rocket.Chat, Discord (<c>…/slack</c>) and others take it. The URL is the secret.</summary>
public sealed class ChatChannel(IHttpClientFactory clients, OutboundGuard guard, TimeProvider clock) : INotificationChannel
{
    internal const string Client = "chat";
    private const int LongestAnswer = 200;

    // What somebody else says about when to come back must not park a notification for days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public string Name => "chat";

    public string? Resolve(string? target, out string? problem)
    {
        problem = string.IsNullOrWhiteSpace(target) ? "Chat needs the URL of an incoming webhook, e.g. https://hooks.slack.com/services/…"
            : target.Length > 2000 ? "It may have at most 2000 characters."
            : guard.Refusal(target.Trim());
        return problem is null ? target!.Trim() : null;
    }

    public string? Mask(string? target) => Uri.TryCreate(target, UriKind.Absolute, out var url) ? $"{url.Scheme}://{url.Authority}/…" : null;

    public string Describe(string? target) => Uri.TryCreate(target, UriKind.Absolute, out var url) ? $"Chat message to {url.Host}" : "Chat message";

    public async Task<WorkOutcome> SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        if (Resolve(notification.Target, out var problem) is not { } url)
        {
            return new WorkOutcome.Rejected(problem!);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = Content(notification) };
        request.Headers.Add("Idempotency-Key", notification.Id.ToString());
        try
        {
            // Headers are enough: what a successful answer says does not matter, nor how long it is.
            using var response = await clients.CreateClient(Client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode
                ? new WorkOutcome.Succeeded()
                : Judge(response, await AnswerAsync(response, url, cancellationToken));
        }
        catch (HttpRequestException refused) when (refused.GetBaseException() is OutboundRefusedException reason)
        {
            return new WorkOutcome.Rejected(reason.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new WorkOutcome.Failed("The chat server did not answer in time.");
        }
    }

    internal static ByteArrayContent Content(Notification notification)
    {
        var text = notification.Body.Length > 0 ? $"*{Escape(notification.Title)}*\n{Escape(notification.Body)}" : Escape(notification.Title);
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(StringComparer.Ordinal) { ["text"] = text }));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>How long the other side asks to wait; null where it does not say or the time is past.</summary>
    internal static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        var wait = header?.Delta ?? header?.Date - now;
        return wait is null || wait <= TimeSpan.Zero ? null : wait < LongestWait ? wait : LongestWait;
    }

    private WorkOutcome Judge(HttpResponseMessage response, string answer)
    {
        var status = (int)response.StatusCode;
        var error = $"The chat server answered {status}{(answer.Length > 0 ? ": " + answer : "")}";
        var asksToWait = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
        var mayPass = asksToWait || status is >= 500 or 408 or 425;
        return mayPass
            ? new WorkOutcome.Failed(error, asksToWait ? RetryAfter(response.Headers.RetryAfter, clock.GetUtcNow()) : null)
            : new WorkOutcome.Rejected(error);
    }

    // Slack says what is wrong in a word or two of text. Whatever repeats the URL's secret part is not kept.
    private static async Task<string> AnswerAsync(HttpResponseMessage response, string url, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestAnswer];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var text = PlainText.Line(Encoding.UTF8.GetString(buffer, 0, read));
        var secrets = new Uri(url).PathAndQuery.Split('/', '?', '&', '=').Where(part => part.Length >= 8);
        return secrets.Any(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase)) ? "" : text;
    }

    // Slack's three control characters: without this an event's text could ping everybody (<!channel>) or disguise links.
    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
