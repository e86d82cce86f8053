using System.Text;
using WebhookPlatform.Messaging.Events;

namespace WebhookPlatform.Automation.Actions;

/// <summary>The beginning of an answer's text, for the operator who wants to know what the receiver said.</summary>
internal static class ResponseExcerpt
{
    private const int ReadBytes = 2048;
    private const int KeptCharacters = 500;
    private const string Hidden = "***";

    // The status is what decides; nobody waits long for the words that go with it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Reads no more than the first bytes, however long or slow the answer is. Null where it is empty or not text. Never throws: what could not be read is left out.</summary>
    /// <param name="secrets">What the receiver may echo and nobody should see.</param>
    public static async Task<string?> ReadAsync(HttpContent content, IEnumerable<string> secrets, CancellationToken cancellationToken)
    {
        if (!IsText(content.Headers.ContentType?.MediaType))
        {
            return null;
        }

        var buffer = new byte[ReadBytes];
        var read = await FillAsync(content, buffer, cancellationToken);
        var text = new StringBuilder(Encoding.UTF8.GetString(buffer, 0, read));
        foreach (var secret in secrets.Where(secret => secret.Length > 0))
        {
            text.Replace(secret, Hidden);
        }

        var printable = string.Concat(text.ToString().Select(character => char.IsControl(character) ? ' ' : character)).Trim();
        return printable.Length is 0 ? null : ShortText.Of(printable, KeptCharacters);
    }

    private static async Task<int> FillAsync(HttpContent content, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await using var stream = await content.ReadAsStreamAsync(patience.Token);
            while (filled < buffer.Length && await stream.ReadAsync(buffer[filled..], patience.Token) is var read and > 0)
            {
                filled += read;
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or HttpRequestException or IOException)
        {
            // The answer broke off or is too slow: what came is enough.
        }

        return filled;
    }

    private static bool IsText(string? mediaType) =>
        mediaType is not null
        && (mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || mediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase)
            || mediaType.EndsWith("xml", StringComparison.OrdinalIgnoreCase));
}
