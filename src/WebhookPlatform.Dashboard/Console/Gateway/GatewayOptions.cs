namespace WebhookPlatform.Dashboard.Console.Gateway;

/// <summary>Configuration section <c>Gateway</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>Where the gateway's operator API is, e.g. <c>http://localhost:5100</c>. Without it, neither sources nor a delivery's headers and body are shown.</summary>
    public string? Url { get; set; }

    internal bool IsValid => string.IsNullOrEmpty(Url) || (Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme.StartsWith("http", StringComparison.Ordinal));
}
