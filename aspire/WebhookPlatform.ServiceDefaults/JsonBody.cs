using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace WebhookPlatform.ServiceDefaults;

/// <summary>Reads request bodies so that whoever sent a malformed one learns where and why; the framework's own binding answers without a word.</summary>
public static class JsonBody
{
    /// <summary>Reads the body as <typeparamref name="TValue"/>.</summary>
    /// <returns>The value, or the problem to answer with; one of them is null.</returns>
    public static async Task<(TValue? Value, ProblemHttpResult? Problem)> ReadAsync<TValue>(HttpRequest request)
        where TValue : class
    {
        if (!request.HasJsonContentType())
        {
            return (null, Refuse(StatusCodes.Status415UnsupportedMediaType, "Send the body as JSON, with the header Content-Type: application/json."));
        }

        var options = request.HttpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        try
        {
            var value = await JsonSerializer.DeserializeAsync<TValue>(request.Body, options, request.HttpContext.RequestAborted);
            return value is null ? (null, Refuse(StatusCodes.Status400BadRequest, "The body is null; send an object.")) : (value, null);
        }
        catch (JsonException malformed)
        {
            return (null, Refuse(StatusCodes.Status400BadRequest, $"The body is not the JSON that is expected here{Place(malformed)}."));
        }
        catch (BadHttpRequestException refused)
        {
            return (null, Refuse(refused.StatusCode, refused.StatusCode is StatusCodes.Status413PayloadTooLarge ? "The body is too large." : "The body could not be read."));
        }
    }

    // The exception's own message names .NET types, which mean nothing to the sender.
    private static string Place(JsonException malformed)
    {
        var path = malformed.Path is { Length: > 2 } at ? $" at {at[2..]}" : "";
        return malformed.LineNumber is { } line ? $"{path} (line {line + 1}, byte {malformed.BytePositionInLine + 1})" : path;
    }

    private static ProblemHttpResult Refuse(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}
