using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace WebhookPlatform.ServiceDefaults.Operator;

/// <summary>The operator's key, and the rule that nothing answers without it unless an endpoint says <c>AllowAnonymous</c>.</summary>
public static class OperatorAccess
{
    /// <summary>The authentication scheme that checks <c>Authorization: Bearer {key}</c>.</summary>
    public const string Scheme = "Operator";

    internal static void AddOperatorAccess(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<OperatorOptions>()
            .BindConfiguration("Operator")
            .Validate(options => options.ApiKey.Length >= 16, "Operator:ApiKey must be set to at least 16 characters, e.g. the output of `openssl rand -hex 24`.")
            .ValidateOnStart();
        builder.Services.AddAuthentication(Scheme).AddScheme<AuthenticationSchemeOptions, OperatorKeyHandler>(Scheme, null);
        builder.Services.AddAuthorizationBuilder().RequireOperator(Scheme);
    }

    /// <summary>Makes every endpoint ask for an operator proven by one of <paramref name="schemes"/>; a service with a login page adds its cookie's scheme.</summary>
    public static AuthorizationBuilder RequireOperator(this AuthorizationBuilder authorization, params string[] schemes)
    {
        var policy = new AuthorizationPolicyBuilder(schemes).RequireAuthenticatedUser().Build();
        return authorization.SetDefaultPolicy(policy).SetFallbackPolicy(policy);
    }
}

/// <summary>Configuration section <c>Operator</c>.</summary>
public sealed class OperatorOptions
{
    /// <summary>The key that opens the operator API and the console; at least 16 characters.</summary>
    [Required]
    public string ApiKey { get; set; } = "";
}
