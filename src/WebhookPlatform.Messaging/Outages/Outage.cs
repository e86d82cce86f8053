using System.Net.Sockets;
using Npgsql;

namespace WebhookPlatform.Messaging.Outages;

/// <summary>Tells an outage of the database from a fault of the message: the first is waited out, the second goes to the error queue.</summary>
public static class Outage
{
    /// <summary>Whether trying the same thing again later can succeed because the failure lies in the infrastructure.</summary>
    public static bool Is(Exception failure)
    {
        for (var current = failure; current is not null; current = current.InnerException)
        {
            switch (current)
            {
                case PostgresException postgres:
                    return IsTransient(postgres.SqlState);
                case NpgsqlException or SocketException or TimeoutException or EndOfStreamException or IOException or ObjectDisposedException:
                    return true;
            }
        }

        return false;
    }

    // Classes of "PostgreSQL Error Codes", appendix A of its manual. Only data (22), constraints (23) and sizes (54) are the message's doing; all else, such as
    // a shutdown, a full disk, a changed password, a read-only standby or a missing migration, is the database's and ends when somebody mends it.
    private static bool IsTransient(string sqlState) =>
        !sqlState.StartsWith("22", StringComparison.Ordinal)
        && !sqlState.StartsWith("23", StringComparison.Ordinal)
        && !sqlState.StartsWith("54", StringComparison.Ordinal);
}
