using System.Net;
using System.Net.Sockets;

namespace WebhookPlatform.Chaos.Cluster;

/// <summary>
/// Free ports of this machine below the range from which the system takes ports for outgoing connections: what is killed and started again
/// must find its port free.
/// </summary>
internal static class Ports
{
    private static readonly HashSet<int> Given = [];

    /// <summary>For <c>eng/servers.sh</c>, which derives further ports from it; see <c>free_ports</c> in eng/common.sh.</summary>
    public static int FreeForServers() => Free(10_000, 12_767);

    /// <summary>For a service; between those of the servers and those derived from them.</summary>
    public static int FreeForService() => Free(13_000, 19_999);

    private static int Free(int least, int most)
    {
        while (true)
        {
            var port = Random.Shared.Next(least, most + 1);
            lock (Given)
            {
                if (IsFree(port) && Given.Add(port))
                {
                    return port;
                }
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
