using System.Globalization;
using WebhookPlatform.Benchmarks.Measures;

namespace WebhookPlatform.Benchmarks;

/// <summary>What is measured, and for how long.</summary>
public sealed record BenchmarkOptions
{
    /// <summary>Names of measures, in the order in which they run.</summary>
    public IReadOnlyList<string> Measures { get; private init; } = [];

    /// <summary>Length of one round. Long measures last a multiple of it: pipeline six times, soak sixty times.</summary>
    public int Seconds { get; private init; } = 10;

    public int Rounds { get; private init; } = 5;

    /// <summary>Connections of a closed loop.</summary>
    public int Connections { get; private init; } = 512;

    /// <summary>Events per second of the pipeline measure.</summary>
    public int Rate { get; private init; } = 2000;

    /// <summary>Deliveries stored before growth is measured.</summary>
    public int Rows { get; private init; } = 5_000_000;

    /// <summary>Webhooks of the burst.</summary>
    public int Burst { get; private init; } = 100_000;

    /// <summary>Where the report goes.</summary>
    public string Out { get; private init; } = Path.Combine(TestKit.SourceTree.Root, ".bench", "report");

    /// <summary>The length of one round.</summary>
    public TimeSpan Round => TimeSpan.FromSeconds(Seconds);

    /// <summary>Whether long measures last as long as their goals say: a minute for the pipeline, ten for the soak.</summary>
    public bool AreLongMeasuresLong => Seconds >= 10;

    /// <summary>Reads <c>[MEASURE…] [--seconds N] [--rounds N] …</c>; null and what to fix when that is not possible.</summary>
    public static BenchmarkOptions? Parse(IReadOnlyList<string> args, out string problem)
    {
        var options = new BenchmarkOptions();
        var measures = new List<string>();
        for (var at = 0; at < args.Count; at++)
        {
            if (!args[at].StartsWith("--", StringComparison.Ordinal))
            {
                measures.Add(args[at]);
                continue;
            }

            if (at + 1 == args.Count || options.With(args[at], args[at + 1]) is not { } changed)
            {
                problem = $"{args[at]} is not an option, or its value is missing or not a positive number.";
                return null;
            }

            options = changed;
            at++;
        }

        var unknown = measures.Except([.. MeasureCatalog.Names, "all"], StringComparer.Ordinal).FirstOrDefault();
        problem = unknown is null ? "" : $"'{unknown}' is not a measure. Use: {string.Join(", ", MeasureCatalog.Names)} or all.";
        return unknown is not null ? null : options with { Measures = measures.Count == 0 || measures.Contains("all") ? MeasureCatalog.Names : measures };
    }

    private BenchmarkOptions? With(string name, string value)
    {
        if (name is "--out")
        {
            return this with { Out = Path.GetFullPath(value) };
        }

        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
        {
            return null;
        }

        return name switch
        {
            "--seconds" => this with { Seconds = number },
            "--rounds" => this with { Rounds = number },
            "--connections" => this with { Connections = number },
            "--rate" => this with { Rate = number },
            "--rows" => this with { Rows = number },
            "--burst" => this with { Burst = number },
            _ => null,
        };
    }
}
