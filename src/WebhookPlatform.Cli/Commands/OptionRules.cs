using System.CommandLine;
using System.CommandLine.Parsing;

namespace WebhookPlatform.Cli.Commands;

/// <summary>What the value of an option has to be.</summary>
internal static class OptionRules
{
    /// <summary>Refuses with <paramref name="message"/> what does not hold. What cannot be read as a value at all is the parser's to refuse.</summary>
    public static void Require<T>(this Option<T> option, Predicate<T?> holds, string message) =>
        option.Validators.Add(result =>
        {
            if (TryRead<T>(result, out var value) && !holds(value))
            {
                result.AddError(message);
            }
        });

    private static bool TryRead<T>(OptionResult result, out T? value)
    {
        try
        {
            value = result.GetValueOrDefault<T>();
            return true;
        }
        catch (InvalidOperationException)
        {
            // Thrown for text that is no T, and reported as an error after the validators.
            value = default;
            return false;
        }
    }
}
