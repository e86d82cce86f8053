namespace WebhookPlatform.Contracts.Platform;

/// <summary>Asks consumers whether they have what was published. It stands in the queue behind what it asks about; each consumer answers with <see cref="LedgerAnswered"/>.</summary>
/// <param name="PageId">Names this part of the minute; the same whenever it is asked about.</param>
/// <param name="Consumer">Whom it asks; null for everybody.</param>
/// <param name="Source">The source's name.</param>
/// <param name="Minute">Start of the minute in which the webhooks came, UTC.</param>
/// <param name="Look">Which look at the minute, from 1; 0 asks once more about what was not there.</param>
/// <param name="AskedAt">When, by the clock of who asks.</param>
/// <param name="Contract">Contract name of all messages on the page, e.g. <c>PaymentCompleted</c>.</param>
/// <param name="Entries">Pairs of event id and delivery id, 16 bytes each, big-endian; see <see cref="LedgerEntry"/>.</param>
public sealed record LedgerPage(
    Guid PageId,
    string? Consumer,
    string Source,
    DateTimeOffset Minute,
    int Look,
    DateTimeOffset AskedAt,
    string Contract,
    ReadOnlyMemory<byte> Entries);

/// <summary>A message in the books: 32 bytes where thousands of them are kept or sent together.</summary>
/// <param name="EventId">The message's id.</param>
/// <param name="DeliveryId">The delivery it was read from.</param>
public readonly record struct LedgerEntry(Guid EventId, Guid DeliveryId)
{
    /// <summary>Bytes of one entry.</summary>
    public const int Size = 32;

    /// <summary>Writes entries one after the other.</summary>
    public static byte[] Pack(IReadOnlyCollection<LedgerEntry> entries)
    {
        var packed = new byte[entries.Count * Size];
        var at = 0;
        foreach (var entry in entries)
        {
            entry.EventId.TryWriteBytes(packed.AsSpan(at), bigEndian: true, out _);
            entry.DeliveryId.TryWriteBytes(packed.AsSpan(at + 16), bigEndian: true, out _);
            at += Size;
        }

        return packed;
    }

    /// <summary>The inverse of <see cref="Pack"/>.</summary>
    /// <exception cref="FormatException">The length is not that of whole entries.</exception>
    public static LedgerEntry[] Unpack(ReadOnlySpan<byte> packed)
    {
        if (packed.Length % Size != 0)
        {
            throw new FormatException($"{packed.Length} bytes are no whole number of ledger entries.");
        }

        var entries = new LedgerEntry[packed.Length / Size];
        for (var at = 0; at < entries.Length; at++)
        {
            var bytes = packed.Slice(at * Size, Size);
            entries[at] = new LedgerEntry(new Guid(bytes[..16], bigEndian: true), new Guid(bytes[16..], bigEndian: true));
        }

        return entries;
    }
}
