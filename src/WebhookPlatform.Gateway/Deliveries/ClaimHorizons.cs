using System.Globalization;
using Microsoft.Extensions.Options;
using WebhookPlatform.Gateway.Sources;

namespace WebhookPlatform.Gateway.Deliveries;

/// <summary>
/// How long after it was last seen an event id of a source is recognized as a repeat: as the source says (<c>DuplicateHorizonDays</c>), else the gateway (<c>Gateway:KeepClaimsDays</c>),
/// else the provider (<see cref="Providers.Redelivery"/>); never for less than the provider itself retries.
/// </summary>
public sealed class ClaimHorizons(SourceDirectory sources, IOptions<RetentionOptions> options)
{
    /// <summary>The longest that can be set: ten years.</summary>
    public const int MostDays = 3650;

    private const int LeastDays = 1;

    // With no source at all.
    private const int UsualDays = 30;

    /// <summary>The longest of all sources; null while some of them are not known, so that nothing can be said to be past it.</summary>
    public TimeSpan? Longest => sources.IsComplete ? TimeSpan.FromDays(sources.All.Select(DaysOf).DefaultIfEmpty(options.Value.KeepClaimsDays ?? UsualDays).Max()) : null;

    /// <summary>Days, at least what the provider retries.</summary>
    public int DaysOf(Source source) => source.DuplicateHorizonDays ?? Math.Max(options.Value.KeepClaimsDays ?? source.Provider.Redelivery.Days, source.Provider.Redelivery.RetryDays);

    /// <summary>The same as a time.</summary>
    public TimeSpan Of(Source source) => TimeSpan.FromDays(DaysOf(source));

    /// <summary>The same as a time; null for a source that is not there (any more), so that nothing of it is past its horizon.</summary>
    public TimeSpan? Of(string source) => sources.Find(source) is { } found ? Of(found) : null;

    /// <summary>For how long a claim of a source is sure to be there and its own, whether the source still is or not.</summary>
    public TimeSpan KeptForSure(string source) => Of(source) ?? Longest ?? TimeSpan.FromDays(LeastDays);

    /// <summary>What is wrong with a source's own horizon, as sentences that say what to fix.</summary>
    public static IEnumerable<string> Validate(Source source)
    {
        var least = source.Provider.Redelivery.RetryDays;
        if (source.DuplicateHorizonDays is { } days && (days < least || days > MostDays))
        {
            var reason = least > LeastDays ? $": {source.Provider.Name} itself retries for up to {least} days, and what is forgotten sooner would be accepted twice" : "";
            yield return string.Create(CultureInfo.InvariantCulture, $"DuplicateHorizonDays must be between {least} and {MostDays}{reason}.");
        }
    }
}
