using System.Text;
using WebhookPlatform.Gateway.Ingress;

namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>Reads fields of an <c>application/x-www-form-urlencoded</c> body. Never throws: what is not an escape is taken as it stands.</summary>
public static class FormFields
{
    public const string MediaType = "application/x-www-form-urlencoded";

    /// <summary>
    /// Whether a request's body is a form: by its media type, and not by that alone. No signature covers the media type, and in JSON read as a form anybody's text
    /// (a title, a message) would be fields: <c>{"title":"x&amp;payload=…"}</c>.
    /// </summary>
    public static bool Are(in RawRequest request) =>
        string.Equals(request.MediaType, MediaType, StringComparison.Ordinal) && request.Body.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..];

    /// <summary>The first field of that name, decoded; null when there is none.</summary>
    public static byte[]? Find(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'&');
            var pair = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (pair.Length > name.Length && pair[name.Length] == (byte)'=' && pair.StartsWith(name))
            {
                return Decode(pair[(name.Length + 1)..]);
            }
        }

        return null;
    }

    /// <summary>The first field of that name as text; null when there is none.</summary>
    public static string? Text(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name) =>
        Find(body, name) is { } value ? CleanText.Free(Encoding.UTF8.GetString(value)) : null;

    /// <summary>Decodes all fields in the order of the body, each name and value behind the other. One without an equals sign has an empty value.</summary>
    /// <param name="body">The form.</param>
    /// <param name="decoded">At least as long as the body.</param>
    /// <param name="fields">Where they stand.</param>
    /// <returns>How many there are; -1 when <paramref name="fields"/> has no room for them.</returns>
    public static int DecodeAll(ReadOnlySpan<byte> body, Span<byte> decoded, Span<FormField> fields)
    {
        var (count, at) = (0, 0);
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'&');
            var pair = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (pair.IsEmpty)
            {
                continue;
            }

            if (count == fields.Length)
            {
                return -1;
            }

            var equals = pair.IndexOf((byte)'=');
            var name = Decode(equals < 0 ? pair : pair[..equals], decoded[at..]);
            var value = equals < 0 ? 0 : Decode(pair[(equals + 1)..], decoded[(at + name)..]);
            fields[count++] = new FormField(at, name, value);
            at += name + value;
        }

        return count;
    }

    private static byte[] Decode(ReadOnlySpan<byte> encoded)
    {
        var decoded = new byte[encoded.Length];
        return decoded[..Decode(encoded, decoded)];
    }

    // Most of a form stands for itself: what lies between escapes is copied whole.
    /// <returns>How many bytes were written.</returns>
    private static int Decode(ReadOnlySpan<byte> encoded, Span<byte> decoded)
    {
        var length = 0;
        while (encoded.IndexOfAny((byte)'+', (byte)'%') is >= 0 and var plain)
        {
            encoded[..plain].CopyTo(decoded[length..]);
            length += plain;
            var (value, size) = encoded[plain..] switch
            {
                [(byte)'+', ..] => ((byte)' ', 1),
                [_, var high, var low, ..] when char.IsAsciiHexDigit((char)high) && char.IsAsciiHexDigit((char)low) => ((byte)((HexValue(high) << 4) | HexValue(low)), 3),
                _ => ((byte)'%', 1),
            };
            decoded[length++] = value;
            encoded = encoded[(plain + size)..];
        }

        encoded.CopyTo(decoded[length..]);
        return length + encoded.Length;
    }

    private static int HexValue(byte digit) => digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

/// <summary>Where a decoded field stands: its name, and its value right behind.</summary>
public readonly record struct FormField(int Start, int NameLength, int ValueLength)
{
    public int Length => NameLength + ValueLength;

    public ReadOnlySpan<byte> Name(ReadOnlySpan<byte> decoded) => decoded.Slice(Start, NameLength);

    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> decoded) => decoded.Slice(Start + NameLength, ValueLength);
}
