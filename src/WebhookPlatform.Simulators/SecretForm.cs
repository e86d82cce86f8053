using System.Security.Cryptography;
using WebhookPlatform.Simulators.Keys;

namespace WebhookPlatform.Simulators;

/// <summary>What kind of secret a simulator signs with.</summary>
public enum SecretKind
{
    /// <summary>Both sides know it: it is the gateway's secret as well.</summary>
    Shared,

    /// <summary>A private key in PEM (PKCS#8), whose public half the gateway knows or asks for.</summary>
    PrivateKey,

    /// <summary>A private key, its certificate and that of the authority that issued it, all in one PEM.</summary>
    Certificate,
}

/// <summary>The form of a provider's secrets, and how to come by one.</summary>
/// <param name="Kind">Who has to know it.</param>
/// <param name="Description">What it looks like, to end the sentence "The secret is …".</param>
/// <param name="Create">Makes a new one, which nobody can guess.</param>
public sealed record SecretForm(SecretKind Kind, string Description, Func<string> Create)
{
    /// <summary>Any text.</summary>
    public static SecretForm Text { get; } = new(SecretKind.Shared, "any text", () => RandomNumberGenerator.GetHexString(64, lowercase: true));

    /// <summary>Stripe's, which begin with <c>whsec_</c> and are used whole.</summary>
    public static SecretForm Stripe { get; } = new(SecretKind.Shared, "text that begins with whsec_", () => "whsec_" + RandomNumberGenerator.GetHexString(32, lowercase: true));

    /// <summary>Standard Webhooks': 24 bytes in base64 after <c>whsec_</c>.</summary>
    public static SecretForm StandardWebhooks { get; } = new(SecretKind.Shared, "base64, with whsec_ before it or without", () => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)));

    /// <summary>A user's name and password, as <c>user:password</c>.</summary>
    public static SecretForm Credentials { get; } = new(SecretKind.Shared, "a user and a password with a colon between", () => "webhooks:" + RandomNumberGenerator.GetHexString(32, lowercase: true));

    /// <summary>32 bytes in hexadecimal.</summary>
    public static SecretForm HexKey { get; } = new(SecretKind.Shared, "a key in hexadecimal, 64 digits", () => RandomNumberGenerator.GetHexString(64));

    /// <summary>A private key of ECDSA on P-256.</summary>
    public static SecretForm EcdsaKey { get; } = new(SecretKind.PrivateKey, "a private key (ECDSA, P-256) in PEM", EcdsaPrivateKey.Create);

    /// <summary>A private key of Ed25519.</summary>
    public static SecretForm Ed25519Key { get; } = new(SecretKind.PrivateKey, "a private key (Ed25519) in PEM", Ed25519PrivateKey.Create);

    /// <summary>A private RSA key with a certificate of its own authority for this name.</summary>
    /// <param name="name">DNS name that the certificate is for.</param>
    public static SecretForm Certificate(string name) =>
        new(SecretKind.Certificate, $"a private key (RSA), its certificate for {name} and that of the authority that issued it, all in one PEM", () => CertifiedKey.Create(name));

    /// <summary>Whether the gateway's source has the very same secret.</summary>
    public bool IsShared => Kind is SecretKind.Shared;
}
