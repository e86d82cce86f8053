using System.Net;

namespace WebhookPlatform.ServiceDefaults.Outbound;

/// <summary>Configuration section <c>Outbound</c>: where services may send requests that operators configure.</summary>
public sealed class OutboundOptions
{
    /// <summary>Allows loopback, link-local and private addresses altogether. For development only.</summary>
    public bool AllowPrivateNetworks { get; set; }

    /// <summary>Networks that are allowed although they are private, as CIDR, e.g. <c>10.20.0.0/16</c>.</summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <summary>Longest time for one request, from connecting to the end of the answer.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    internal IEnumerable<IPNetwork> Networks => AllowedNetworks.Select(network => IPNetwork.Parse(network));
}
