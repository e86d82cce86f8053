using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Npgsql;

namespace WebhookPlatform.ServiceDefaults;

/// <summary>What whoever starts a service is told when it cannot start: sentences that say what to fix, where the reason is theirs to mend.</summary>
/// <param name="ExitCode">2 when the configuration cannot be used, 1 when something it names does not answer or is taken.</param>
/// <param name="Lines">The first names the service.</param>
internal sealed record StartFailure(int ExitCode, IReadOnlyList<string> Lines)
{
    private const int Unusable = 2;
    private const int Unavailable = 1;

    /// <summary>Explains an exception of the start, or of a verb.</summary>
    /// <returns>Null for what nobody foresaw: its stack trace is worth more than a guess.</returns>
    public static StartFailure? Explain(string name, Exception failure)
    {
        if (Problems(failure) is { Count: > 0 } problems)
        {
            return new(Unusable, [$"{name}: the configuration cannot be used:", .. problems.Select(problem => $"  - {problem}")]);
        }

        foreach (var cause in ConfigurationProblem.Chain(failure))
        {
            switch (cause)
            {
                case AddressInUseException:
                    return new(Unavailable, [$"{name}: {failure.Message} Free the port, or choose another by ASPNETCORE_URLS, e.g. http://localhost:5100, or ASPNETCORE_HTTP_PORTS."]);
                case PostgresException refused:
                    return new(Unavailable, [$"{name}: the database that ConnectionStrings:Database names refuses: {refused.MessageText} ({refused.SqlState})."]);
                case NpgsqlException unreachable:
                    return new(Unavailable, [$"{name}: the database that ConnectionStrings:Database names does not answer: {string.Join(": ", ConfigurationProblem.Chain(unreachable).Select(part => part.Message))}."]);
                case SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable } listening:
                    return new(Unavailable, [$"{name}: it cannot listen where ASPNETCORE_URLS or ASPNETCORE_HTTP_PORTS says: {listening.Message}."]);
                default:
                    break;
            }
        }

        return null;
    }

    private static IReadOnlyList<string> Problems(Exception failure) => failure switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException several => [.. several.InnerExceptions.SelectMany(Problems)],
        InvalidOperationException when ConfigurationProblem.Describe(failure) is { } problem => [problem],
        // Of appsettings.json: the cause says the line.
        InvalidDataException => [string.Join(" ", ConfigurationProblem.Chain(failure).Select(part => part.Message))],
        FormatException when failure.Message.StartsWith("Invalid url", StringComparison.Ordinal) =>
            [$"ASPNETCORE_URLS must be addresses such as http://localhost:5100, and ASPNETCORE_HTTP_PORTS numbers such as 8080. {failure.Message}."],
        _ => [],
    };
}
