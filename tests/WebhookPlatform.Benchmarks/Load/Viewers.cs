using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WebhookPlatform.Benchmarks.Load;

/// <summary>Many clients of a server-sent event stream, on one thread, that read and forget.</summary>
internal sealed class Viewers : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Epoll _poll = new();
    private readonly Socket[] _sockets;
    private readonly Task _reading;
    private volatile bool _ended;
    private long _bytes;
    private int _lost;

    public Viewers(Uri server, string path, string operatorKey, int count)
    {
        var request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: Bearer {operatorKey}\r\n\r\n");
        _sockets = new Socket[count];
        for (var number = 0; number < count; number++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(new IPEndPoint(IPAddress.Loopback, server.Port));
            socket.Send(request);
            socket.Blocking = false;
            _sockets[number] = socket;
            _poll.Watch(socket.Handle, number);
        }

        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Bytes of frames so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Streams that ended although nobody asked.</summary>
    public int Lost => Volatile.Read(ref _lost);

    /// <summary>Processor time of the reading thread; valid after disposal.</summary>
    public TimeSpan ProcessorTime { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _ended = true;
        await _reading;
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        _poll.Dispose();
    }

    private void Read()
    {
        Span<int> ready = stackalloc int[512];
        var buffer = new byte[64 * 1024];
        while (!_ended)
        {
            var count = _poll.Wait(Pause, ready);
            foreach (var number in ready[..count])
            {
                var received = _sockets[number].Receive(buffer, SocketFlags.None, out var error);
                if (error is SocketError.Success && received > 0)
                {
                    Interlocked.Add(ref _bytes, received);
                }
                else if (error is not SocketError.WouldBlock)
                {
                    _sockets[number].Dispose();
                    Interlocked.Increment(ref _lost);
                }
            }
        }

        ProcessorTime = Epoll.ThreadTime;
    }
}
