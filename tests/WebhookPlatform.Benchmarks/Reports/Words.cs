using System.Globalization;
using WebhookPlatform.Benchmarks.Load;

namespace WebhookPlatform.Benchmarks.Reports;

/// <summary>Figures as people read them: as many digits as they are worth.</summary>
public static class Words
{
    public static string Number(double value) => value.ToString(Math.Abs(value) switch { >= 100 => "#,##0", >= 10 => "0.0", 0 => "0", _ => "0.00" }, CultureInfo.InvariantCulture);

    public static string Rate(double perSecond) => $"{Number(perSecond)}/s";

    public static string Factor(double factor) => $"{(factor == Math.Round(factor) ? factor.ToString("#,##0", CultureInfo.InvariantCulture) : Number(factor))} ×";

    /// <param name="share">0 to 1.</param>
    public static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %");

    public static string Time(TimeSpan time) =>
        time >= TimeSpan.FromMinutes(2) ? $"{Number(time.TotalMinutes)} min"
        : time >= TimeSpan.FromSeconds(1) ? $"{Number(time.TotalSeconds)} s"
        : $"{Number(time.TotalMilliseconds)} ms";

    public static string Microseconds(double microseconds) => $"{Number(microseconds)} µs";

    public static string Bytes(double bytes) => bytes.ToString("#,##0 B", CultureInfo.InvariantCulture);

    public static string Megabytes(double bytes) => $"{Number(bytes / 1024 / 1024)} MiB";

    /// <param name="quantile">0 to 1, e.g. 0.999 for p99.9.</param>
    public static string Quantile(double quantile) => string.Create(CultureInfo.InvariantCulture, $"p{quantile * 100:0.###}");

    /// <summary>How often which status came, e.g. <c>200: 5,012, 503: 3</c>.</summary>
    public static string Statuses(LoadResult result) =>
        string.Join(", ", result.Statuses.Select(status => $"{status.Key}: {Number(status.Value)}")) + $", without an answer: {Number(result.Unanswered)}, connections lost: {Number(result.Broken)}";
}
