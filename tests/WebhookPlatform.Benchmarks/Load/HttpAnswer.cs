using System.Buffers.Text;

namespace WebhookPlatform.Benchmarks.Load;

/// <summary>What the generator wants to know of an HTTP/1.1 answer.</summary>
/// <param name="Length">All its bytes, headers included.</param>
/// <param name="HasRetryAfter">Whether it says when to come again.</param>
public readonly record struct HttpAnswer(int Status, int Length, bool HasRetryAfter)
{
    private const int StatusAt = 9;

    /// <summary>Reads the answer that <paramref name="received"/> begins with; false while it is not all there.</summary>
    /// <exception cref="FormatException">It is no HTTP/1.1 answer.</exception>
    public static bool TryRead(ReadOnlySpan<byte> received, out HttpAnswer answer)
    {
        answer = default;
        var headEnd = received.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
        {
            return false;
        }

        var head = received[..(headEnd + 2)];
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head.Slice(StatusAt, 3), out int status, out _))
        {
            throw new FormatException("The answer is not HTTP/1.1.");
        }

        var bodyLength = BodyLength(head, received[(headEnd + 4)..]);
        answer = new HttpAnswer(status, headEnd + 4 + bodyLength, head.IndexOf("\r\nRetry-After: "u8) >= 0);
        return bodyLength >= 0 && received.Length >= answer.Length;
    }

    /// <summary>Bytes of the body; -1 while a chunked one has not ended.</summary>
    private static int BodyLength(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        if (at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _))
        {
            return length;
        }

        if (head.IndexOf("\r\nTransfer-Encoding: chunked"u8) < 0)
        {
            return 0;
        }

        var end = body.IndexOf("0\r\n\r\n"u8);
        return end < 0 ? -1 : end + 5;
    }
}
