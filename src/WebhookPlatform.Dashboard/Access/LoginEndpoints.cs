using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using WebhookPlatform.ServiceDefaults.Operator;

namespace WebhookPlatform.Dashboard.Access;

/// <summary><c>POST /login</c> trades the operator key for a cookie, <c>POST /logout</c> drops it. The page with the form is the console's.</summary>
internal static class LoginEndpoints
{
    // A page answers POST too, and there is one at /login.
    private const int BeforePages = -1;

    // Guessing is slow even before the rate limit, and a wrong key takes as long as any other.
    private static readonly TimeSpan WrongKeyDelay = TimeSpan.FromMilliseconds(300);

    public static void MapLogin(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/login", LoginAsync)
            .WithOrder(BeforePages)
            .AllowAnonymous()
            .DisableAntiforgery()
            .RequireRateLimiting(ConsoleAccess.LoginLimit)
            .WithMetadata(new RequestSizeLimitAttribute(16 * 1024))
            .WithName("Login").WithTags("Access")
            .WithSummary("Trades the operator key (form field 'key') for a login cookie")
            .Accepts<LoginForm>("application/x-www-form-urlencoded")
            .Produces(StatusCodes.Status303SeeOther)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status429TooManyRequests);
        endpoints.MapPost("/logout", (Delegate)LogoutAsync)
            .WithOrder(BeforePages)
            .AllowAnonymous()
            .DisableAntiforgery()
            .WithName("Logout").WithTags("Access")
            .WithSummary("Drops the login cookie")
            .Produces(StatusCodes.Status303SeeOther)
            .ProducesProblem(StatusCodes.Status403Forbidden);
    }

    private static async Task<IResult> LoginAsync(HttpContext context, IOptions<OperatorOptions> options, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!IsSameOrigin(context.Request))
        {
            return ForeignSite();
        }

        if (!context.Request.HasFormContentType)
        {
            return TypedResults.Problem("Send the operator key as the form field 'key'.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        var form = await context.Request.ReadFormAsync(cancellationToken);
        if (OperatorKey.Matches(form["key"].ToString().Trim(), options.Value.ApiKey))
        {
            await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, ConsoleAccess.Login(options.Value), new AuthenticationProperties { IsPersistent = true });
            return SeeOther(ReturnPath(form["returnUrl"].ToString()));
        }

        await Task.Delay(WrongKeyDelay, clock, cancellationToken);
        return context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? SeeOther("/login?error=key")
            : TypedResults.Problem("The operator key is wrong.", statusCode: StatusCodes.Status401Unauthorized);
    }

    private static async Task<IResult> LogoutAsync(HttpContext context)
    {
        if (!IsSameOrigin(context.Request))
        {
            return ForeignSite();
        }

        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return SeeOther("/login");
    }

    // The cookie is SameSite=Strict; this keeps other sites from logging somebody in or out. Browsers always say where a form came from, programs do not.
    private static bool IsSameOrigin(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() switch
    {
        "same-origin" or "none" => true,
        "" => !request.Headers.TryGetValue("Origin", out var origin)
            || (Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)),
        _ => false,
    };

    private static string ReturnPath(string path) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && !path.StartsWith("/login", StringComparison.OrdinalIgnoreCase) && !path.Any(char.IsControl) ? path : "/";

    private static ProblemHttpResult ForeignSite() => TypedResults.Problem("The form must be sent from this site's own page.", statusCode: StatusCodes.Status403Forbidden);

    // 303: the browser follows with GET, also after POST.
    private static SeeOtherResult SeeOther(string path) => new(path);

    private sealed record LoginForm(string Key, string? ReturnUrl);

    private sealed class SeeOtherResult(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
