using System.Globalization;

namespace WebhookPlatform.Benchmarks.Machine;

/// <summary>What the machine's processors have done since it started, from <c>/proc/stat</c>.</summary>
/// <param name="Busy">Neither idle nor stolen.</param>
/// <param name="Stolen">Wanted by this machine and given to others by its host.</param>
public readonly record struct ProcessorTimes(long Busy, long Stolen, long All)
{
    // The unit of /proc on every Linux that runs .NET.
    private const double TicksPerSecond = 100;

    public static ProcessorTimes Now => Parse(File.ReadLines("/proc/stat").First());

    /// <summary>Reads the line <c>cpu user nice system idle iowait irq softirq steal …</c>.</summary>
    public static ProcessorTimes Parse(string line)
    {
        var times = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var (idle, stolen, all) = (times[3] + times[4], times[7], times.Sum());
        return new ProcessorTimes(all - idle - stolen, stolen, all);
    }

    /// <summary>The share of all processors' time that was used beside <paramref name="known"/>, 0 to 1.</summary>
    public double ShareBeside(TimeSpan known) => All == 0 ? 0 : Math.Max(0, Busy - (known.TotalSeconds * TicksPerSecond)) / All;

    public static ProcessorTimes operator -(ProcessorTimes later, ProcessorTimes earlier) =>
        new(later.Busy - earlier.Busy, later.Stolen - earlier.Stolen, later.All - earlier.All);

    /// <summary>Share of all processors' time, 0 to 1.</summary>
    public double BusyShare => All == 0 ? 0 : (double)Busy / All;

    /// <summary>Share of all processors' time, 0 to 1: how noisy the host was.</summary>
    public double StolenShare => All == 0 ? 0 : (double)Stolen / All;
}
