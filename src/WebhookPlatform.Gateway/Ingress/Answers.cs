using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using WebhookPlatform.Gateway.Providers;

namespace WebhookPlatform.Gateway.Ingress;

/// <summary>What senders are told.</summary>
internal static class Answers
{
    private const int GuidLength = 36;
    private const string ProblemType = "application/problem+json";
    private const string RetryAfterSeconds = "5";

    private static readonly ReadOnlyMemory<byte> ComeAgain = Problem(StatusCodes.Status503ServiceUnavailable, "The webhook could not be stored. Please send it again.");

    /// <summary>200 and <c>{"deliveryId":"…","duplicate":false}</c>.</summary>
    public static async Task AcceptedAsync(HttpResponse response, IngestResult result)
    {
        response.ContentType = "application/json";
        WriteAccepted(response, result);
        await response.BodyWriter.FlushAsync();
    }

    /// <summary>The answer a provider asks for.</summary>
    public static async Task AsProviderWantsAsync(HttpResponse response, HandshakeResponse answer)
    {
        response.StatusCode = answer.StatusCode;
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        if (answer.ContentType is null)
        {
            return;
        }

        response.ContentType = answer.ContentType;
        response.Headers.XContentTypeOptions = "nosniff";
        await response.WriteAsync(answer.Body);
    }

    /// <summary>503 and when to come again. The same for everybody and made once: it has to cost next to nothing when there is too much of everything else.</summary>
    public static async Task ComeAgainAsync(HttpResponse response)
    {
        if (response.HasStarted)
        {
            return;
        }

        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = RetryAfterSeconds;
        response.ContentType = ProblemType;
        response.ContentLength = ComeAgain.Length;
        await response.Body.WriteAsync(ComeAgain);
    }

    /// <summary>RFC 9457 problem details. <paramref name="detail"/> must tell a forger nothing.</summary>
    public static async Task ProblemAsync(HttpResponse response, int status, string detail)
    {
        if (response.HasStarted)
        {
            return;
        }

        var problem = Problem(status, detail);
        response.StatusCode = status;
        response.ContentType = ProblemType;
        response.ContentLength = problem.Length;
        await response.Body.WriteAsync(problem);
    }

    private static ReadOnlyMemory<byte> Problem(int status, string detail)
    {
        var problem = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(problem))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteEndObject();
        }

        return problem.WrittenMemory;
    }

    private static void WriteAccepted(HttpResponse response, IngestResult result)
    {
        var start = "{\"deliveryId\":\""u8;
        var end = result.Outcome is IngestOutcome.Accepted ? "\",\"duplicate\":false}"u8 : "\",\"duplicate\":true}"u8;
        var length = start.Length + GuidLength + end.Length;
        response.ContentLength = length;
        var span = response.BodyWriter.GetSpan(length);
        start.CopyTo(span);
        Utf8Formatter.TryFormat(result.DeliveryId, span[start.Length..], out _);
        end.CopyTo(span[(start.Length + GuidLength)..]);
        response.BodyWriter.Advance(length);
    }
}
