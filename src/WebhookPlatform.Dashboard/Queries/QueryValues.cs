using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace WebhookPlatform.Dashboard.Queries;

/// <summary>Reads values of a query string; says in a sentence what is wrong with one.</summary>
public static class QueryValues
{
    private const int LongestName = 200;

    /// <summary>A whole number from 1; more than <paramref name="most"/> counts as <paramref name="most"/>, none as <paramref name="usual"/>.</summary>
    public static bool TryNumber(string? text, string name, int usual, int most, out int number, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        problem = null;
        number = usual;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given) || given < 1)
        {
            problem = Bad($"'{name}' must be a whole number from 1 to {most}.");
            return false;
        }

        number = (int)Math.Min(given, most);
        return true;
    }

    /// <summary>A place in the feed: a line's id or an ISO 8601 time.</summary>
    public static bool TryPlace(string? text, string name, out FeedPosition? place, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        problem = null;
        place = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        if (Guid.TryParse(text, out var line))
        {
            place = new FeedPosition(Line: line);
            return true;
        }

        // A '+' of an offset that was not escaped arrives as a space.
        if (DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            place = new FeedPosition(Time: time);
            return true;
        }

        problem = Bad($"'{name}' must be the id of a line, or a time such as 2026-01-31T12:00:00Z.");
        return false;
    }

    /// <summary>A name to filter by; none means no filter.</summary>
    public static bool TryName(string? text, string name, out string? filter, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        filter = string.IsNullOrEmpty(text) ? null : text;
        problem = text is null || (text.Length <= LongestName && !text.Any(char.IsControl)) ? null : Bad($"'{name}' must be a name of at most {LongestName} characters.");
        return problem is null;
    }

    /// <summary>An id.</summary>
    public static bool TryId(string text, string name, out Guid id, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        problem = Guid.TryParse(text, out id) ? null : Bad($"'{name}' must be an id such as 0198c9a2-7b1e-7c40-9f43-3a1d2c5b6e7f.");
        return problem is null;
    }

    private static ProblemHttpResult Bad(string sentence) => TypedResults.Problem(sentence, statusCode: StatusCodes.Status400BadRequest, title: "Bad request");
}
