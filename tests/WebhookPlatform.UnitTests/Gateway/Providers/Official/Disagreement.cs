namespace WebhookPlatform.UnitTests.Gateway.Providers.Official;

/// <summary>Where a provider's own library and the gateway judge differently on purpose.</summary>
/// <param name="Kind">The kind of request, by its name in the test's list.</param>
/// <param name="GatewayAccepts">What the gateway does; the library does the opposite.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record Disagreement(string Kind, bool GatewayAccepts, string Reason);

/// <summary>Both verdicts on one request.</summary>
public readonly record struct Verdicts(bool Gateway, bool Library);

/// <summary>Holds two judges against each other.</summary>
internal static class Judges
{
    /// <summary>How many requests of each kind are made, each from a seed of its own.</summary>
    public const int Seeds = 25;

    /// <summary>Both agree on every request of a kind, or disagree on every one of them in the way that is written down.</summary>
    public static void Compare(string kind, IReadOnlyList<Disagreement> disagreements, Func<Random, Verdicts> judge)
    {
        var known = disagreements.SingleOrDefault(disagreement => string.Equals(disagreement.Kind, kind, StringComparison.Ordinal));
        for (var seed = 0; seed < Seeds; seed++)
        {
            var verdicts = judge(new Random(seed));
            if (known is null)
            {
                Assert.True(verdicts.Gateway == verdicts.Library, $"{kind} (seed {seed}): {Describe(verdicts)}");
            }
            else
            {
                Assert.True(verdicts == new Verdicts(known.GatewayAccepts, !known.GatewayAccepts), $"{kind} (seed {seed}): {Describe(verdicts)}, but it is written down that they disagree: {known.Reason}");
            }
        }
    }

    private static string Describe(Verdicts verdicts) => $"the gateway {Word(verdicts.Gateway)} it, the library {Word(verdicts.Library)} it";

    private static string Word(bool accepts) => accepts ? "accepts" : "refuses";
}
