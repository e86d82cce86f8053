namespace WebhookPlatform.Gateway.Audit;

/// <summary>A change that an operator made. Written with the change itself, never altered.</summary>
public sealed class AuditEntry
{
    public long Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>E.g. <c>secret.added</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What was changed: a source's name or a delivery's id.</summary>
    public required string Subject { get; init; }

    /// <summary>In words; never a secret.</summary>
    public required string Detail { get; init; }

    /// <summary>From where; null for what the gateway found in its configuration.</summary>
    public string? RemoteAddress { get; init; }

    /// <summary>A change that a request to the operator API asks for.</summary>
    public static AuditEntry By(HttpContext context, TimeProvider clock, string action, string subject, string detail) => new()
    {
        At = clock.GetUtcNow(),
        Action = action,
        Subject = subject,
        Detail = detail,
        RemoteAddress = Ingress.RemoteAddress.Of(context),
    };
}
