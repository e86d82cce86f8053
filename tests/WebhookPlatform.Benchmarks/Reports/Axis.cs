using System.Globalization;

namespace WebhookPlatform.Benchmarks.Reports;

/// <summary>A chart's axis from zero to a round number.</summary>
/// <param name="Step">Distance of the marks: 1, 2 or 5 times a power of ten.</param>
/// <param name="End">The first mark at or above the largest value.</param>
public readonly record struct Axis(double Step, double End)
{
    private const int Marks = 5;

    /// <summary>An axis that holds all values up to <paramref name="largest"/>.</summary>
    public static Axis For(double largest)
    {
        if (largest <= 0)
        {
            return new Axis(1, 1);
        }

        var rough = largest / Marks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        return new Axis(step, step * Math.Ceiling(largest / step - 1e-9));
    }

    /// <summary>Where a value lies on an axis of that length.</summary>
    public double At(double value, double length) => value / End * length;

    /// <summary>A mark as people read it.</summary>
    public static string Label(double mark) => mark.ToString("#,##0.######", CultureInfo.InvariantCulture);

    /// <summary>The marks from zero on.</summary>
    public IEnumerable<double> Values
    {
        get
        {
            for (var mark = 0; mark <= Math.Floor((End / Step) + 1e-9); mark++)
            {
                yield return mark * Step;
            }
        }
    }
}
