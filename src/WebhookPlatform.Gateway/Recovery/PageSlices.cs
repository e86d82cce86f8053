namespace WebhookPlatform.Gateway.Recovery;

/// <summary>Parts of a page that outlive the pass over it.</summary>
internal static class PageSlices
{
    /// <summary>The memory of a part found in a page's span, without a copy.</summary>
    /// <param name="whole">The span of <paramref name="page"/>.</param>
    /// <param name="part">Within it.</param>
    public static ReadOnlyMemory<byte> Slice(this ReadOnlyMemory<byte> page, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> part) =>
        whole.Overlaps(part, out var offset) ? page.Slice(offset, part.Length) : default;
}
