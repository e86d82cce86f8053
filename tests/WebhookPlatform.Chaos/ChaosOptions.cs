using System.Globalization;

namespace WebhookPlatform.Chaos;

/// <summary>What one run does. The same seed gives the same webhooks in the same order and the same faults.</summary>
/// <param name="Webhooks">How many the driver posts, besides canaries.</param>
/// <param name="Faults">How many things go wrong.</param>
/// <param name="LongestOutage">Upper bound of how long the broker or the database is away.</param>
/// <param name="Minutes">Over how long the webhooks are spread; null for as long as the faults will take.</param>
/// <param name="Deadline">How long the platform may take to settle when everything is back.</param>
/// <param name="Folder">For servers, logs and the report; null for a folder of its own below <c>.chaos</c>.</param>
public sealed record ChaosOptions(int Webhooks, int Faults, int Seed, TimeSpan LongestOutage, TimeSpan Deadline, double? Minutes = null, string? Folder = null)
{
    /// <summary>After the verdict, break promises in the databases by hand and see whether the oracle notices.</summary>
    public bool Sabotage { get; init; }

    public const string Usage =
        """
        ./chaos.sh [--webhooks N] [--faults N] [--minutes N] [--seed N] [--longest-outage SECONDS] [--deadline SECONDS] [--folder PATH]

        Runs two replicas of every service on a PostgreSQL and a RabbitMQ of their own, posts webhooks to them, breaks everything at random meanwhile,
        and checks at the end that nothing was lost and nothing took effect twice. Exit code 0: all promises kept; 1: not; 2: it could not run.

        --webhooks N        webhooks to post                                              (default: 5000)
        --faults N          faults while they are posted                                  (default: 12, or 5 a minute with --minutes)
        --minutes N         spread the webhooks over this long                            (default: as long as the faults take)
        --seed N            repeat the webhooks and faults of an earlier run              (default: a new one)
        --longest-outage S  upper bound of how long broker or database are away           (default: 60)
        --deadline S        time to settle after the last fault                           (default: 300)
        --folder PATH       where logs and report.md and report.json go                   (default: .chaos/<time>-<seed>)
        """;

    /// <exception cref="FormatException">Says what is wrong.</exception>
    public static ChaosOptions Parse(IReadOnlyList<string> arguments)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 0; at < arguments.Count; at += 2)
        {
            if (arguments[at] is not ("--webhooks" or "--faults" or "--minutes" or "--seed" or "--longest-outage" or "--deadline" or "--folder"))
            {
                throw new FormatException($"Unknown argument '{arguments[at]}'.");
            }

            given[arguments[at]] = at + 1 < arguments.Count ? arguments[at + 1] : throw new FormatException($"{arguments[at]} needs a value.");
        }

        var minutes = given.TryGetValue("--minutes", out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : (double?)null;
        return new ChaosOptions(
            Number("--webhooks", 5000),
            Number("--faults", minutes is { } span ? (int)Math.Ceiling(span * 5) : 12),
            Number("--seed", Random.Shared.Next(1, 1_000_000)),
            TimeSpan.FromSeconds(Number("--longest-outage", 60)),
            TimeSpan.FromSeconds(Number("--deadline", 300)),
            minutes,
            given.GetValueOrDefault("--folder"));

        int Number(string name, int usual) => given.TryGetValue(name, out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : usual;
    }
}
