using System.Text;

namespace WebhookPlatform.Gateway.Providers.Payloads;

/// <summary>Reads fields of an <c>application/x-www-form-urlencoded</c> body. Never throws: what is not an escape is taken as it stands.</summary>
public static class FormFields
{
    public const string MediaType = "application/x-www-form-urlencoded";

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

    /// <summary>All fields, decoded, in the order of the body; null when there are more than <paramref name="most"/>. One without an equals sign has an empty value.</summary>
    public static FormField[]? All(ReadOnlySpan<byte> body, int most)
    {
        var fields = new List<FormField>();
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'&');
            var pair = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (pair.IsEmpty)
            {
                continue;
            }

            if (fields.Count == most)
            {
                return null;
            }

            var equals = pair.IndexOf((byte)'=');
            fields.Add(equals < 0 ? new FormField(Decode(pair), []) : new FormField(Decode(pair[..equals]), Decode(pair[(equals + 1)..])));
        }

        return [.. fields];
    }

    private static byte[] Decode(ReadOnlySpan<byte> encoded)
    {
        var decoded = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var value = encoded[i];
            if (value == (byte)'+')
            {
                value = (byte)' ';
            }
            else if (value == (byte)'%' && i + 2 < encoded.Length
                && char.IsAsciiHexDigit((char)encoded[i + 1]) && char.IsAsciiHexDigit((char)encoded[i + 2]))
            {
                value = (byte)((HexValue(encoded[i + 1]) << 4) | HexValue(encoded[i + 2]));
                i += 2;
            }

            decoded[length++] = value;
        }

        return decoded[..length];
    }

    private static int HexValue(byte digit) => digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

/// <summary>A decoded field of a form.</summary>
public readonly record struct FormField(byte[] Name, byte[] Value);
