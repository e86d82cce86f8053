using System.Net;

namespace WebhookPlatform.Dashboard.Console.Gateway;

/// <summary>What another service answered, or why it did not.</summary>
/// <param name="Problem">For people; null when there is a value that is up to date.</param>
/// <param name="Status">As answered; null when nobody answered.</param>
public sealed record Answer<T>(T? Value, string? Problem, HttpStatusCode? Status = null)
    where T : class
{
    /// <summary>Keeps what was known before when this is a mere outage, so that a page does not lose what it shows.</summary>
    public Answer<T> Or(Answer<T>? earlier) => Value is null && Status is not HttpStatusCode.NotFound && earlier?.Value is { } value ? this with { Value = value } : this;
}
