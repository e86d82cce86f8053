using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using WebhookPlatform.Automation.Runs;
using WebhookPlatform.Messaging.Events;
using WebhookPlatform.ServiceDefaults.Outbound;

namespace WebhookPlatform.Automation.Actions;

/// <summary>Sends the request of an <see cref="HttpAction"/> and judges the answer.</summary>
public sealed class HttpActionSender(IHttpClientFactory clients, IOptions<OutboundOptions> outbound, IOptions<AutomationOptions> automation, TimeProvider clock)
{
    /// <summary>Name of the guarded client.</summary>
    public const string Client = "actions";

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>Makes one attempt. All attempts of a run's step carry the same id, in <c>webhook-id</c> and <c>Idempotency-Key</c>.</summary>
    public async Task<ActionResult> SendAsync(Run run, HttpAction action, CancellationToken cancellationToken)
    {
        if (Body(run, action, out var body) is { } problem)
        {
            return ActionResult.Permanent(problem);
        }

        using var request = Request(action, run.RequestId(run.Step), body);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(outbound.Value.Timeout);
        try
        {
            using var client = clients.CreateClient(Client);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            return await JudgeAsync(action, response, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ActionResult.Passing($"There was no complete answer within {outbound.Value.Timeout.TotalSeconds:0.#} s.");
        }
        catch (HttpRequestException failure) when (OutboundRefusedException.In(failure) is { } refused)
        {
            return ActionResult.Permanent(refused.Message);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return ActionResult.Passing(failure.GetBaseException().Message);
        }
    }

    /// <returns>What is wrong with the body; null when it can be sent.</returns>
    private static string? Body(Run run, HttpAction action, out byte[] body)
    {
        body = [];
        if (action.Body is null)
        {
            body = run.Envelope();
            return null;
        }

        try
        {
            body = Encoding.UTF8.GetBytes(EventTemplate.Render(action.Body, run.Document()));
        }
        catch (FormatException failure)
        {
            return $"The body template cannot be rendered: {failure.Message}";
        }

        // Read back from the database, the headers do not know that case makes no difference.
        return action.Headers.Keys.Contains("Content-Type", StringComparer.OrdinalIgnoreCase) || IsJson(body)
            ? null
            : "The body template did not give valid JSON. Write texts as {{ event.field | json }}, or set the header Content-Type if it is not meant to be JSON.";
    }

    private static bool IsJson(byte[] body)
    {
        try
        {
            using var _ = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private HttpRequestMessage Request(HttpAction action, string id, byte[] body)
    {
        var now = clock.GetUtcNow();
        var request = new HttpRequestMessage(new HttpMethod(action.Method), action.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        foreach (var (name, value) in action.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.Remove(name);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", StandardWebhooksSignature.Timestamp(now));
        request.Headers.Add("webhook-signature", StandardWebhooksSignature.Sign(action.Secret, id, now, body));
        request.Headers.Add("Idempotency-Key", id);
        return request;
    }

    private async Task<ActionResult> JudgeAsync(HttpAction action, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var result = new ActionResult { Outcome = Outcome(status), HttpStatus = status, Response = await ResponseExcerpt.ReadAsync(response.Content, Secrets(action), cancellationToken) };
        return result.Outcome switch
        {
            ActionOutcome.Succeeded => result,
            ActionOutcome.Failed => result with { Error = $"The receiver answered {Status(response)}.", RetryAfter = RetryAfter(response.Headers.RetryAfter) },
            _ => result with { Error = status is >= 300 and < 400 ? Redirect(response) : $"The receiver answered {Status(response)}; trying again would not help." },
        };
    }

    private static ActionOutcome Outcome(int status) => status switch
    {
        >= 200 and < 300 => ActionOutcome.Succeeded,
        408 or 409 or 425 or 429 => ActionOutcome.Failed,
        >= 300 and < 500 => ActionOutcome.Rejected,
        _ => ActionOutcome.Failed,
    };

    private static string Status(HttpResponseMessage response) => $"{(int)response.StatusCode} {(Enum.IsDefined(response.StatusCode) ? response.StatusCode : "")}".TrimEnd();

    private static string Redirect(HttpResponseMessage response)
    {
        var address = response.RequestMessage?.RequestUri;
        var location = response.Headers.Location is { } target && address is not null && Uri.TryCreate(address, target, out var absolute)
            ? $" to {absolute.GetLeftPart(UriPartial.Path)}"
            : "";
        return $"The receiver answered {Status(response)}, a redirect{location}. Redirects are not followed: put the final address into the rule.";
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var asked = header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);
        return asked is { } pause ? TimeSpan.FromTicks(Math.Clamp(pause.Ticks, ShortestPause.Ticks, Math.Max(ShortestPause.Ticks, automation.Value.LongestPause.Ticks))) : null;
    }

    private static IEnumerable<string> Secrets(HttpAction action) => [action.Secret, .. action.Headers.Where(header => SecretHeaders.IsSecret(header.Key)).Select(header => header.Value)];
}
