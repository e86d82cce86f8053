using System.ComponentModel;
using System.Runtime.InteropServices;

namespace WebhookPlatform.Benchmarks.Load;

/// <summary>
/// Linux's readiness notification, which the generator uses directly: one thread serves thousands of connections at two system calls a request,
/// so that what is measured is the server.
/// </summary>
internal sealed partial class Epoll : IDisposable
{
    private const int Add = 1;
    private const int Readable = 1;
    private const int Monotonic = 1;
    private const int NonBlocking = 0x800;
    private const int ThreadClock = 3;
    private const int Most = 512;

    // The kernel's epoll_event (flags, 64 bits of data) is packed on x86-64 and nowhere else; counted in 32-bit words here.
    private static readonly int DataAt = RuntimeInformation.ProcessArchitecture is Architecture.X64 ? 1 : 2;
    private static readonly int EventSize = DataAt + 2;

    private const int Timer = -1;

    private static readonly TimeSpan LongWait = TimeSpan.FromMilliseconds(20);

    private readonly int _poll = Checked(Create(0));
    private readonly int _timer = Checked(CreateTimer(Monotonic, NonBlocking));
    private readonly int[] _events = new int[Most * EventSize];

    public Epoll() => Watch(_timer, Timer);

    /// <summary>The processor time this thread has used.</summary>
    public static TimeSpan ThreadTime
    {
        get
        {
            Checked(GetTime(ThreadClock, out var time));
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000);
        }
    }

    /// <summary>Reports a file descriptor by <paramref name="number"/> when it can be read.</summary>
    public void Watch(nint descriptor, int number)
    {
        Span<int> watched = stackalloc int[EventSize];
        watched.Clear();
        (watched[0], watched[DataAt]) = (Readable, number);
        Checked(Control(_poll, Add, (int)descriptor, ref watched[0]));
    }

    /// <summary>Waits until something can be read, and gives the numbers of what can.</summary>
    /// <param name="atMost">How long to wait; precise to some ten microseconds.</param>
    public int Wait(TimeSpan atMost, Span<int> ready)
    {
        if (atMost <= TimeSpan.Zero)
        {
            return Take(ready, timeout: 0);
        }

        if (atMost > LongWait)
        {
            return Take(ready, (int)Math.Min(1000, atMost.TotalMilliseconds - 1));
        }

        // A timer instead of the call's own limit, which counts in whole milliseconds.
        var alarm = new TimerSettings { Value = { Seconds = (long)atMost.TotalSeconds, Nanoseconds = (atMost.Ticks % TimeSpan.TicksPerSecond) * 100 } };
        Checked(SetTimer(_timer, 0, in alarm, nint.Zero));
        return Take(ready, timeout: 1000);
    }

    public void Dispose()
    {
        _ = Close(_timer);
        _ = Close(_poll);
    }

    private int Take(Span<int> ready, int timeout)
    {
        var count = Await(_poll, ref _events[0], Math.Min(Most, ready.Length), timeout);
        var filled = 0;
        for (var at = 0; at < count; at++)
        {
            var number = _events[(at * EventSize) + DataAt];
            if (number == Timer)
            {
                Read(_timer, out _, sizeof(long));
            }
            else
            {
                ready[filled++] = number;
            }
        }

        return filled;
    }

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int poll, int operation, int descriptor, ref int watched);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Await(int poll, ref int events, int most, int timeout);

    [LibraryImport("libc", EntryPoint = "timerfd_create", SetLastError = true)]
    private static partial int CreateTimer(int clock, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_settime", SetLastError = true)]
    private static partial int SetTimer(int timer, int flags, in TimerSettings settings, nint old);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out Time time);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, out long value, nint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimerSettings
    {
        public Time Interval;
        public Time Value;
    }
}
