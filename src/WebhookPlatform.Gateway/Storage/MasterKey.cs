using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Options;

namespace WebhookPlatform.Gateway.Storage;

/// <summary>Configuration section <c>Gateway</c>: the key that wraps the keys in the database.</summary>
public sealed class MasterKeyOptions
{
    /// <summary>32 bytes in base64, e.g. the output of <c>openssl rand -base64 32</c>. With it a copy of the database alone opens no secret. Not set: the keys lie in the database as they are.</summary>
    public string? MasterKey { get; set; }

    internal bool IsSet => !string.IsNullOrWhiteSpace(MasterKey);

    public bool IsValid => !IsSet || Bytes() is { Length: MasterKeyWrap.KeySize };

    internal byte[]? Bytes()
    {
        var bytes = new byte[MasterKey!.Length];
        return Convert.TryFromBase64String(MasterKey.Trim(), bytes, out var written) ? bytes[..written] : null;
    }
}

/// <summary>AES-256-GCM under the master key: nonce, tag, ciphertext.</summary>
internal static class MasterKeyWrap
{
    public const int KeySize = 32;

    private const int NonceSize = 12;
    private const int TagSize = 16;

    private static readonly byte[] Purpose = Encoding.UTF8.GetBytes("WebhookPlatform.Gateway data protection keys");

    /// <summary>Tells keys apart without telling anything of them.</summary>
    public static string IdOf(byte[] key) => Convert.ToHexStringLower(HMACSHA256.HashData(key, "master key id"u8))[..8];

    public static byte[] Wrap(byte[] key, byte[] plain)
    {
        var wrapped = new byte[NonceSize + TagSize + plain.Length];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceSize));
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(wrapped.AsSpan(0, NonceSize), plain, wrapped.AsSpan(NonceSize + TagSize), wrapped.AsSpan(NonceSize, TagSize), Purpose);
        return wrapped;
    }

    /// <exception cref="CryptographicException">Another key, or damaged.</exception>
    public static byte[] Unwrap(byte[] key, byte[] wrapped)
    {
        if (wrapped.Length < NonceSize + TagSize)
        {
            throw new CryptographicException("A wrapped key is cut short.");
        }

        var plain = new byte[wrapped.Length - NonceSize - TagSize];
        using var aes = new AesGcm(key, TagSize);
        aes.Decrypt(wrapped.AsSpan(0, NonceSize), wrapped.AsSpan(NonceSize + TagSize), wrapped.AsSpan(NonceSize, TagSize), plain, Purpose);
        return plain;
    }
}

/// <summary>Wraps new keys of Data Protection before they go to the database.</summary>
public sealed class MasterKeyEncryptor(byte[] key) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var wrapped = MasterKeyWrap.Wrap(key, Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting)));
        return new EncryptedXmlInfo(new XElement("masterKeyWrapped", new XAttribute("by", MasterKeyWrap.IdOf(key)), Convert.ToBase64String(wrapped)), typeof(MasterKeyDecryptor));
    }
}

/// <summary>The inverse. The database holds the name of this class: it must not be renamed.</summary>
public sealed class MasterKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var options = services.GetRequiredService<IOptions<MasterKeyOptions>>().Value;
        var by = (string?)encryptedElement.Attribute("by");
        if (!options.IsSet)
        {
            throw new CryptographicException($"The keys in the database are wrapped with a master key ({by}); set Gateway:MasterKey.");
        }

        var key = options.Bytes()!;
        if (!string.Equals(by, MasterKeyWrap.IdOf(key), StringComparison.Ordinal))
        {
            throw new CryptographicException($"The keys in the database are wrapped with another master key ({by}) than Gateway:MasterKey ({MasterKeyWrap.IdOf(key)}).");
        }

        return XElement.Parse(Encoding.UTF8.GetString(MasterKeyWrap.Unwrap(key, Convert.FromBase64String(encryptedElement.Value))));
    }
}
