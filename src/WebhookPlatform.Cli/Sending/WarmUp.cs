using System.Net;
using System.Net.Sockets;
using WebhookPlatform.Simulators;

namespace WebhookPlatform.Cli.Sending;

/// <summary>
/// The first request of a process pays some 100 ms for compiling the HTTP client. A dry run against a listener of our own
/// keeps that out of the figures, without the receiver seeing anything.
/// </summary>
internal static class WarmUp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(SignedRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener);
        using (var sender = new WebhookSender(new Uri($"http://{listener.LocalEndpoint}/"), Patience, connections: 1, time))
        {
            await sender.SendAsync(request, again => again, retries: 0, cancellationToken);
        }

        listener.Stop();
        await answering;
    }

    private static async Task AnswerAsync(TcpListener listener)
    {
        try
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            _ = await stream.ReadAsync(new byte[16 * 1024]);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 19\r\nConnection: close\r\n\r\n{\"duplicate\":false}"u8.ToArray());
        }
        catch (Exception exception) when (exception is SocketException or IOException or ObjectDisposedException)
        {
            // Nothing depends on it: the run starts a little colder.
        }
    }
}
