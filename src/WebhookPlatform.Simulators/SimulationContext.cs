using System.Collections.ObjectModel;
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

    private object? _key;

    /// <summary>What is signed with, as the provider shows it: see <see cref="IProviderSimulator.Secret"/>.</summary>
    public string Secret { get; } = secret;

    /// <summary>The receiver's URL exactly as the provider was told it, for schemes that sign it.</summary>
    public string? Url { get; init; }

    /// <summary>What only one provider has, by the names of the gateway's settings for a source: PayPal's <c>WebhookId</c>, Amazon's <c>TopicArns</c>; of Mollie the account's <c>ApiKey</c>. What is missing is made up or not asked for.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    public Random Random { get; } = random;

    /// <summary>Links later events to earlier ones, or null when every event stands alone.</summary>
    public Story? Story { get; } = story;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Now in whole Unix seconds.</summary>
    public long UnixNow => Now.ToUnixTimeSeconds();

    /// <summary>The same, with another secret.</summary>
    public SimulationContext WithSecret(string other) => new(other, time, Random, Story) { Url = Url, Settings = Settings };

    /// <summary>The URL, for schemes that cannot do without.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal string RequiredUrl => Required(Url);

    /// <summary>The URL with what the provider adds to its query.</summary>
    /// <exception cref="ArgumentException">There is no URL.</exception>
    internal string UrlWith(string query) => query.Length == 0 || !RequiredUrl.Contains('?', StringComparison.Ordinal) ? RequiredUrl + query : $"{RequiredUrl}&{query[1..]}";

    /// <summary>The secret in the form that signs, parsed once.</summary>
    internal T Key<T>(Func<string, T> parse)
        where T : class => (T)(_key ??= parse(Secret));

    /// <summary>One of <see cref="Settings"/>, or what stands in for it.</summary>
    internal string Setting(string name, string otherwise) => Settings.TryGetValue(name, out var value) && value.Length > 0 ? value : otherwise;

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

    private static string Required(string? url) => url ?? throw new ArgumentException("The URL is signed: say which one the provider was told.", nameof(url));
}
