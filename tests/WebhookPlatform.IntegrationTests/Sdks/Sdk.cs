using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace WebhookPlatform.IntegrationTests.Sdks;

/// <summary>A provider whose webhooks <c>sdks.mjs</c> can sign, most by the provider's own library, and the source that has to believe them.</summary>
/// <param name="Name">In <c>sdks.mjs</c>; the provider's name too.</param>
/// <param name="SigningSecret">What the library signs with.</param>
/// <param name="SourceSecret">What the gateway knows: the same, or the public half.</param>
/// <param name="ContentType">Of the bodies.</param>
/// <param name="Bodies">Each holds <see cref="Marker"/> once, where it is signed.</param>
internal sealed record Sdk(string Name, string SigningSecret, string SourceSecret, string ContentType, string[] Bodies)
{
    /// <summary>A text in every body; its last letter is what is tampered with.</summary>
    public const string Marker = "tamper-with-this";

    private const string Json = "application/json";

    private static readonly string[] JsonBodies =
    [
        $$"""{"id":"1","text":"{{Marker}}"}""",
        $$"""{ "id" : "2", "text" : "größe 1 € \u00fc \\ \" {{Marker}} 😀", "empty" : {}, "number" : 1.50 }""" + "\n",
        $$"""{"id":"3","long":"{{new string('x', 50_000)}}","text":"{{Marker}}"}""",
    ];

    /// <summary>Those whose library signs.</summary>
    public static IReadOnlyList<Sdk> All { get; } =
    [
        Shared("stripe", "whsec_of_the_tests_with_stripes_library"),
        Shared("github", "It's a secret of GitHub's library: größe"),
        Shared("gitlab", "whsec_Z2l0bGFiIHdpdGggaXRzIG93biBsaWJyYXJ5"),
        Shared("standard-webhooks", "whsec_c3RhbmRhcmQgd2l0aCBpdHMgb3duIGxpYnJhcnk="),
        Shared("twilio", "0123456789abcdef0123456789abcdef") with
        {
            ContentType = "application/x-www-form-urlencoded",
            Bodies = [$"MessageSid=SM1&MessageStatus=received&From=%2B4930123456&Body={Marker}", $"SmsSid=SM2&Body=gr%C3%B6%C3%9Fe+%E2%82%AC+{Marker}&Empty=&A=1"],
        },
        Shared("hubspot", "client-secret-of-hubspots-library"),
        Shared("adyen", "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056") with { Bodies = [Adyen("AUTHORISATION", ""), Adyen("CAPTURE", ": 1/2 größe ")] },
        Shared("shopify", "shpss_of_the_tests_with_shopifys_library"),
        Shared("meta", "app-secret-of-whatsapps-library"),
        SendGrid(),
        Shared("jwt", "a secret of thirty-two bytes or more, as HS256 wants it"),
        Discord(),
    ];

    /// <summary>The name of its source in the gateway.</summary>
    public string Source => "sdk-" + Name;

    /// <summary>The address that was set at the provider, for schemes that sign it.</summary>
    public string Url => $"https://hooks.example.com/webhooks/{Source}";

    /// <summary>The same body with one bit of one letter changed, where it is signed.</summary>
    public static byte[] Tamper(byte[] body)
    {
        var changed = body.ToArray();
        var at = changed.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Marker));
        Assert.True(at >= 0, "The signed body has lost its marker.");
        changed[at + Marker.Length - 1] ^= 1;
        return changed;
    }

    private static Sdk Shared(string name, string secret) => new(name, secret, secret, Json, JsonBodies);

    private static string Adyen(string eventCode, string reference) => $$$"""
        {"live":"false","notificationItems":[{"NotificationRequestItem":{"pspReference":"7914073381342284","originalReference":"","merchantAccountCode":"Shop",
        "merchantReference":"{{{reference}}}{{{Marker}}}","amount":{"value":1130,"currency":"EUR"},"eventCode":"{{{eventCode}}}","success":"true","eventDate":"2026-03-14T15:09:26+01:00"}}]}
        """;

    private static Sdk SendGrid()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new Sdk("sendgrid", key.ExportECPrivateKeyPem(), Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), Json, JsonBodies);
    }

    private static Sdk Discord()
    {
        var key = new Ed25519PrivateKeyParameters(new SecureRandom());

        // RFC 8410: PKCS#8 of an Ed25519 key is always this, followed by the key.
        byte[] encoded = [.. Convert.FromHexString("302e020100300506032b657004220420"), .. key.GetEncoded()];
        return new Sdk("discord", new string(PemEncoding.Write("PRIVATE KEY", encoded)), Convert.ToHexStringLower(key.GeneratePublicKey().GetEncoded()), Json, JsonBodies);
    }
}
