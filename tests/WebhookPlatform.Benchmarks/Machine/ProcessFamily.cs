using System.Globalization;

namespace WebhookPlatform.Benchmarks.Machine;

/// <summary>A process and all it has started, as <c>/proc</c> shows them.</summary>
public sealed class ProcessFamily(string name, int id)
{
    private const double ClockTick = 0.01;

    public string Name => name;

    /// <summary>Processor time of all members, the ended ones included.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            var parents = Parents();
            return TimeSpan.FromSeconds(Members(parents).Sum(member => Ticks(member)) * ClockTick);
        }
    }

    /// <summary>Resident bytes of the process itself.</summary>
    public long ResidentBytes => Status("VmRSS");

    /// <summary>The most that was ever resident, of the process itself.</summary>
    public long PeakResidentBytes => Status("VmHWM");

    /// <summary>Forgets the peak so far, so that <see cref="PeakResidentBytes"/> is that of what follows.</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{id}/clear_refs", "5");

    private List<int> Members(Dictionary<int, int> parents)
    {
        var members = new List<int> { id };
        for (var at = 0; at < members.Count; at++)
        {
            members.AddRange(parents.Where(pair => pair.Value == members[at]).Select(pair => pair.Key));
        }

        return members;
    }

    private static Dictionary<int, int> Parents()
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process) && Stat(process) is { } stat)
            {
                parents[process] = int.Parse(stat[1], CultureInfo.InvariantCulture);
            }
        }

        return parents;
    }

    // utime, stime, and those of children that ended (cutime, cstime).
    private static long Ticks(int process) =>
        Stat(process) is { } stat ? stat[11..15].Sum(text => long.Parse(text, CultureInfo.InvariantCulture)) : 0;

    /// <summary>The fields after the name: state, parent, … (proc(5), from the third on).</summary>
    private static string[]? Stat(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private long Status(string field)
    {
        var line = File.ReadLines($"/proc/{id}/status").First(line => line.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(field.Length + 1, line.Length - field.Length - " kB".Length - 1), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture) * 1024;
    }
}
