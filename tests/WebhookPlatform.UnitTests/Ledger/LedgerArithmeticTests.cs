using WebhookPlatform.Contracts.Platform;
using WebhookPlatform.Dashboard.Ledger;

namespace WebhookPlatform.UnitTests.Ledger;

public sealed class LedgerArithmeticTests
{
    [Theory]
    [InlineData(100, 100, 0, 0, 0, 100, 0)]
    [InlineData(100, 60, 0, 0, 0, 60, 40)]
    [InlineData(100, 100, 3, 0, 0, 97, 3)]
    [InlineData(100, 100, 0, 2, 1, 97, 0)]
    [InlineData(100, 60, 5, 2, 1, 52, 45)]
    [InlineData(100, 120, 0, 0, 0, 100, 0)]
    public void Due_is_delivered_and_in_flight_and_dead_and_missing(long due, long answered, long unconfirmed, long dead, long missing, long delivered, long inFlight)
    {
        var balance = ConsumerBalance.Of("dashboard", "stripe", due, answered, unconfirmed, dead, missing);

        Assert.Equal(new ConsumerBalance("dashboard", "stripe", due, delivered, inFlight, dead, missing), balance);
        Assert.Equal(balance.Due, balance.Delivered + balance.InFlight + balance.Dead + balance.Missing);
        Assert.Equal(missing == 0, balance.Balanced);
    }

    [Fact]
    public void Received_is_the_sum_of_what_became_of_it() =>
        Assert.Equal(31, new SourceBalance("stripe", "stripe", Accepted: 1, Duplicates: 2, Conflicts: 4, Rejected: 8, Refused: 16, Booked: 1, Missing: 0).Received);

    [Theory]
    [InlineData(10, 10, 0, true)]
    [InlineData(10, 9, 0, false)]
    [InlineData(9, 10, 0, false)]
    [InlineData(10, 10, 1, false)]
    public void A_source_balances_when_both_books_agree_and_no_row_is_missing(long accepted, long booked, long missing, bool balanced) =>
        Assert.Equal(balanced, new SourceBalance("stripe", "stripe", accepted, 0, 0, 0, 0, booked, missing).Balanced);

    [Fact]
    public void Differences_in_opposite_directions_do_not_hide_each_other()
    {
        SourceBalance[] sources = [new("a", "hmac", 10, 0, 0, 0, 0, 9, 0), new("b", "hmac", 10, 0, 0, 0, 0, 11, 0)];

        Assert.Equal(2, new LedgerReport(default, default, null, false, sources, [], []).Missing);
    }

    [Fact]
    public void Entries_survive_packing()
    {
        LedgerEntry[] entries = [.. Enumerable.Range(0, 5).Select(_ => new LedgerEntry(Guid.NewGuid(), Guid.CreateVersion7()))];

        Assert.Equal(entries, LedgerEntry.Unpack(LedgerEntry.Pack(entries)));
        Assert.Throws<FormatException>(() => LedgerEntry.Unpack(new byte[33]));
    }
}
