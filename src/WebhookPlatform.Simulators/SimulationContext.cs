using System.Globalization;

namespace WebhookPlatform.Simulators;

/// <summary>
/// What a simulator draws on. One context serves one caller at a time.
/// The same seed gives the same ids and amounts in the same order.
/// </summary>
public sealed class SimulationContext(string secret, TimeProvider time, Random random, Story? story = null)
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string UpperAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    public string Secret { get; } = secret;

    public Random Random { get; } = random;

    /// <summary>Links later events to earlier ones, or null when every event stands alone.</summary>
    public Story? Story { get; } = story;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Now in whole Unix seconds.</summary>
    public long UnixNow => Now.ToUnixTimeSeconds();

    public string Id(string prefix, int length) => prefix + Random.GetString(Alphanumeric, length);

    public string UpperId(string prefix, int length) => prefix + Random.GetString(UpperAlphanumeric, length);

    public string Hex(int length) => Random.GetHexString(length, lowercase: true);

    public string Uuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D", CultureInfo.InvariantCulture);
    }

    /// <summary>A number between both limits, which it may take.</summary>
    public long Number(long least, long most) => Random.NextInt64(least, most + 1);

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Random.Next(choices.Count)];
}
