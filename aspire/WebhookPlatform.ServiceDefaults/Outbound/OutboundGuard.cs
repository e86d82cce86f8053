using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace WebhookPlatform.ServiceDefaults.Outbound;

/// <summary>Keeps requests to operator-configured URLs out of the internal network: addresses are checked at the moment of connecting, so neither DNS nor a redirect gets around it.</summary>
public sealed class OutboundGuard(IOptions<OutboundOptions> options)
{
    // RFC 6890's special-purpose registries: what is not on the public internet.
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    private readonly bool _allowAll = options.Value.AllowPrivateNetworks;
    private readonly IPNetwork[] _allowed = [.. options.Value.Networks];

    /// <summary>Whether a connection to <paramref name="address"/> is allowed.</summary>
    public bool IsAllowed(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _allowAll
            || _allowed.Any(network => network.Contains(plain))
            || !Special.Any(network => network.Contains(plain));
    }

    /// <summary>What is wrong with a URL an operator wants requests sent to; null when it may be used. Names are checked again when connecting.</summary>
    public string? Refusal(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return "It must be an absolute http or https URL.";
        }

        if (uri.UserInfo.Length > 0)
        {
            return "It must not carry a user name or password.";
        }

        return Literal(uri.IdnHost) is { } address && !IsAllowed(address)
            ? $"{uri.IdnHost} is a loopback, link-local, private or reserved address; allow its network with Outbound:AllowedNetworks if that is intended."
            : null;
    }

    // RFC 6761, section 6.3: "localhost" and names below it are loopback wherever they are resolved. The dot at the end of a name changes nothing.
    private static IPAddress? Literal(string host)
    {
        var name = host.Trim('[', ']').TrimEnd('.');
        return IPAddress.TryParse(name, out var address) ? address
            : name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : null;
    }

    internal async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, IsAllowed);
        if (allowed.Length == 0)
        {
            throw new OutboundRefusedException(context.DnsEndPoint.Host);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A name resolved to addresses that outbound requests must not reach. Trying again does not help.</summary>
public sealed class OutboundRefusedException(string host)
    : HttpRequestException($"'{host}' resolves to a loopback, link-local, private or reserved address; allow its network with Outbound:AllowedNetworks if that is intended.")
{
    /// <summary>Finds the refusal in what a client threw: connecting wraps it. Null when the failure was another.</summary>
    public static OutboundRefusedException? In(Exception failure)
    {
        for (var current = failure; current is not null; current = current.InnerException)
        {
            if (current is OutboundRefusedException refused)
            {
                return refused;
            }
        }

        return null;
    }
}

/// <summary>Registration of guarded clients.</summary>
public static class OutboundClients
{
    /// <summary>Adds a named <see cref="HttpClient"/> for operator-configured URLs: guarded addresses, no proxy, no cookies, no redirects, bounded time and answer size.</summary>
    public static IHttpClientBuilder AddOutboundClient(this IServiceCollection services, string name)
    {
        services.AddOptions<OutboundOptions>().BindConfiguration("Outbound")
            .Validate(options => options.AllowedNetworks.All(network => IPNetwork.TryParse(network, out _)), "Outbound:AllowedNetworks must be networks in CIDR form, e.g. 10.20.0.0/16.")
            .ValidateOnStart();
        services.TryAddSingleton<OutboundGuard>();
        return services.AddHttpClient(name)
            .RemoveAllLoggers()
            .ConfigureHttpClient((provider, client) =>
            {
                client.Timeout = provider.GetRequiredService<IOptions<OutboundOptions>>().Value.Timeout;
                client.MaxResponseContentBufferSize = 64 * 1024;
                client.DefaultRequestHeaders.UserAgent.ParseAdd("WebhookPlatform/0.1");
            })
            .ConfigurePrimaryHttpMessageHandler(provider => new SocketsHttpHandler
            {
                ConnectCallback = provider.GetRequiredService<OutboundGuard>().ConnectAsync,
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,

                // Such URLs often are secrets: spans would export them, and whoever is called need not know our trace ids.
                ActivityHeadersPropagator = null,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                MaxResponseHeadersLength = 32,
                MaxResponseDrainSize = 64 * 1024,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            });
    }
}
