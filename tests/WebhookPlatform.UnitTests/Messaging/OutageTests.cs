using System.Net.Sockets;
using Npgsql;
using WebhookPlatform.Messaging.Outages;

namespace WebhookPlatform.UnitTests.Messaging;

public sealed class OutageTests
{
    [Theory]
    [InlineData("57P01")] // shutdown
    [InlineData("57P03")] // starting up
    [InlineData("53300")] // too many connections
    [InlineData("53100")] // disk full
    [InlineData("40001")] // serialization failure
    [InlineData("40P01")] // deadlock
    [InlineData("08006")] // connection failure
    [InlineData("42P01")] // not migrated yet
    [InlineData("42703")] // not migrated to the end
    [InlineData("28P01")] // password changed
    [InlineData("25006")] // read-only standby
    [InlineData("42501")] // grants missing
    public void What_passes_by_itself_is_an_outage(string sqlState) => Assert.True(Outage.Is(Wrapped(Postgres(sqlState))));

    [Theory]
    [InlineData("23505")] // unique violation
    [InlineData("22003")] // number out of range
    [InlineData("22021")] // invalid text
    [InlineData("54000")] // too large for an index
    public void What_the_message_causes_is_a_fault(string sqlState) => Assert.False(Outage.Is(Wrapped(Postgres(sqlState))));

    [Fact]
    public void A_broken_connection_is_an_outage()
    {
        Assert.True(Outage.Is(Wrapped(new SocketException(104))));
        Assert.True(Outage.Is(new NpgsqlException("Exception while reading from stream", new IOException("reset"))));
        Assert.False(Outage.Is(new InvalidOperationException("a bug")));
        Assert.False(Outage.Is(new FormatException("a bad message")));
    }

    private static InvalidOperationException Wrapped(Exception inner) => new("An error occurred while saving.", inner);

    private static PostgresException Postgres(string sqlState) => new("message", "ERROR", "ERROR", sqlState);
}
