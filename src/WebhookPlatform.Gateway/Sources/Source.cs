using System.Collections.ObjectModel;
using System.Security.Cryptography;
using System.Text;
using WebhookPlatform.Gateway.Providers;
using WebhookPlatform.Gateway.Recovery;
using WebhookPlatform.Gateway.Signatures;

namespace WebhookPlatform.Gateway.Sources;

/// <summary>A place webhooks come from: one provider account with its secrets and limits, reached at <c>/webhooks/{name}</c>. Immutable: a change makes a new one.</summary>
public sealed record Source
{
    /// <summary>Unique, in the URL: 1 to 64 lower-case letters, digits, hyphens.</summary>
    public required string Name { get; init; }

    public required IWebhookProvider Provider { get; init; }

    /// <summary>Active secrets, newest first; any of them may match.</summary>
    public IReadOnlyList<SourceSecret> Secrets { get; init; } = [];

    /// <summary>Header that carries the signature or token, for providers that leave it open (<c>hmac</c>, <c>token</c>).</summary>
    public string Header { get; init; } = "X-Signature";

    /// <summary>How a <c>hmac</c> source signs.</summary>
    public HmacSettings Hmac { get; init; } = new();

    /// <summary>How far a signed timestamp may be from now, where the scheme has one; the provider's own limit where nothing else is set.</summary>
    public TimeSpan Tolerance
    {
        get => field > TimeSpan.Zero ? field : Provider.Tolerance;
        init;
    }

    /// <summary>The URL as the provider calls it, for schemes that sign it.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>What only its provider knows, see <see cref="IWebhookProvider.Settings"/>; names compare without case.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Largest accepted body in bytes; a larger one is answered 413.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Days after its last delivery during which an event id is recognized as a repeat; null where the source does not say, see <see cref="Deliveries.ClaimHorizons"/>.</summary>
    public int? DuplicateHorizonDays { get; init; }

    /// <summary>How a <c>hmac</c> or <c>token</c> source's JSON becomes domain events.</summary>
    public FieldMapping Mapping { get; init; } = FieldMapping.None;

    /// <summary>How webhooks that did not come are fetched from the provider; null where they are not.</summary>
    public RecoverySettings? Recovery { get; init; }

    /// <summary>One of the provider's own settings; null when it is not set.</summary>
    public string? Setting(string name) => Settings.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>Whether configuration made it (read-only in the API) or the API did.</summary>
    public SourceOrigin Origin { get; init; } = SourceOrigin.Configuration;
}

/// <summary>Who made a source.</summary>
public enum SourceOrigin
{
    Configuration,
    Api,
}

/// <summary>A shared secret, or a public key, as text and in the forms that schemes need. Never printed.</summary>
public sealed class SourceSecret
{
    private readonly Lazy<string> _id;

    /// <param name="text">As configured or pasted. PEM may have any line ends: it is the same secret with all of them.</param>
    public SourceSecret(string text)
    {
        Text = PemText.IsPem(text) ? PemText.Normal(text) : text;
        Utf8 = Encoding.UTF8.GetBytes(Text);

        // Made slowly, so that it is of little use to whoever wants to guess a weak secret by it.
        _id = new(() => Convert.ToHexStringLower(
            Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(Text), "WebhookPlatform secret id"u8, iterations: 10_000, HashAlgorithmName.SHA256, outputLength: 4)));
    }

    /// <summary>The secret's UTF-8 bytes.</summary>
    public byte[] Utf8 { get; init; }

    /// <summary>The secret as configured.</summary>
    public string Text { get; }

    /// <summary>Two characters at either end at most, to tell secrets apart: <c>wh…Sw</c>; what it is for PEM, which begins and ends alike: <c>PEM public key</c>.</summary>
    public string Hint => PemText.IsPem(Text) ? $"PEM {PemText.LabelOf(Text)}".TrimEnd() : Text.Length < 12 ? "…" : $"{Text[..2]}…{Text[^2..]}";

    /// <summary>Eight hexadecimal digits that stand for the secret, the same wherever it is used.</summary>
    public string Id => _id.Value;

    public override string ToString() => "(secret)";
}

/// <summary>A <c>hmac</c> source's scheme: the header holds <see cref="Prefix"/> followed by the encoded HMAC of the raw body.</summary>
public sealed record HmacSettings(HmacAlgorithm Algorithm = HmacAlgorithm.Sha256, SignatureEncoding Encoding = SignatureEncoding.Hex, string Prefix = "");

public enum HmacAlgorithm
{
    Sha256,
    Sha1,
    Sha512,
}

public enum SignatureEncoding
{
    Hex,
    Base64,
}
