using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace WebhookPlatform.Benchmarks.Load;

/// <summary>Sends requests over many connections from one thread.</summary>
public sealed class LoadGenerator : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly IPEndPoint _server;
    private readonly RequestStream _requests;
    private readonly LoadPlan _plan;
    private readonly Epoll _poll = new();
    private readonly Connection[] _connections;
    private readonly Stack<int> _free = new();
    private readonly LoadResult _result = new();
    private long _acceptedSoFar;
    private long _last;
    private bool _exhausted;

    private LoadGenerator(IPEndPoint server, RequestStream requests, LoadPlan plan)
    {
        (_server, _requests, _plan) = (server, requests, plan);
        _connections = new Connection[plan.Connections];
        for (var number = 0; number < _connections.Length; number++)
        {
            Open(number);
            _free.Push(number);
        }
    }

    /// <summary>2xx so far; can be read while it runs.</summary>
    private long AcceptedSoFar => Volatile.Read(ref _acceptedSoFar);

    /// <summary>Runs a plan to its end on a thread of its own.</summary>
    /// <param name="watch">Called four times a second with the number of 2xx so far, if given.</param>
    public static async Task<LoadResult> RunAsync(Uri server, RequestStream requests, LoadPlan plan, Action<long>? watch = null, CancellationToken cancellationToken = default)
    {
        using var generator = new LoadGenerator(new IPEndPoint(IPAddress.Loopback, server.Port), requests, plan);
        var running = Task.Factory.StartNew(() => generator.Run(cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (watch is not null && await Task.WhenAny(running, Task.Delay(250, cancellationToken)) != running)
        {
            watch(generator.AcceptedSoFar);
        }

        return await running;
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Socket.Dispose();
        }

        _poll.Dispose();
    }

    private LoadResult Run(CancellationToken cancellationToken)
    {
        var processorTime = Epoll.ThreadTime;
        Span<int> ready = stackalloc int[512];
        var start = Stopwatch.GetTimestamp();
        var end = start + Ticks(_plan.Duration);
        var period = _plan.Rate is { } rate ? Stopwatch.Frequency / rate : 0;
        long scheduled = 0;
        _result.Started = start;
        while (!cancellationToken.IsCancellationRequested)
        {
            var now = Stopwatch.GetTimestamp();
            if (now >= end || (_exhausted && _free.Count == _connections.Length))
            {
                break;
            }

            var due = start + (long)(scheduled * period);
            while (!_exhausted && _free.Count > 0 && due <= now)
            {
                Send(_free.Pop(), period > 0 ? due : Stopwatch.GetTimestamp());
                scheduled++;
                due = start + (long)(scheduled * period);
            }

            var pause = period > 0 && _free.Count > 0 && !_exhausted ? Math.Min(due, end) - now : end - now;
            Take(ready[.._poll.Wait(Stopwatch.GetElapsedTime(0, pause), ready)]);
        }

        _result.Elapsed = Stopwatch.GetElapsedTime(start, _exhausted ? _last : Stopwatch.GetTimestamp());
        _result.AcceptedInTime = _acceptedSoFar;
        Finish(ready);
        _result.GeneratorTime = Epoll.ThreadTime - processorTime;
        return _result;
    }

    // Nothing is sent any more, but what is under way counts.
    private void Finish(Span<int> ready)
    {
        var deadline = Stopwatch.GetTimestamp() + Ticks(Grace);
        while (_free.Count < _connections.Length && Stopwatch.GetTimestamp() is var now && now < deadline)
        {
            Take(ready[.._poll.Wait(Stopwatch.GetElapsedTime(now, deadline), ready)]);
        }

        _result.Unanswered = _connections.Length - _free.Count;
    }

    private void Send(int number, long due)
    {
        var request = _requests.Next();
        if (request.IsEmpty)
        {
            _exhausted = true;
            _free.Push(number);
            return;
        }

        var connection = _connections[number];
        (connection.Due, connection.Sent, connection.Filled, connection.IsBusy) = (due, Stopwatch.GetTimestamp(), 0, true);
        _result.Lag.Record(Stopwatch.GetElapsedTime(due, connection.Sent));
        var sent = connection.Socket.Send(request, SocketFlags.None, out var error);
        if (error is not SocketError.Success || sent < request.Length)
        {
            Replace(number);
            return;
        }

        _result.Sent++;
    }

    private void Take(ReadOnlySpan<int> ready)
    {
        foreach (var number in ready)
        {
            var connection = _connections[number];
            var received = connection.Socket.Receive(connection.Buffer.AsSpan(connection.Filled), SocketFlags.None, out var error);
            if (error is SocketError.WouldBlock)
            {
                continue;
            }

            if (error is not SocketError.Success || received == 0)
            {
                Replace(number);
                continue;
            }

            connection.Filled += received;
            if (HttpAnswer.TryRead(connection.Buffer.AsSpan(0, connection.Filled), out var answer))
            {
                Count(connection, answer);
                connection.IsBusy = false;
                _free.Push(number);
            }
        }
    }

    private void Count(Connection connection, HttpAnswer answer)
    {
        _last = Stopwatch.GetTimestamp();
        var latency = Stopwatch.GetElapsedTime(connection.Due, _last);
        _result.Statuses[answer.Status] = _result.Statuses.GetValueOrDefault(answer.Status) + 1;
        if (answer.Status is >= 200 and < 300)
        {
            _result.Accepted.Record(latency);
            _result.Answered.Record(Stopwatch.GetElapsedTime(connection.Sent, _last));
            Volatile.Write(ref _acceptedSoFar, _acceptedSoFar + 1);
            return;
        }

        _result.Refused.Record(latency);
        _result.WithoutRetryAfter += answer is { Status: 503, HasRetryAfter: false } ? 1 : 0;
    }

    private void Replace(int number)
    {
        _result.Broken++;
        if (_connections[number].IsBusy)
        {
            _free.Push(number);
        }

        _connections[number].Socket.Dispose();
        Open(number);
    }

    private void Open(int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(_server);
        socket.Blocking = false;
        _connections[number] = new Connection(socket);
        _poll.Watch(socket.Handle, number);
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private sealed class Connection(Socket socket)
    {
        public Socket Socket => socket;

        public byte[] Buffer { get; } = new byte[4096];

        public int Filled { get; set; }

        /// <summary>Whether an answer is awaited.</summary>
        public bool IsBusy { get; set; }

        /// <summary>When the request under way was to be sent.</summary>
        public long Due { get; set; }

        /// <summary>When it was sent.</summary>
        public long Sent { get; set; }
    }
}
