using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace WebhookPlatform.TestKit;

/// <summary>Stands between a service and a server so that a test can cut the line: refuses new connections and breaks those that are open, until it is mended.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Socket, byte> _open = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;
    private readonly TcpListener _listener;
    private volatile bool _cut;

    public TcpProxy(string host, int port)
    {
        _host = host;
        _port = port;
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Port on 127.0.0.1 to connect to instead of the server's.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The server is away from now on.</summary>
    public void Cut()
    {
        _cut = true;
        foreach (var socket in _open.Keys)
        {
            Break(socket);
        }
    }

    /// <summary>The server is back.</summary>
    public void Mend() => _cut = false;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Cut();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _open[client] = 0;
        _open[server] = 0;
        try
        {
            if (_cut)
            {
                return;
            }

            await server.ConnectAsync(_host, _port);
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
        }
        catch (SocketException)
        {
            // The server refuses: so does the proxy.
        }
        finally
        {
            Break(client);
            Break(server);
            _open.TryRemove(client, out _);
            _open.TryRemove(server, out _);
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                await to.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Cut, or the other side is gone.
        }
    }

    // A reset rather than a farewell: what a pulled cable and a killed server look like.
    private static void Break(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Already closed.
        }
    }
}
