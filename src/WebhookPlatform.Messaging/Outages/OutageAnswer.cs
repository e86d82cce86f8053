using System.Net.Mime;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace WebhookPlatform.Messaging.Outages;

/// <summary>Answers requests that fail because the database is away with 503 and <c>Retry-After</c>: neither the caller's mistake nor a fault of the service.</summary>
internal sealed class OutageAnswer : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!Outage.Is(exception))
        {
            return false;
        }

        httpContext.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        httpContext.Response.Headers.RetryAfter = "5";
        await httpContext.Response.WriteAsJsonAsync(
            new ProblemDetails { Status = 503, Title = "Service Unavailable", Detail = "The database does not answer. Please try again." },
            options: null,
            MediaTypeNames.Application.ProblemJson,
            cancellationToken);
        return true;
    }
}
