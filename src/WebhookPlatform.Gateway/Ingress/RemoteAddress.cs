namespace WebhookPlatform.Gateway.Ingress;

/// <summary>The address a request came from, as people write it.</summary>
internal static class RemoteAddress
{
    /// <summary>A socket for both versions of IP shows IPv4 as <c>::ffff:192.0.2.1</c>; here it is <c>192.0.2.1</c>. Null where the server knows none.</summary>
    public static string? Of(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        var address => address?.ToString(),
    };
}
