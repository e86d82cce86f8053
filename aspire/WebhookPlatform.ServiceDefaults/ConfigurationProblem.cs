using System.Text.RegularExpressions;

namespace WebhookPlatform.ServiceDefaults;

/// <summary>What the configuration binder has against a setting, in words for whoever made it. The binder has no exceptions of its own: its messages are all there is.</summary>
public static partial class ConfigurationProblem
{
    /// <summary>Describes a failure to bind configuration to options.</summary>
    /// <returns>A sentence that names the setting and what it has to be; null for any other failure.</returns>
    public static string? Describe(Exception failure) => Chain(failure).Select(Sentence).FirstOrDefault(sentence => sentence is not null);

    internal static IEnumerable<Exception> Chain(Exception failure)
    {
        for (var current = failure; current is not null; current = current.InnerException)
        {
            yield return current;
        }
    }

    private static string? Sentence(Exception failure)
    {
        if (Conversion().Match(failure.Message) is { Success: true } wrong)
        {
            return $"{wrong.Groups["key"].Value} must be {Form(Find(wrong.Groups["type"].Value))}, not '{wrong.Groups["value"].Value}'.";
        }

        return Unknown().Match(failure.Message) is { Success: true } unknown
            ? $"There is no setting {unknown.Groups["names"].Value} here. {Settings(Find(unknown.Groups["type"].Value))}".TrimEnd()
            : null;
    }

    private static Type? Find(string name) =>
        Type.GetType(name) ?? AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(name)).FirstOrDefault(type => type is not null);

    private static string Settings(Type? type) =>
        type is null ? "" : $"There are: {string.Join(", ", type.GetProperties().Where(property => property.CanWrite).Select(property => property.Name))}.";

    private static string Form(Type? type) => type switch
    {
        { IsEnum: true } => "one of " + string.Join(", ", Enum.GetNames(type).Select(member => member.ToLowerInvariant())),
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a duration, e.g. 00:15:00 or 1.00:00:00",
        _ when type == typeof(int) || type == typeof(long) => "a whole number",
        _ when type == typeof(double) || type == typeof(decimal) => "a number",
        _ when type == typeof(Uri) => "an address",
        _ => "something else",
    };

    [GeneratedRegex("^Failed to convert configuration value '(?<value>.*)' at '(?<key>[^']+)' to type '(?<type>[^']+)'", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Conversion();

    [GeneratedRegex("the following properties were not found on the instance of (?<type>[^:]+): (?<names>'.+')$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unknown();
}
