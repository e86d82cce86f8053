using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using WebhookPlatform.Dashboard.Storage;
using WebhookPlatform.ServiceDefaults.Operator;

namespace WebhookPlatform.Dashboard.Access;

/// <summary>
/// Who may use the dashboard: programs by the operator key in a header, people by a cookie they get for the key at <c>/login</c>. Keys that protect cookies are in the
/// database, so a login holds at every replica and through restarts; it ends when the operator key changes.
/// </summary>
internal static class ConsoleAccess
{
    /// <summary>The rate limit of <c>/login</c>.</summary>
    public const string LoginLimit = "login";

    private const string Either = "OperatorOrLogin";
    private const string KeyClaim = "key";

    /// <summary>How long a login holds when nobody does anything.</summary>
    public static readonly TimeSpan LoginLasts = TimeSpan.FromHours(12);

    public static void AddConsoleAccess(this WebApplicationBuilder builder)
    {
        builder.Services.AddDataProtection().SetApplicationName("WebhookPlatform.Dashboard").PersistKeysToDbContext<DashboardDbContext>();
        builder.Services.AddAuthentication()
            .AddPolicyScheme(Either, null, options => options.ForwardDefaultSelector = SchemeOf)
            .AddCookie(CookieAuthenticationDefaults.AuthenticationScheme, Configure);
        builder.Services.AddAuthorizationBuilder().RequireOperator(Either);
        builder.Services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.AddPolicy(LoginLimit, context => RateLimitPartition.GetTokenBucketLimiter(Network(context.Connection.RemoteIpAddress), _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = 20,
                TokensPerPeriod = 5,
                ReplenishmentPeriod = TimeSpan.FromSeconds(15),
                QueueLimit = 0,
            }));
        });
        builder.Services.AddScoped<ConsoleOperator>();
        builder.Services.AddScoped<CircuitHandler>(provider => provider.GetRequiredService<ConsoleOperator>());
        builder.Services.AddTransient<IStartupFilter, SecurityHeaders>();
    }

    /// <summary>What a login is proven by afterwards.</summary>
    public static ClaimsPrincipal Login(OperatorOptions options) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, "operator"), new Claim(KeyClaim, Fingerprint(options.ApiKey))], CookieAuthenticationDefaults.AuthenticationScheme));

    /// <summary>Whether somebody is proven by the operator key that counts now: by a login with it, or by the key itself.</summary>
    public static bool IsOperator(ClaimsPrincipal person, OperatorOptions options) => person.Identities.Any(identity => identity is { IsAuthenticated: true, AuthenticationType: { } type } && type switch
    {
        OperatorAccess.Scheme => true,
        CookieAuthenticationDefaults.AuthenticationScheme => IsLoginWith(identity.FindFirst(KeyClaim)?.Value, options.ApiKey),
        _ => false,
    });

    /// <summary>Pages are for people, who are shown the way to the login; the rest is for programs.</summary>
    private static bool IsPage(PathString path) =>
        !path.StartsWithSegments("/api", StringComparison.Ordinal)
        && !path.StartsWithSegments("/hubs", StringComparison.Ordinal)
        && !path.StartsWithSegments("/_blazor", StringComparison.Ordinal);

    private static string SchemeOf(HttpContext context)
    {
        var request = context.Request;
        var showsKey = request.Headers.Authorization.Count > 0
            || (request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal) && request.Query.ContainsKey("access_token"));
        return showsKey ? OperatorAccess.Scheme : CookieAuthenticationDefaults.AuthenticationScheme;
    }

    private static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "webhooks.login";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = LoginLasts;
        options.SlidingExpiration = true;
        options.LoginPath = "/login";
        options.Events.OnRedirectToLogin = context =>
        {
            if (!IsPage(context.Request.Path))
            {
                // The bearer scheme's answer: 401 and a problem that says what to send.
                return context.HttpContext.ChallengeAsync(OperatorAccess.Scheme);
            }

            context.Response.Redirect(context.RedirectUri);
            return Task.CompletedTask;
        };
        options.Events.OnValidatePrincipal = context =>
        {
            var key = context.HttpContext.RequestServices.GetRequiredService<IOptions<OperatorOptions>>().Value.ApiKey;
            if (!IsLoginWith(context.Principal?.FindFirstValue(KeyClaim), key))
            {
                context.RejectPrincipal();
            }

            return Task.CompletedTask;
        };
    }

    private static bool IsLoginWith(string? fingerprint, string key) => string.Equals(fingerprint, Fingerprint(key), StringComparison.Ordinal);

    private static string Fingerprint(string key) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), "login cookie"u8)[..8]);

    // Whoever has one IPv6 address has a /64 of them.
    private static string Network(IPAddress? address) =>
        address is { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false }
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address?.ToString() ?? "";
}
