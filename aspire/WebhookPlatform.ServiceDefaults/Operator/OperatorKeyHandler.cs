using System.Net.Mime;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace WebhookPlatform.ServiceDefaults.Operator;

/// <summary>Checks the operator key of <c>Authorization: Bearer</c>, in constant time whatever its length.</summary>
internal sealed class OperatorKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> schemeOptions,
    IOptions<OperatorOptions> operatorOptions,
    ILoggerFactory logs,
    UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemeOptions, logs, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Task.FromResult(Presented() is { } key ? Check(key) : AuthenticateResult.NoResult());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Response.WriteAsJsonAsync(
            new ProblemDetails { Status = 401, Title = "Unauthorized", Detail = "Send the operator key as 'Authorization: Bearer <key>'." },
            options: null,
            MediaTypeNames.Application.ProblemJson,
            Context.RequestAborted);
    }

    private AuthenticateResult Check(string key)
    {
        if (!OperatorKey.Matches(key, operatorOptions.Value.ApiKey))
        {
            return AuthenticateResult.Fail("The operator key is wrong.");
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, "operator")], Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }

    private string? Presented()
    {
        var header = Request.Headers.Authorization;
        if (header.Count == 1 && header[0] is { } value && value.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return value["Bearer ".Length..].Trim();
        }

        // WebSockets and event streams of a browser cannot send headers: SignalR's clients put the token here.
        return Request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal) ? Request.Query["access_token"] : (string?)null;
    }
}

/// <summary>Comparison of operator keys.</summary>
public static class OperatorKey
{
    /// <summary>Whether <paramref name="presented"/> is the key, without telling by time how much of it is right.</summary>
    public static bool Matches(string presented, string expected)
    {
        Span<byte> left = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> right = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(presented), left);
        SHA256.HashData(Encoding.UTF8.GetBytes(expected), right);
        return expected.Length > 0 && CryptographicOperations.FixedTimeEquals(left, right);
    }
}
