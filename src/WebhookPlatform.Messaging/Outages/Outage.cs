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

    // Classes and codes of "PostgreSQL Error Codes", appendix A of its manual: what passes when the server, a lock or a rival transaction does.
    private static bool IsTransient(string sqlState) =>
        sqlState.StartsWith("08", StringComparison.Ordinal) // connection exceptions
        || sqlState.StartsWith("53", StringComparison.Ordinal) // insufficient resources: disk full, too many connections
        || sqlState.StartsWith("57P", StringComparison.Ordinal) // shutdown, crash, starting up
        || sqlState.StartsWith("58", StringComparison.Ordinal) // system error: I/O
        || sqlState is "40001" or "40P01" or "55P03" or "55006" or "57014" // serialization, deadlock, lock, in use, cancelled
            or "3D000" or "42P01"; // no database, no table: not migrated yet
}
